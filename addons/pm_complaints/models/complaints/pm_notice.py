from odoo import fields, models
from odoo.exceptions import UserError


class PmNotice(models.Model):
    _inherit = "pm.notice"

    praise_id = fields.Many2one(
        "pm.complaint",
        "Shows the Praise",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    pm_rectification_ids = fields.One2many(
        "pm.rectification", "notice_id", "Measures of Complaints", readonly=True
    )

    def _check_submittable(self):
        """Praise is shown with the consent of who gave it."""
        result = super()._check_submittable()
        for notice in self:
            praise = notice.sudo().praise_id
            if praise and not praise.may_be_shown:
                raise UserError(
                    self.env._(
                        "%(notice)s shows %(praise)s, and the customer does not agree. "
                        "Note the consent there, or delete this draft.",
                        notice=notice.display_name,
                        praise=praise.number,
                    )
                )
        return result

    def _publish(self):
        """A measure that is this notice is done."""
        result = super()._publish()
        self.sudo().pm_rectification_ids._end_by_links()
        return result
