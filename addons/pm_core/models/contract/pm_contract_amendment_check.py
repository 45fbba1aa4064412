from odoo import models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .pm_contract_states import AMENDABLE


class PmContractAmendment(models.Model):
    """What an amendment has to meet before it is submitted."""

    _inherit = "pm.contract.amendment"

    def _check_submittable(self):
        result = super()._check_submittable()
        self._derive_lines()
        for amendment in self:
            amendment._check_complete()
            amendment._check_dates()
            amendment._check_alone()
            amendment._check_overlap()
        return result

    def _check_complete(self):
        contract = self.contract_id
        if contract.state not in AMENDABLE:
            raise UserError(
                self.env._(
                    "%s is not signed and in force: there is nothing to amend. "
                    "Change a draft directly; renew what is over.",
                    contract.display_name,
                )
            )
        if not self.reason:
            raise UserError(self.env._("Enter the reason of %s.", self.display_name))
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%s changes nothing yet. Enter the terms as they shall be.",
                    self.display_name,
                )
            )

    def _check_dates(self):
        contract, day = self.contract_id, self.date_effective
        if day < contract.date_from:
            raise ValidationError(
                self.env._(
                    "%(amendment)s cannot take effect before the contract starts on "
                    "%(day)s.",
                    amendment=self.display_name,
                    day=format_date(self.env, contract.date_from),
                )
            )
        if contract.date_end and day > contract.date_end:
            raise ValidationError(
                self.env._(
                    "%(amendment)s would take effect after the last day of the "
                    "contract, %(day)s. Choose an earlier day, or renew the contract.",
                    amendment=self.display_name,
                    day=format_date(self.env, contract.date_end),
                )
            )
        if self.date_to and self.date_to < day:
            raise ValidationError(
                self.env._(
                    "%(amendment)s takes effect on %(day)s, after the end of the "
                    "contract that it agrees, %(end)s. Terminate the contract "
                    "instead, or correct the dates.",
                    amendment=self.display_name,
                    day=format_date(self.env, day),
                    end=format_date(self.env, self.date_to),
                )
            )
        self.fee_ids._check_dates()

    def _check_alone(self):
        """Refuse a second amendment of the same term while one is on its way."""
        keys = [key for key in self.line_ids.mapped("key") if key != "other"]
        waiting = self.env["pm.contract.amendment.line"].search(
            [
                ("amendment_id", "!=", self.id),
                ("amendment_id.contract_id", "=", self.contract_id.id),
                ("amendment_id.state", "in", ("approval", "approved")),
                ("key", "in", keys),
            ],
            limit=1,
        )
        if waiting:
            raise UserError(
                self.env._(
                    "%(other)s changes the same term (%(term)s) and is not in effect "
                    "yet. Cancel it first, or wait until it is in effect.",
                    other=waiting.amendment_id.display_name,
                    term=waiting.name,
                )
            )

    def _check_overlap(self):
        """Refuse a scope or term by which the contract would overlap another one.

        :raises ValidationError: another service contract covers the new scope or term
        """
        for amendment in self:
            names = {"property_ids", "date_to"} & set(amendment._changed_fields())
            if names:
                contract_sudo = amendment.contract_id.sudo()
                contract_sudo.new(
                    {
                        **{name: amendment[name] for name in names},
                        "date_from": amendment.date_effective,
                    },
                    origin=contract_sudo,
                )._check_overlap()
