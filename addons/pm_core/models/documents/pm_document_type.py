from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmDocumentType(models.Model):
    """A kind of paper that belongs to contracts, customers or properties.

    A required type puts a line on the checklist of each record it applies to.
    """

    _name = "pm.document.type"
    _pm_copyable = True
    _description = "Document Type"
    _order = "applies_to, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short code, for example LICENCE.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    applies_to = fields.Selection(
        [
            ("contract", "Contracts"),
            ("customer", "Customers"),
            ("property", "Properties"),
        ],
        required=True,
        default="contract",
        index=True,
    )
    kind_ids = fields.Many2many(
        "ir.model.fields.selection",
        "pm_document_type_kind_rel",
        "type_id",
        "kind_id",
        "Only for",
        domain="[('id', 'in', allowed_kind_ids)]",
        groups="pm_core.group_pm_admin",
        help="Kinds of contract, customer or property that need the paper; empty: all.",
    )
    allowed_kind_ids = fields.Many2many(
        "ir.model.fields.selection",
        compute="_compute_allowed_kind_ids",
        groups="pm_core.group_pm_admin",
    )
    kind_names = fields.Char("Kinds", compute="_compute_kind_names", compute_sudo=True)
    is_required = fields.Boolean(
        "Required",
        help="Stands on the checklist as missing until a file is there.",
    )
    is_personal = fields.Boolean(
        "Personal",
        help="Says who somebody is, as the copy of an identity card does: seen by "
        "those who may see identity numbers only, with its files.",
    )
    has_expiry = fields.Boolean(
        "Expires", help="The paper is valid to a date that is written down with it."
    )
    remind_days = fields.Integer(
        "Remind Before (days)",
        default=30,
        help="Days before the expiry date from which the paper counts as expiring "
        "and the person responsible is reminded, once.",
    )
    note = fields.Text(
        "What to Look for", translate=True, help="Shown beside the document."
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "This code is taken by another document type."
    )
    _remind_positive = models.Constraint(
        "CHECK (remind_days >= 0)", "Days before the expiry cannot be negative."
    )

    @api.depends("applies_to")
    def _compute_allowed_kind_ids(self):
        for doc_type in self:
            subject = doc_type._subject()
            field = subject._document_kind_field if subject is not None else False
            doc_type.allowed_kind_ids = (
                self.env["ir.model.fields"]._get(subject._name, field).selection_ids
                if field
                else False
            )

    @api.depends("kind_ids.name")
    @api.depends_context("lang")
    def _compute_kind_names(self):
        for doc_type in self:
            doc_type.kind_names = ", ".join(doc_type.kind_ids.mapped("name"))

    @api.constrains("applies_to", "kind_ids")
    def _check_kinds(self):
        for doc_type in self.sudo():
            foreign = doc_type.kind_ids - doc_type.allowed_kind_ids
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(kind)s is no kind of what %(type)s applies to. Choose the "
                        "kinds again.",
                        kind=foreign[0].name,
                        type=doc_type.name,
                    )
                )

    def _subject(self):
        """The model that the type applies to, as an empty recordset, or None."""
        self.ensure_one()
        mixin = self.env.registry["pm.document.mixin"]
        for name, model in self.env.registry.items():
            if (
                issubclass(model, mixin)
                and not model._abstract
                and model._document_subject == self.applies_to
            ):
                return self.env[name]
        return None

    def action_add_lines(self):
        """Put the type on the checklist of every record that the user may change."""
        self.ensure_one()
        # the lines are made with all rights, so it is asked here whether the user
        # is one of those who set up the types
        self.check_access("write")
        subject = self._subject()
        records = subject.search(subject._document_kind_domain(self))
        made = records._ensure_checklist(self)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s lines added.", count=len(made)),
            },
        }
