import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError


class PmOrderPhoto(models.TransientModel):
    """A photo from the phone, before or after the work, kept as the phone took it."""

    _name = "pm.order.photo"
    _description = "Photo of an Order"

    request_id = fields.Many2one(
        "maintenance.request", "Order", required=True, ondelete="cascade"
    )
    moment = fields.Selection(
        [("before", "Before the Work"), ("after", "After the Work")],
        required=True,
        default="before",
    )
    photo = fields.Binary(required=True, attachment=False)
    filename = fields.Char()

    def action_apply(self):
        """Add the photo to the order.

        :raises UserError: no photo, or what is none
        """
        self.ensure_one()
        order = self.request_id
        order._check_worker()
        order._add_photos_of(self.moment, [self._read_photo()])
        return {"type": "ir.actions.act_window_close"}

    def _read_photo(self):
        name = self.filename or self.env._("photo.jpg")
        try:
            return name, base64.b64decode(self.photo or b"", validate=False)
        except binascii.Error as error:
            raise UserError(
                self.env._("%s is no photo that can be opened (JPEG or PNG).", name)
            ) from error
