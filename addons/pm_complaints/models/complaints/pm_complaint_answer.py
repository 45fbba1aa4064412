from odoo import models
from odoo.exceptions import UserError

# a reply may go out while things are still being put right
REPLYING = (
    "accepted",
    "assigned",
    "investigating",
    "approval",
    "replied",
    "rectifying",
    "verified",
)


class PmComplaint(models.Model):
    """The reply: by template or by hand, agreed to where it matters, and sent."""

    _inherit = "pm.complaint"

    def action_reply(self, text=None, channel_id=None, template_id=None):
        """Answer the customer; a serious case waits for approval first.

        :param text: the reply; without, the draft that stands on the complaint
        :param channel_id: id of the ``pm.channel`` by which the customer gets it;
            the one by which the complaint came
        :param template_id: id of a ``pm.complaint.template`` to write it from
        :raises UserError: no text
        """
        self._check_handler()
        self._check_in_state(*REPLYING)
        channel = self.env["pm.channel"].browse(channel_id or []).exists()
        channel.check_access("read")
        template = self.env["pm.complaint.template"].browse(template_id or []).exists()
        template.check_access("read")
        for complaint in self:
            words = text or (template and template._text_for(complaint))
            complaint._reply(words or complaint.reply, channel)

    def _reply(self, text, channel):
        self._need(text, self.env._("the reply"))
        if self.sudo().reply_ids.filtered(lambda reply: reply.state == "approval"):
            raise UserError(
                self.env._(
                    "%s has a reply that waits for approval. Take it back first.",
                    self.display_name,
                )
            )
        reply = (
            self.env["pm.complaint.reply"]
            .sudo()
            ._as_step()
            .create(
                {
                    "complaint_id": self.id,
                    "body": text.strip(),
                    "user_id": self.env.uid,
                    "channel_id": (channel or self.channel_id).id,
                }
            )
        )
        reply.action_submit()

    def _state_while_replying(self, state):
        """What goes on besides the reply goes on under its own name."""
        return self.state if self.state in ("rectifying", "verified") else state

    def action_draft_reply(self, template_id=None):
        """Write the draft of the reply from a template, to be improved.

        :param template_id: id of a template; the one of the category
        """
        self._check_handler()
        self._check_in_state(*REPLYING)
        for complaint in self:
            template = self.env["pm.complaint.template"]
            if template_id:
                template = template.browse(template_id).exists()
                template.check_access("read")
            else:
                template = template._for(complaint)
            if not template:
                raise UserError(
                    self.env._("There is no template for %s.", complaint.display_name)
                )
            complaint._take_step("draft", reply=template._text_for(complaint))
