from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Receipts of merged customers all stay; only the order of their making is one."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _pm_merge_rules(self):
        return {
            **super()._pm_merge_rules(),
            "pm.dunning.line": self._pm_join_demands,
            # no two receipts become one: see _pm_order_receipts
            "pm.receipt": None,
            # both stay on file, one of them waits: see _pm_join_waiting
            "pm.parking.request": None,
            # see _pm_archive_mandates
            "pm.collection.mandate": None,
        }

    @api.model
    def _pm_merge_keys(self):
        return {**super()._pm_merge_keys(), "pm.dunning.line": ("dunning_id",)}

    @api.model
    def _pm_join_demands(self, kept, row):
        """One demand for the charges of both, with all that was said."""
        row.item_ids.line_id = kept
        if row.text != kept.text:
            kept.text = f"{kept.text}\n\n{row.text}"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._pm_order_receipts(src_partners, dst_partner)
        self._pm_join_waiting(src_partners, dst_partner)
        self._pm_archive_mandates(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _pm_archive_mandates(self, src_partners, dst_partner):
        """Of two mandates for one place and time that of the one that stays holds."""
        mandates = (
            self.env["pm.collection.mandate"]
            .sudo()
            ._as_step()
            .search([("partner_id", "in", (src_partners | dst_partner).ids)])
        )
        for rows in mandates.grouped("property_id").values():
            held = rows.browse()
            for row in rows.sorted(lambda row: (row.partner_id != dst_partner, row.id)):
                if any(row._overlaps(other) for other in held):
                    row.active = False
                else:
                    held |= row
        self.env.flush_all()

    @api.model
    def _pm_order_receipts(self, src_partners, dst_partner):
        """Put the turns of those who go behind those of the one that stays.

        A turn only keeps two payments of one customer from being booked at the same
        moment; which number a past one had matters to nobody.
        """
        Receipt = self.env["pm.receipt"].sudo()._as_step()
        last = max(
            Receipt.search(
                [("partner_id", "in", (dst_partner | src_partners).ids)]
            ).mapped("turn"),
            default=0,
        )
        moved = Receipt.search(
            [("partner_id", "in", src_partners.ids), ("turn", ">", 0)], order="id"
        )
        for turn, receipt in enumerate(moved, last + 1):
            receipt.turn = turn
        self.env.flush_all()

    @api.model
    def _pm_join_waiting(self, src_partners, dst_partner):
        """One customer waits once for one kind of space: the longest, or who was
        offered one; the other request is given up."""
        requests = (
            self.env["pm.parking.request"]
            .sudo()
            ._as_step()
            .search(
                [
                    ("partner_id", "in", (dst_partner | src_partners).ids),
                    ("state", "in", ("waiting", "offered")),
                ]
            )
        )
        for rows in requests.grouped(lambda row: (row.property_id, row.kind)).values():
            kept = rows.sorted(lambda row: (row.state != "offered", row.date, row.id))
            kept[1:].state = "cancelled"
        self.env.flush_all()
