from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_core.models.notices.pm_reported_mixin import USUAL


class PmSurveyInvitation(models.Model):
    """Somebody who was drawn, how that person was asked, and what came of it.

    Each has one answer sheet with a secret link of its own: two people who answer on
    one phone or tablet are two, and one who opens the link twice is one.
    """

    _name = "pm.survey.invitation"
    _description = "Person Asked"
    _inherit = ["pm.part.mixin", "pm.estate.mixin", "pm.reported.mixin"]
    _whole = "campaign_id"
    _order = "campaign_id desc, building_id, property_id, id"
    _rec_name = "partner_id"

    campaign_id = fields.Many2one(
        "pm.survey.campaign", required=True, index=True, ondelete="cascade"
    )
    number = fields.Char(related="campaign_id.name")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    role = fields.Selection(
        [
            ("owner", "Owner"),
            ("tenant", "Tenant"),
            ("family", "Family"),
            ("other", "Other"),
        ],
        "Kind of Holder",
        readonly=True,
    )
    group = fields.Char(readonly=True, help="As many of it are asked as it is large.")
    user_input_id = fields.Many2one(
        "survey.user_input",
        "Answer Sheet",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    message_to_ids = fields.One2many(
        "pm.survey.message", "invitation_id", "Sent", readonly=True
    )
    state = fields.Selection(
        [
            ("drawn", "Drawn"),
            ("asked", "Asked"),
            ("unreachable", "No Address"),
            ("answered", "Answered"),
        ],
        required=True,
        readonly=True,
        default="drawn",
        index=True,
    )
    asked_at = fields.Datetime(readonly=True)
    reminded_at = fields.Datetime(readonly=True)
    answered_at = fields.Datetime(readonly=True)
    on_paper = fields.Boolean("Entered by Staff", readonly=True)

    _person_once = models.UniqueIndex(
        "(campaign_id, partner_id)", "This customer is asked in this campaign already."
    )
    _sheet_once = models.UniqueIndex(
        "(user_input_id) WHERE user_input_id IS NOT NULL",
        "This answer sheet belongs to somebody else.",
    )

    def _invite(self):
        """Give each an answer sheet, and ask by the first way that leads there."""
        self._make_sheets()
        self._tell("invite")
        now = fields.Datetime.now()
        for state, some in self.grouped(lambda one: one._reach()).items():
            some.write({"state": state, "asked_at": state == "asked" and now})

    def _reach(self):
        reached = any(one.state == "outgoing" for one in self.message_to_ids)
        return "asked" if reached else "unreachable"

    def _make_sheets(self):
        """All at once: a campaign asks hundreds."""
        without = self.filtered(lambda one: not one.user_input_id)
        sheets = (
            self.env["survey.user_input"]
            .sudo()
            .create(
                [
                    {
                        "survey_id": one.campaign_id.survey_id.id,
                        "partner_id": one.partner_id.id,
                        "email": one.partner_id.email,
                        "nickname": one.partner_id.name,
                        "pm_property_id": one.property_id.id,
                        "deadline": one._deadline(),
                    }
                    for one in without
                ]
            )
        )
        for one, sheet in zip(without, sheets, strict=True):
            one.user_input_id = sheet

    def _deadline(self):
        """The end of the last day at the estate, in UTC."""
        zone = pytz.timezone(self.estate_id.tz or "UTC")
        end = datetime.combine(self.campaign_id.date_to, time(23, 59, 59))
        return zone.localize(end).astimezone(pytz.utc).replace(tzinfo=None)

    def _tell(self, kind):
        ways = self._ways_of_companies()
        rows = []
        for one in self:
            way, address = one._way(ways[one.company_id])
            rows.append(
                {
                    "invitation_id": one.id,
                    "partner_id": one.partner_id.id,
                    "kind": kind,
                    "text": one.with_context(
                        lang=one.partner_id.lang or self.env.lang
                    )._text(kind),
                    "channel": way,
                    "address": address,
                    "state": "outgoing" if way else "unreachable",
                    "due_at": fields.Datetime.now(),
                }
            )
        self.env["pm.survey.message"].sudo()._as_step().create(rows)

    def _way(self, ways):
        for way in USUAL:
            if way in ways and (
                address := self._address_of(way, self.partner_id, None, None)
            ):
                return way, address
        return False, False

    def _text(self, kind):
        values = {
            "estate": self.estate_id.name,
            "company": self.company_id.name,
            "survey": self.campaign_id.survey_id.sudo().title,
        }
        if kind == "remind":
            return self.env._(
                "%(company)s: your opinion on %(estate)s is still missing, and it "
                "counts: you were drawn by lot. It takes two minutes.",
                **values,
            )
        return self.env._(
            "%(company)s: how satisfied are you with %(estate)s? You were drawn by "
            "lot, and stand for your neighbours. It takes two minutes.",
            **values,
        )

    def _remind(self):
        """Once, who was asked some days ago and has not answered."""
        now = fields.Datetime.now()
        late = self.filtered(
            lambda one: (
                one.state == "asked"
                and not one.reminded_at
                and one.campaign_id.remind_after
                and one.asked_at <= now - timedelta(days=one.campaign_id.remind_after)
            )
        )
        if late:
            late._tell("remind")
            late.reminded_at = now

    def _answered(self):
        """The answer sheet is handed in; what comes after the end does not count."""
        now = fields.Datetime.now()
        self.filtered(lambda one: one.campaign_id.state == "running").write(
            {"state": "answered", "answered_at": now}
        )

    def action_open_sheet(self):
        """Enter what somebody answered on paper, at the door or by telephone.

        :raises UserError: answered already, or the campaign does not run
        """
        self.ensure_one()
        self.check_access("read")
        self.env["pm.requirement"].check_access("create")
        if self.campaign_id.state != "running":
            raise UserError(
                self.env._(
                    "%s does not run: answers are taken from its start to its end.",
                    self.campaign_id.display_name,
                )
            )
        self.user_input_id._pm_check_open()
        self.sudo()._as_step().on_paper = True
        return self.user_input_id.action_pm_open()
