import re

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import ValidationError

CLAUSE_TYPES = [
    ("service", "Service and Quality"),
    ("fee", "Fees and Funds"),
    ("ours", "Our Responsibilities"),
    ("theirs", "Responsibilities of the Other Party"),
    ("term", "Term and Hand-over"),
    ("breach", "Breach"),
    ("dispute", "Disputes"),
    ("other", "Other"),
]
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def fill(body, values):
    """Return the HTML ``body`` with {placeholders} replaced by escaped values."""
    return Markup(
        PLACEHOLDER.sub(
            lambda found: str(escape(values.get(found[1], found[0]))), str(body or "")
        )
    )


class PmContractClauseTemplate(models.Model):
    """A clause that staff keep ready for contracts of certain kinds."""

    _name = "pm.contract.clause.template"
    _pm_copyable = True
    _description = "Clause Template"
    _order = "sequence, id"

    name = fields.Char("Title", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind_ids = fields.Many2many(
        "pm.contract.kind",
        "pm_contract_clause_template_kind_rel",
        "template_id",
        "kind_id",
        "Kinds",
        help="Kinds of contracts that take the clause over; empty: all.",
    )
    clause_type = fields.Selection(CLAUSE_TYPES, "Type", required=True, default="other")
    fee_basis = fields.Selection(
        selection=lambda self: (
            self.env["pm.contract"]
            ._fields["fee_basis"]
            ._description_selection(self.env)
        ),
        help="Only contracts on this basis take the clause over; empty: all.",
    )
    body = fields.Html(
        required=True,
        translate=True,
        help="Words in braces are filled in from the contract: {company}, {party}, "
        "{estate}, {scope}, {date_from}, {date_to}, {fee_basis}, {commission}, "
        "{fees}, {amount}, {notice_ours}, {notice_theirs}, {notice_open}, "
        "{handover_days}, {number}.",
    )

    @api.constrains("body")
    def _check_placeholders(self):
        known = self.env["pm.contract"]._clause_placeholders()
        for template in self:
            unknown = set(PLACEHOLDER.findall(str(template.body or ""))) - set(known)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "The clause %(clause)s contains {%(word)s}, which no contract "
                        "can fill in. Use one of: %(known)s.",
                        clause=template.name,
                        word=min(unknown),
                        known=", ".join(f"{{{word}}}" for word in known),
                    )
                )
