from odoo import models
from odoo.exceptions import AccessError


class CommentWizard(models.TransientModel):
    _inherit = "comment.wizard"

    def add_comment(self):
        """Decide with a comment, each on what one has to decide oneself.

        :raises AccessError: the user may not decide on the record
        """
        self.ensure_one()
        model = self.env.registry.get(self.res_model)
        if model is None or not issubclass(model, self.env.registry["pm.review.mixin"]):
            return super().add_comment()
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        mine = self.review_ids & record._reviews_of(self.env.user)
        if not mine:
            raise AccessError(
                self.env._("Only its reviewers decide on %s.", record.display_name)
            )
        self.review_ids = mine
        return super(CommentWizard, self.sudo()).add_comment()
