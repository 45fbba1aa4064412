from odoo import api, fields, models
from odoo.fields import Domain


class PmContract(models.Model):
    """What either side has to do under a contract, and how well it was done."""

    _inherit = "pm.contract"

    obligation_ids = fields.One2many(
        "pm.contract.obligation", "contract_id", "Obligations"
    )
    obligation_event_ids = fields.One2many(
        "pm.contract.obligation.event", "contract_id", "Due Obligations"
    )
    obligation_due_count = fields.Integer(
        "Duties Due So Far", compute="_compute_obligation_rate"
    )
    obligation_overdue_count = fields.Integer(
        "Duties Overdue", compute="_compute_obligation_rate"
    )
    obligation_rate = fields.Float(
        "Duties in Time",
        compute="_compute_obligation_rate",
        aggregator=None,
        help="Duties of either side that were met in time, of all that were due.",
    )

    @api.depends("obligation_event_ids.state", "obligation_event_ids.date_due")
    def _compute_obligation_rate(self):
        figures = self._fulfilment()
        overdue = dict(
            self.env["pm.contract.obligation.event"]._read_group(
                [("contract_id", "in", self.ids), ("is_overdue", "=", True)],
                ["contract_id"],
                ["__count"],
            )
        )
        for contract in self:
            met, due = figures.get(contract._origin.id, (0, 0))
            contract.obligation_due_count = due
            contract.obligation_rate = met / due if due else 0.0
            contract.obligation_overdue_count = overdue.get(contract._origin, 0)

    def _fulfilment(self, date_from=None, date_to=None, side=None):
        """Return {contract id: (duties met in time, duties due)}, in one query.

        Due is what was due before today, and what was met ahead; waived duties do
        not count.

        :param date_from: first due day that counts, and ``date_to`` the last one
        :param side: "ours" or "theirs"; both if empty
        """
        domain = Domain("contract_id", "in", self.ids)
        domain &= Domain("state", "in", ("met", "late", "breached")) | (
            Domain("state", "=", "pending")
            & Domain("date_due", "<", fields.Date.context_today(self))
        )
        if date_from:
            domain &= Domain("date_due", ">=", date_from)
        if date_to:
            domain &= Domain("date_due", "<=", date_to)
        if side:
            domain &= Domain("side", "=", side)
        figures = {}
        for contract, state, count in self.env[
            "pm.contract.obligation.event"
        ]._read_group(domain, ["contract_id", "state"], ["__count"]):
            met, due = figures.get(contract.id, (0, 0))
            figures[contract.id] = (
                met + (count if state == "met" else 0),
                due + count,
            )
        return figures

    def action_take_obligations(self):
        """Add the duties of the templates of the kind that are not there yet."""
        self._check_manager()
        self._take_obligations()

    def _take_obligations(self):
        templates = self.env["pm.contract.obligation.template"]
        # whoever may make a contract gets its duties, without a right to make others
        self.env["pm.contract.obligation"].sudo()._as_step().create(
            [
                vals
                for contract in self
                for vals in templates.with_context(
                    # in the language of who will read them: a job has none
                    lang=contract.user_id.lang or self.env.lang
                )._prepare_obligations(contract)
            ]
        )

    def action_view_obligations(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_contract_obligation_event_action"
            ),
            "domain": [("contract_id", "=", self.id)],
            "context": {},
            "views": [
                (False, "list"),
                (False, "calendar"),
                (False, "kanban"),
                (False, "form"),
            ],
        }
