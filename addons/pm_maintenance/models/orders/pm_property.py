import base64
import io
import secrets

import qrcode

from odoo import fields, models

from .maintenance_request import OPEN


class PmProperty(models.Model):
    _inherit = "pm.property"

    order_count = fields.Integer(
        "Open Orders",
        compute="_compute_order_count",
        groups="pm_core.group_pm_user",
    )
    report_token = fields.Char(
        copy=False,
        readonly=True,
        groups="base.group_system",
        index="btree_not_null",
        help="Opens the public page on which a fault at this place is reported.",
    )

    def _compute_order_count(self):
        """Open orders here and below, counted once for all."""
        orders = self.env["maintenance.request"]
        counts = dict(
            orders._read_group(
                [("property_id", "child_of", self.ids), ("state", "in", OPEN)],
                ["property_id"],
                ["__count"],
            )
        )
        for place in self:
            prefix = place.parent_path or "-"
            place.order_count = sum(
                count
                for node, count in counts.items()
                if (node.parent_path or "").startswith(prefix)
            )

    def action_view_orders(self):
        """Open the orders of this place and what is below it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.maintenance_request_action"
        )
        action["domain"] = [("property_id", "child_of", self.id)]
        action["context"] = {"default_property_id": self.id}
        return action

    def action_print_report_codes(self):
        """Print the QR codes of these places, to be put up there."""
        self.check_access("read")
        self._provide_report_token()
        return self.env.ref("pm_maintenance.report_code_report").report_action(self)

    def _provide_report_token(self):
        for place in self.sudo().filtered(lambda place: not place.report_token):
            place._as_step().report_token = secrets.token_urlsafe(12)

    def _report_url(self):
        """The address in the code; it shows nothing but the name of the place.

        :raises AccessError: who may not see a place prints no code for it either:
            reports are rendered for whoever names an id
        """
        self.ensure_one()
        self.check_access("read")
        self._provide_report_token()
        return f"{self.get_base_url()}/fault/{self.sudo().report_token}"

    def _report_code(self):
        """The code as a data URL: a picture that needs no server to be printed."""
        picture = io.BytesIO()
        qrcode.make(self._report_url(), box_size=6, border=1).save(picture)
        return f"data:image/png;base64,{base64.b64encode(picture.getvalue()).decode()}"
