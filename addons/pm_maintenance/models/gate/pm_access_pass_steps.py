from odoo import api, fields, models
from odoo.exceptions import UserError

from .gate_roles import GUARD, MANAGER, SERVICE, check_role

OWNERS = ("owner", "developer")
# what an owner's guest or tenant may have waiting at one time
MOST_OPEN = 50


class PmAccessPass(models.Model):
    """How a pass comes to hold: asked, confirmed, refused, cancelled.

    Visitors are confirmed by their host. Goods leave when an owner of the place says
    so: a tenant who moves out does not decide that alone.
    """

    _inherit = "pm.access.pass"

    needs_owner = fields.Boolean(
        "Owner Has to Confirm", compute="_compute_needs_owner", compute_sudo=True
    )
    open_matters = fields.Text(
        "Still Open",
        compute="_compute_open_matters",
        compute_sudo=True,
        help="Fees and deposits of the place, where the company asks for them.",
    )

    @api.depends("kind", "host_id", "property_id")
    def _compute_needs_owner(self):
        owners = self._owners()
        for one in self:
            one.needs_owner = (
                one.kind == "goods" and one.host_id not in owners[one.property_id]
            )

    @api.depends("kind", "host_id", "property_id")
    def _compute_open_matters(self):
        for one in self:
            matters = one._goods_matters() if one._asks_for_fees() else []
            one.open_matters = "\n".join(matters) or False

    def _asks_for_fees(self):
        return self.kind == "goods" and self.company_id.pm_goods_check != "none"

    def _goods_matters(self):
        """Return in words what is open at the place: fees, deposits.

        Nothing here: what knows of money extends it.
        """
        self.ensure_one()
        return []

    def _owners(self):
        """Return {place: its owners today}, read once for all passes."""
        places = self.sudo().property_id
        rows = (
            self.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("property_id", "in", places.ids),
                    ("role", "in", OWNERS),
                    ("is_current", "=", True),
                ]
            )
        )
        by_place = rows.grouped("property_id")
        none = self.env["res.partner"].sudo()
        return {
            place: by_place[place].partner_id if place in by_place else none
            for place in [*places, self.env["pm.property"]]
        }

    def _confirmers(self):
        """Return the customers who may say yes to this pass."""
        self.ensure_one()
        one = self.sudo()
        if one.kind == "goods":
            return one._owners()[one.property_id]
        return one.host_id

    # steps of staff

    def action_ask(self):
        """Ask the host, or for goods the owner, to confirm it on the portal.

        :raises UserError: nobody to ask
        """
        self.check_access("read")
        check_role(self, GUARD, SERVICE)
        self._check_in_state("draft")
        for one in self:
            people = one._confirmers()
            if not people:
                raise UserError(
                    self.env._(
                        "%s: nobody is known who could confirm it. Enter the host, or "
                        "the owner of the place in the register.",
                        one.display_name,
                    )
                )
            one._ask(people)

    def _ask(self, people):
        step = self.sudo()._as_step()
        step.write({"state": "asked", "asked_at": fields.Datetime.now()})
        for person in people:
            step._tell_host(person)

    def action_confirm_phone(self):
        """The host said yes on the telephone; who that was stands under *reason*.

        Goods are let go by customer service and managers, not by the guard alone who
        lets them through.

        :raises UserError: nothing is entered about who said yes
        """
        self._confirm_for_host("phone")

    def action_confirm_paper(self):
        """The host, or the owner, signed a paper; which stands under *reason*."""
        self._confirm_for_host("paper")

    def _confirm_for_host(self, how):
        check_role(self, GUARD, SERVICE)
        self._check_in_state("draft", "asked")
        for one in self:
            if one.kind == "goods":
                check_role(one, SERVICE)
            if not (one.reason or "").strip():
                raise UserError(
                    self.env._(
                        "%s: enter who said yes, and at which number or on which "
                        "paper.",
                        one.display_name,
                    )
                )
            one._confirm(how, f"{one.reason} ({self.env.user.name})")

    def _confirm(self, how, by):
        """The pass holds.

        :raises UserError: fees are open and the company refuses then
        """
        one = self.sudo()._as_step()
        one._check_still_useful()
        matters = one._goods_matters() if one._asks_for_fees() else []
        if matters and one.company_id.pm_goods_check == "block":
            raise UserError(
                self.env._(
                    "%(number)s: goods do not leave while this is open: %(matters)s",
                    number=one.display_name,
                    matters="; ".join(matters),
                )
            )
        one._provide_token()
        one.write(
            {
                "state": "confirmed",
                "confirmed_at": fields.Datetime.now(),
                "confirmed_how": how,
                "confirmed_by": by,
                "warning": "\n".join(matters) or False,
            }
        )

    def _check_still_useful(self):
        """:raises UserError: it would have ended before it begins to hold"""
        for one in self:
            if one.valid_to <= fields.Datetime.now():
                raise UserError(
                    self.env._(
                        "%s has ended already. Make a new one with other times.",
                        one.display_name,
                    )
                )

    def action_refuse(self):
        """The host does not expect anybody; the reason is entered.

        :raises UserError: no reason
        """
        check_role(self, GUARD, SERVICE)
        self._check_in_state("draft", "asked")
        self._need_reason()
        self.sudo()._as_step().write({"state": "refused"})

    def action_cancel(self):
        """It is not needed any more; who is inside may still go out."""
        check_role(self, GUARD, SERVICE)
        self._check_in_state("draft", "asked", "confirmed")
        self._need_reason()
        self.sudo()._as_step().write({"state": "cancelled"})

    def _need_reason(self):
        for one in self:
            if not (one.reason or "").strip():
                raise UserError(
                    self.env._("%s: enter the reason first.", one.display_name)
                )

    def action_share(self):
        """Open the page of the pass, to be shown or sent to the visitor.

        The secret is for who may hand the pass over, and there is none before it
        was confirmed.
        """
        self.ensure_one()
        check_role(self, GUARD, SERVICE)
        self._check_in_state("confirmed")
        return {"type": "ir.actions.act_url", "url": self._url(), "target": "new"}

    def action_forget(self):
        """Remove the personal data of visitors who asked for it, before its time.

        :raises UserError: it is still in use
        """
        check_role(self, MANAGER)
        for one in self:
            if one.state == "confirmed" and (
                one.is_inside or one.valid_to > fields.Datetime.now()
            ):
                raise UserError(
                    self.env._(
                        "%s is still in use. Cancel it first, when the visitor has "
                        "left.",
                        one.display_name,
                    )
                )
        self.sudo()._as_step()._forget()

    # the host on the portal; the controller has chosen what the person may see

    @api.model
    def _invite(self, place, host, kind, values):
        """Make a pass that a host asked for, and confirm it if that is enough.

        :param place: ``pm.property`` that the host holds
        :param host: ``res.partner``
        :param values: what the host entered, of :data:`AGREED` only
        :raises UserError: too many are open, or something is missing
        """
        host.ensure_one()
        waiting = self.sudo().search_count(
            [
                ("host_id", "=", host.id),
                ("state", "in", ("asked", "confirmed")),
                ("valid_to", ">", fields.Datetime.now()),
            ],
            limit=MOST_OPEN,
        )
        if waiting >= MOST_OPEN:
            raise UserError(
                self.env._(
                    "You have %s passes that still hold. Cancel some of them first.",
                    MOST_OPEN,
                )
            )
        one = (
            self.sudo()
            ._as_step()
            .create(
                {
                    **values,
                    "kind": kind,
                    "property_id": place.id,
                    "host_id": host.id,
                    "source": "portal",
                }
            )
        )
        people = one._confirmers()
        if host in people:
            one._confirm("portal", host.name)
        else:
            # where no owner is known, it waits for the desk to find one
            one._ask(people)
        return one

    def _answer(self, person, agreed, reason=None):
        """What who was asked says on the portal.

        :raises UserError: not waiting, or not asked
        """
        self.ensure_one()
        self._check_in_state("asked")
        if not person or not person <= self._confirmers():
            raise UserError(
                self.env._("%s does not wait for your answer.", self.number)
            )
        if agreed:
            self._confirm("portal", person.name)
            return
        self.sudo()._as_step().write({"state": "refused", "reason": reason})

    def _take_back(self, reason):
        """The host does not need it any more."""
        self.ensure_one()
        self._check_in_state("asked", "confirmed")
        self.sudo()._as_step().write({"state": "cancelled", "reason": reason})
