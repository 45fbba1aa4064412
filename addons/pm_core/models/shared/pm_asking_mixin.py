from odoo import fields, models


class PmAskingMixin(models.AbstractModel):
    """What levels decide on, and who asks for it: they do not decide on it themselves.

    That is who entered it and who last changed what is asked for, whoever pressed the
    button: else whoever decides would write the own wishes into the draft of somebody
    else, or have somebody else hand in what is theirs.
    """

    _name = "pm.asking.mixin"
    _description = "Is Asked for by Somebody"
    _inherit = ["pm.review.mixin"]
    # columns in which something is asked for; None: all that users write
    _asking_columns = None

    changed_by_id = fields.Many2one(
        "res.users",
        "Last Changed by",
        readonly=True,
        copy=False,
        help="Who last changed what is asked for, before anybody decided on it.",
    )

    def write(self, vals):
        asking = vals.keys() if self._asking_columns is None else self._asking_columns
        told = bool(vals.keys() & asking)
        result = super().write(vals)
        if told:
            self._note_asking()
        return result

    def _note_asking(self):
        """Note that the user changed what is asked for, here or in a line."""
        if self and not self._writes_freely():
            self.sudo()._as_step().changed_by_id = self.env.user

    def _asked_by(self):
        """Return the users who ask for it, and so do not decide on it."""
        return self.create_uid | self.changed_by_id

    def _kept_from_deciding(self):
        return super()._kept_from_deciding() | self._asked_by()
