from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .pm_contract_states import IN_FORCE, OVER, PENDING, SERVICE_KINDS


class PmContract(models.Model):
    """A contract in force: its begin, what it may not overlap, what dates decide."""

    _inherit = "pm.contract"

    overlap_ids = fields.Many2many(
        "pm.contract",
        string="On the Same Scope",
        compute="_compute_overlap_ids",
        help="Property service contracts that cover the same property in the same "
        "time.",
    )

    @api.depends(
        "estate_id",
        "property_ids",
        "kind",
        "date_from",
        "date_end",
        "state",
        "predecessor_id",
    )
    def _compute_overlap_ids(self):
        agreed = self._agreed_at_estates()
        for contract in self:
            contract.overlap_ids = contract._unsettled_overlap(agreed)

    # ------------------------------------------------------------------
    # In force
    # ------------------------------------------------------------------

    def _has_begun(self):
        """Tell whether the contract has ever been in force."""
        self.ensure_one()
        return self.state not in PENDING

    def _today(self):
        """Return today's date where the estate is."""
        self.ensure_one()
        return self.estate_id._today()

    def action_activate(self):
        """Put signed contracts in force whose start has come.

        :raises UserError: not signed, or the start lies ahead
        """
        self._check_manager()
        self._check_in_state("signed")
        for contract in self:
            if contract.date_from > contract._today():
                raise UserError(
                    self.env._(
                        "%(contract)s starts on %(day)s and becomes active by itself "
                        "that day.",
                        contract=contract.display_name,
                        day=fields.Date.to_string(contract.date_from),
                    )
                )
        self.sudo()._as_step()._start()

    def action_take_over(self):
        """Enter contracts that are in force already, signed outside the system.

        For company managers: it leaves approval and signing out.
        """
        if not self.env.su and not self.env.user.has_group(
            "pm_core.group_pm_company_manager"
        ):
            raise AccessError(
                self.env._(
                    "Only a company manager enters a contract as in force without "
                    "approval. Submit it instead."
                )
            )
        self._check_in_state("draft")
        self._take_over()

    def _take_over(self):
        """Number contracts and put them in force as they are."""
        contracts = self.sudo()._as_step()
        contracts.taken_over = True
        contracts._assign_number()
        contracts._start()

    def _start(self):
        """Put contracts in force; what they replace by law or renewal ends."""
        self.filtered(lambda contract: not contract.taken_over)._check_documents()
        for contract in self:
            contract._check_overlap()
            contract.state = "active"
            before = contract.predecessor_id
            if before.state in IN_FORCE:
                before._finish("renewed", contract.date_from - timedelta(days=1))
            contract._end_preliminary()
            if not contract.with_context(active_test=False).obligation_ids:
                contract._take_obligations()
            contract.obligation_ids._plan()

    def _end_preliminary(self):
        """The preliminary contract ends when the owners' own takes effect.

        Civil Code, article 940. One that covers more than the owners' contract goes
        on for the rest, and the people responsible are told.
        """
        if self.kind != "owners":
            return
        last_day = self.date_from - timedelta(days=1)
        for before in self._overlapping().filtered(
            lambda other: other.kind == "preliminary" and other.state in IN_FORCE
        ):
            if self._covers(before):
                before._finish("ended", max(last_day, before.date_from))
                before.message_post(
                    body=self.env._(
                        "Ended because the owners' contract %s took effect (Civil "
                        "Code, article 940).",
                        self.display_name,
                    )
                )
            else:
                before.message_post(
                    body=self.env._(
                        "The owners' contract %s took effect on a part of the scope "
                        "(Civil Code, article 940). Take that part out of this one.",
                        self.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Same scope
    # ------------------------------------------------------------------

    def _check_overlap(self):
        """Refuse two property service contracts for the same property and time.

        A preliminary contract may stand before an owners' one, which ends it.

        :raises ValidationError: naming the other contract
        """
        for contract in self:
            if contract.taken_over:
                continue
            clashing = contract._overlapping().filtered(
                lambda other, contract=contract: (
                    other != contract.predecessor_id._origin
                    and not (contract.kind == "owners" and other.kind == "preliminary")
                    # by law it ends on the day before, whatever its date says
                    and not (
                        contract.kind == "preliminary"
                        and other.kind == "owners"
                        and other.date_from > contract.date_from
                    )
                )
            )[:1]
            if clashing:
                raise ValidationError(
                    self.env._(
                        "%(contract)s and %(other)s cover the same property in the "
                        "same time. End the other one before %(day)s, change the "
                        "scope, or let this contract follow it.",
                        contract=contract.display_name,
                        other=clashing.display_name,
                        day=fields.Date.to_string(contract.date_from),
                    )
                )

    def _unsettled_overlap(self, agreed):
        """Return the contracts on the same scope that need somebody's decision.

        Before a contract is in force these are all; its activation settles what the
        law allows. Then two of one kind are left, and the preliminary contract that
        still covers what an owners' contract has taken.

        :param agreed: the contracts of :meth:`_agreed_at_estates`
        """
        self.ensure_one()
        if self.state in OVER:
            return self.browse()
        others = self._overlapping(agreed)
        if self.state not in IN_FORCE:
            return others
        return others.filtered(
            lambda other: (
                self._origin != other.predecessor_id
                and other != self.predecessor_id._origin
                and (
                    other.kind == self.kind
                    or (self.kind == "preliminary" and other.state in IN_FORCE)
                )
            )
        )

    def _agreed_at_estates(self):
        """Return the agreed service contracts at the estates of these contracts.

        They are read at once for all, and compared with each.
        """
        return self.search(
            Domain("estate_id", "in", self.estate_id.ids)
            & Domain("kind", "in", SERVICE_KINDS)
            & Domain("state", "in", ("approved", "signed", *IN_FORCE))
        )

    def _overlapping(self, agreed=None):
        """Return the agreed service contracts on the same scope and time.

        :param agreed: the contracts to look among, where they were read for many
        """
        self.ensure_one()
        if self.kind not in SERVICE_KINDS or not self.date_from or not self.estate_id:
            return self.browse()
        if agreed is None:
            agreed = self._agreed_at_estates()
        return agreed.filtered(
            lambda other: (
                other != self._origin
                and other.estate_id == self.estate_id._origin
                and self._runs_with(other)
                and (other._meets(self) or self._meets(other))
            )
        )

    def _runs_with(self, other):
        """Tell whether there is a day on which both contracts run."""
        ends_before = self.date_end and self.date_end < other.date_from
        begins_after = other.date_end and other.date_end < self.date_from
        return not ends_before and not begins_after

    def _scope_paths(self):
        """Return where in the property tree the scope begins."""
        return (self.property_ids or self.estate_id).sudo().mapped("parent_path")

    def _meets(self, other):
        """Tell whether a part of ``other``'s scope lies within this scope."""
        own = self._scope_paths()
        return any(
            path.startswith(start) for path in other._scope_paths() for start in own
        )

    def _covers(self, other):
        """Tell whether the whole scope of ``other`` lies within this scope."""
        own = self._scope_paths()
        return all(
            any(path.startswith(start) for start in own)
            for path in other._scope_paths()
        )

    # ------------------------------------------------------------------
    # Cron
    # ------------------------------------------------------------------

    @api.model
    def _cron_update_states(self):
        """Take the steps that a date decides: begin, expiring, end, running on.

        Safe to run again: a contract is looked for by the state it leaves. One that
        fails is named to its responsible user and does not stop the others.
        """
        # at estates east of Greenwich the next day may have begun; each contract is
        # asked below for the day at its estate
        tomorrow = fields.Date.today() + timedelta(days=1)
        domain = Domain("state", "=", "signed") & Domain("date_from", "<=", tomorrow)
        domain |= Domain("state", "=", "active") & Domain(
            "expiring_date", "<=", tomorrow
        )
        domain |= Domain("state", "in", IN_FORCE) & Domain("date_end", "<", tomorrow)
        self.search(domain, order="date_from, id")._cron_each(
            lambda contract: contract._as_step()._update_state(), domain
        )

    def _update_state(self):
        """Take the step that is due today, if any."""
        self.ensure_one()
        today = self._today()
        if self.state == "signed" and self.date_from <= today:
            self._start()
        if self.state not in IN_FORCE:
            return
        if self.date_end and self.date_end < today:
            self._pass_end()
        elif (
            self.state == "active"
            and not self.termination_date
            and self.expiring_date
            and self.expiring_date <= today
        ):
            self._expire()

    def _expire(self):
        """Mark the contract as expiring, and ask who is responsible how it goes on."""
        self.state = "expiring"
        responsible = self.user_id or self.env.user
        # the scheduled job has no language of its own: take that of the reader
        reader = self.with_context(lang=responsible.lang or self.env.lang)
        self.activity_schedule(
            "pm_core.mail_activity_contract_expiring",
            min(self.notice_date, self.notice_date_other),
            summary=reader.env._("Decide how %s goes on", reader.display_name),
            user_id=responsible.id,
        )

    def _pass_end(self):
        """Take the step after the last day: terminated, renewed, going on or ended."""
        if self.termination_date:
            self._finish("terminated", self.termination_date)
        elif any(
            successor.state in ("signed", *IN_FORCE) for successor in self.successor_ids
        ):
            self._finish("renewed", self.date_end)
        elif self.kind_id.silent_extension:
            self.write(
                {
                    "state": "active",
                    "open_ended_since": self.date_end + timedelta(days=1),
                }
            )
            self.message_post(
                body=self.env._(
                    "The term has passed and nobody decided: the contract runs on "
                    "without an end (Civil Code, article 948)."
                )
            )
        else:
            self._finish("ended", self.date_end)

    def _failure_summary(self):
        return self.env._("The contract cannot go on")
