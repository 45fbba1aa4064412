from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PmContract(models.Model):
    """An agreement on what is served where, for whom, how long and for which fees."""

    _name = "pm.contract"
    _description = "Property Contract"
    _inherit = ["pm.document.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, name desc, id desc"
    _rec_names_search = ["name", "title"]
    _check_company_auto = True
    _document_subject = "contract"

    name = fields.Char(
        "Number",
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
        index="trigram",
    )
    title = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("preliminary", "Preliminary Service (Developer)"),
            ("owners", "Owners' Association"),
            ("tenant", "Tenant"),
            ("commercial", "Commercial"),
            ("public", "Public Facility"),
            ("supplier", "Outsourced Supplier"),
        ],
        required=True,
        default="preliminary",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Other Party",
        tracking=True,
        check_company=True,
        index="btree_not_null",
        help="Who the contract is made with: owners' association, developer, "
        "tenant or supplier. Needed before the contract becomes active, except "
        "for one that was taken over with a register.",
    )
    estate_id = fields.Many2one(
        "pm.property",
        required=True,
        index=True,
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        ondelete="restrict",
    )
    property_ids = fields.Many2many(
        "pm.property",
        "pm_contract_property_rel",
        "contract_id",
        "property_id",
        "Scope",
        domain="[('id', 'child_of', estate_id)]",
        help="Parts of the estate that the contract covers; empty: all of it.",
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, tracking=True
    )
    date_from = fields.Date("Start", required=True, tracking=True)
    date_to = fields.Date("End", tracking=True)
    taken_over = fields.Boolean(
        readonly=True,
        help="Made when the register was taken over; complete the other party.",
    )
    plan_id = fields.Many2one(
        "pm.service.plan",
        "Service Plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="The accepted plan that the contract was made from.",
    )
    line_ids = fields.One2many("pm.contract.line", "contract_id", "Fees", copy=True)
    note = fields.Html("Terms")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("ended", "Ended")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE state != 'draft'",
        "This contract number is taken.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A contract cannot end before it starts.",
    )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = (
                contract.title
                if contract.state == "draft"
                else f"{contract.name} {contract.title}"
            )

    @api.constrains("estate_id", "property_ids")
    def _check_scope(self):
        for contract in self:
            foreign = contract.property_ids.filtered(
                lambda prop, estate=contract.estate_id: prop.estate_id != estate
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(property)s does not belong to %(estate)s, which the "
                        "contract %(contract)s is about. Take it out of the scope.",
                        property=foreign[0].display_name,
                        estate=contract.estate_id.display_name,
                        contract=contract.display_name,
                    )
                )

    @api.constrains("state", "partner_id")
    def _check_party(self):
        for contract in self:
            if contract.state == "active" and not (
                contract.partner_id or contract.taken_over
            ):
                raise ValidationError(
                    self.env._(
                        "Name the other party of the contract %s before it "
                        "becomes active.",
                        contract.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for contract in self:
            if contract.state != "draft":
                raise UserError(
                    self.env._(
                        "The contract %s has a number and stays on file. End it "
                        "instead.",
                        contract.display_name,
                    )
                )

    def action_view_plan(self):
        self.ensure_one()
        return self.plan_id._form()

    def action_activate(self):
        """Number the contract and put it in force.

        :raises UserError: not a draft, or no other party
        """
        self._check_state("draft")
        self._check_documents()
        for contract in self:
            contract.write(
                {
                    "state": "active",
                    "name": self.env["ir.sequence"]
                    .with_company(contract.company_id)
                    .next_by_code("pm.contract", sequence_date=contract.date_from),
                }
            )

    def action_end(self):
        """End the contract, today at the latest.

        :raises UserError: not active
        """
        self._check_state("active")
        today = fields.Date.context_today(self)
        for contract in self:
            ends = min(contract.date_to or today, today)
            contract.write({"state": "ended", "date_to": max(ends, contract.date_from)})

    def _check_state(self, state):
        """Refuse the step when a contract is not in ``state``."""
        states = dict(self._fields["state"]._description_selection(self.env))
        for contract in self:
            if contract.state != state:
                raise UserError(
                    self.env._(
                        "The contract %(contract)s is in state %(state)s; this step "
                        "needs %(wanted)s.",
                        contract=contract.display_name,
                        state=states[contract.state],
                        wanted=states[state],
                    )
                )

    def _document_estate(self):
        return self.estate_id

    def _document_responsible(self):
        return self.user_id

    def _check_documents(self):
        """Before a contract is in force, look whether its papers are there.

        The other party's checklist is made too.

        :raises UserError: the company refuses contracts without their papers
        """
        self.partner_id._ensure_checklist()
        for contract in self:
            if (
                contract.company_id.pm_document_check == "block"
                and contract.pm_document_missing
            ):
                raise UserError(
                    self.env._(
                        "The contract %(contract)s needs on file: %(documents)s. Put "
                        "them on its page Documents first.",
                        contract=contract.display_name,
                        documents=contract.pm_document_missing,
                    )
                )
