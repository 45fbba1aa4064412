from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmContractAmendment(models.Model):
    """How an agreed amendment changes its contract: once, on its day."""

    _inherit = "pm.contract.amendment"

    def _is_binding(self):
        """Tell whether both sides agreed."""
        self.ensure_one()
        return self.state == "approved" and bool(
            self.date_signed or not self.sign_required
        )

    def _take_effect(self):
        """Enter what is due: the fees at once, the rest from the effective day.

        Safe to call again: what was done is not done twice.
        """
        for amendment in self.sudo()._as_step():
            amendment.lock_for_update()
            if not amendment._is_binding():
                continue
            contract = amendment.contract_id
            contract.lock_for_update()
            if not amendment.fees_entered_on and amendment._fee_lines():
                amendment._check_unchanged(amendment._fee_lines())
                amendment._enter_fees()
                amendment.fees_entered_on = contract._today()
            if amendment.date_effective <= contract._today():
                amendment._apply()

    def _changed_fields(self):
        """Return {field of the contract: line of what changes}."""
        return {
            line.key.partition(":")[2]: line
            for line in self.line_ids
            if line.key.startswith("field:")
        }

    def _fee_lines(self):
        return self.line_ids.filtered(lambda line: line.what == "fee")

    def _enter_fees(self):
        """End the fees that change on the day before, and begin the new ones."""
        day = self.date_effective
        for change in self._fee_lines():
            fee = self.env["pm.contract.line"].browse(change.old_value or []).exists()
            if fee and not change.new_value:
                fee._end_on(day - timedelta(days=1))
            elif fee:
                fee._supersede(day, change.new_value, self)
            else:
                self.env["pm.contract.line"].create(
                    {
                        **change.new_value,
                        "contract_id": self.contract_id.id,
                        "date_from": day,
                        "amendment_id": self.id,
                    }
                )._begin()

    def _apply(self):
        """Change the contract; the caller holds the lock and has checked the day."""
        contract = self.contract_id
        rest = self.line_ids - self._fee_lines()
        self._check_unchanged(rest)
        self._check_overlap()
        vals = {
            name: (
                [Command.set(change.new_value or [])]
                if name == "property_ids"
                else change.new_value
            )
            for name, change in self._changed_fields().items()
        }
        before = {name: contract[name] for name in vals}
        contract.write(vals)
        self._apply_clauses(rest)
        self.write({"state": "applied", "applied_on": fields.Datetime.now()})
        contract._amended(self, before)
        contract.message_post(
            body=self.env._(
                "%(amendment)s took effect: %(changes)s",
                amendment=self.display_name,
                changes=self.summary or "",
            )
        )
        self.activity_unlink(
            [
                "pm_core.mail_activity_amendment_unsigned",
                "mail.mail_activity_data_warning",
            ]
        )

    def _apply_clauses(self, changes):
        Clause = self.env["pm.contract.clause"]
        for change in changes.filtered(lambda line: line.what == "clause"):
            clause = Clause.browse(change.clause_id.id)
            if clause and not change.new_value:
                clause.unlink()
            elif clause:
                clause.write(change.new_value)
            else:
                Clause.create({**change.new_value, "contract_id": self.contract_id.id})

    def _check_unchanged(self, changes):
        """Refuse to apply over a contract that is not what was amended.

        :raises UserError: naming the term and its value of today
        """
        contract = self.contract_id
        for name, change in self._changed_fields().items():
            if change not in changes:
                continue
            # what is empty is None in JSON, and False in the contract
            if (contract._term_value(name) or False) != (change.old_value or False):
                raise UserError(
                    self.env._(
                        "%(amendment)s changes %(term)s from %(old)s, but the contract "
                        "says %(now)s today. Cancel the amendment and make it anew.",
                        amendment=self.display_name,
                        term=change.name,
                        old=change.old_text or "–",
                        now=contract._term_text(name) or "–",
                    )
                )

    @api.model
    def _cron_take_effect(self):
        """Let the amendments take effect whose day has come.

        Safe to run again. One that fails is named to its responsible user and does
        not stop the others.
        """
        # it is tomorrow in some time zones
        horizon = fields.Date.today() + timedelta(days=1)
        domain = Domain("state", "=", "approved") & Domain(
            "date_effective", "<=", horizon
        )
        self.search(domain, order="date_effective, id")._cron_each(
            lambda amendment: amendment._take_effect_or_remind(), domain
        )

    def _take_effect_or_remind(self):
        self._take_effect()
        self._remind_of_signature()

    def _remind_of_signature(self):
        """Say once that the effective day came without signatures."""
        if self._is_binding() or self.state != "approved":
            return
        if self.date_effective > self.contract_id._today():
            return
        kind = "pm_core.mail_activity_amendment_unsigned"
        if not self.activity_search([kind]):
            responsible = self.user_id or self.env.user
            reader = self.with_context(lang=responsible.lang or self.env.lang)
            self.activity_schedule(
                kind,
                self.date_effective,
                summary=reader.env._("Not signed: the amendment is not in effect"),
                user_id=responsible.id,
            )

    def _failure_summary(self):
        return self.env._("The amendment cannot take effect")
