from odoo import api, fields, models
from odoo.fields import Domain

ROLES = ("owner", "tenant", "family", "developer", "other")


class PmNotice(models.Model):
    """Whom a notice would reach, whom it reached, and who has read it."""

    _inherit = "pm.notice"

    to_owner = fields.Boolean("Owners", default=True)
    to_tenant = fields.Boolean("Tenants", default=True)
    to_family = fields.Boolean("Family Members")
    to_developer = fields.Boolean("Developer")
    to_other = fields.Boolean("Others")
    recipient_ids = fields.One2many(
        "pm.notice.recipient", "notice_id", "Recipients", readonly=True, copy=False
    )
    preview_count = fields.Integer("Would Reach", compute="_compute_preview")
    preview_no_email = fields.Integer("Without E-mail", compute="_compute_preview")
    preview_no_phone = fields.Integer("Without Phone", compute="_compute_preview")
    preview_no_wechat = fields.Integer("Without WeChat", compute="_compute_preview")
    recipient_count = fields.Integer("Told", compute="_compute_figures")
    read_count = fields.Integer("Read", compute="_compute_figures")
    read_rate = fields.Float("Read (%)", compute="_compute_figures")
    sent_count = fields.Integer("Sent", compute="_compute_figures")
    waiting_count = fields.Integer("Being Sent", compute="_compute_figures")
    failed_count = fields.Integer("Failed", compute="_compute_figures")
    _to_somebody = models.Constraint(
        "CHECK (to_owner OR to_tenant OR to_family OR to_developer OR to_other)",
        "Choose whom the notice is for: owners, tenants or others.",
    )

    @api.depends(
        "estate_id",
        "property_ids",
        "state",
        "to_owner",
        "to_tenant",
        "to_family",
        "to_developer",
        "to_other",
    )
    def _compute_preview(self):
        """Count whom a notice would reach if it were published now."""
        Partner = self.env["res.partner"]
        ahead = self.filtered(
            lambda notice: notice.state in ("draft", "approval", "scheduled")
        )
        told = ahead._occupancies_by_notice()
        for notice in self:
            partners = told[notice].partner_id if notice in told else Partner
            notice.preview_count = len(partners)
            asked = partners if notice.wechat_offered else Partner
            asked_sudo = asked.sudo().with_company(notice.company_id)
            notice.preview_no_wechat = len(
                asked_sudo.filtered(lambda p: not p.pm_wechat_openid)
            )
            notice.preview_no_email = len(partners.filtered(lambda p: not p.email))
            notice.preview_no_phone = len(partners.filtered(lambda p: not p.phone))

    @api.depends("recipient_ids.read_date", "recipient_ids.delivery_ids.state")
    def _compute_figures(self):
        Recipient, Delivery = (
            self.env["pm.notice.recipient"],
            self.env["pm.notice.delivery"],
        )
        read = {
            notice: (count, opened)
            for notice, count, opened in Recipient._read_group(
                [("notice_id", "in", self.ids)],
                ["notice_id"],
                ["__count", "read_date:count"],
            )
        }
        sent = {
            (notice, state): count
            for notice, state, count in Delivery._read_group(
                [("notice_id", "in", self.ids)], ["notice_id", "state"], ["__count"]
            )
        }
        for notice in self:
            count, opened = read.get(notice._origin, (0, 0))
            notice.recipient_count = count
            notice.read_count = opened
            notice.read_rate = 100 * opened / count if count else 0
            notice.sent_count = sent.get((notice._origin, "sent"), 0)
            notice.failed_count = sent.get((notice._origin, "failed"), 0)
            notice.waiting_count = sum(
                sent.get((notice._origin, state), 0) for state in ("outgoing", "queued")
            )

    def action_preview(self):
        """Show whom the notice would reach if it were published now."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Would Reach"),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": [("id", "in", self._partners().ids)],
            "context": {"create": False},
        }

    def action_view_recipients(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_notice_recipient_action"
            ),
            "domain": [("notice_id", "=", self.id)],
            "context": dict(self.env.context, active_test=False),
        }

    def _freeze_recipients(self):
        """Store who is told, and by which ways."""
        self.ensure_one()
        recipients = (
            self.env["pm.notice.recipient"]
            .sudo()
            ._as_step()
            .create(
                [
                    {
                        "notice_id": self.id,
                        "partner_id": occupancy.partner_id.id,
                        "property_id": occupancy.property_id.id,
                    }
                    for occupancy in self._occupancies()
                ]
            )
        )
        self.env["pm.notice.delivery"].sudo()._as_step().create(
            [
                {"recipient_id": recipient.id, "channel": channel}
                for recipient in recipients
                for channel in self._channels()
            ]
        )._prepare()

    def _occupancies(self):
        """Return the occupancies that are told, one for each customer."""
        self.ensure_one()
        return self._occupancies_by_notice()[self]

    def _occupancies_by_notice(self):
        """Return {notice: the occupancies that are told, one for each customer}.

        Those that hold today, below the nodes in scope, in the chosen roles. Archived
        customers are left out. Read at once for the notices of one day, which differs
        between time zones only.
        """
        told = {}
        for day, notices in self.grouped(lambda notice: notice._today()).items():
            found = notices._occupancies_on(day)
            for notice in notices:
                told[notice] = notice._first_of_each_customer(found)
        return told

    def _occupancies_on(self, day):
        """Return what is held on ``day`` in the scopes of these notices."""
        Occupancy = self.env["pm.occupancy"]
        nodes = self.property_ids | self.estate_id
        if not nodes:
            return Occupancy
        return Occupancy.search(
            Domain("property_id", "child_of", nodes.ids)
            & Domain("partner_id.active", "=", True)
            & Occupancy._domain_on(day),
            order="property_id, date_from, id",
        )

    def _first_of_each_customer(self, occupancies):
        """Return those that this notice is for, one for each customer."""
        nodes = (self.property_ids or self.estate_id)._origin
        paths = tuple(nodes.sudo().mapped("parent_path"))
        roles = [role for role in ROLES if self[f"to_{role}"]]
        first = {}
        for occupancy in occupancies.filtered(lambda found: found.role in roles):
            path = occupancy.property_id.sudo().parent_path
            if path.startswith(paths):
                first.setdefault(occupancy.partner_id, occupancy.id)
        # read along with those of the other notices
        return occupancies.browse(first.values()).with_prefetch(occupancies.ids)

    def _partners(self):
        return self._occupancies().partner_id
