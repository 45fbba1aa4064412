from odoo import api, fields, models
from odoo.fields import Domain

LINKS = ("training_id", "notice_id", "standard_id", "policy_id")


class PmRectification(models.Model):
    """Done by what it points to: a training, a notice, a new version of a text.

    What happened before the complaint came is no answer to it and ends nothing. What
    remains is that somebody else looks, as with work orders.
    """

    _inherit = "pm.rectification"

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures._end_by_links()
        return measures

    def write(self, vals):
        """What it points to may have happened when it is entered."""
        result = super().write(vals)
        if vals.keys() & {"kind", *LINKS}:
            self._end_by_links()
        return result

    def _end_by_links(self):
        """It is done when what it points to has happened."""
        for measure in self.sudo():
            if measure.state == "open" and (words := measure._words_of_links()):
                measure._finish(words)

    def _words_of_links(self):
        """What happened, or nothing while it is still to come."""
        if self.kind == "training":
            return self._words_of_training()
        if self.kind == "notice":
            return self._words_of_notice()
        if self.kind == "standard":
            return self._words_of_texts()
        return None

    def _words_of_training(self):
        session = self.training_id
        if session.state != "held" or session.date < self._day_of_complaint():
            return None
        return self.env._("%s was held.", session.display_name)

    def _day_of_complaint(self):
        """On the clock of the estate, as the day of a training is."""
        estate = self.estate_id
        return fields.Datetime.context_timestamp(
            estate.with_context(tz=estate.tz or "UTC"), self.complaint_id.received_at
        ).date()

    def _words_of_notice(self):
        notice, since = self.notice_id, self.complaint_id.received_at
        if notice.state != "published" or notice.date_published < since:
            return None
        return self.env._("%s was published.", notice.display_name)

    def _words_of_texts(self):
        texts = [text for text in (self.standard_id, self.policy_id) if text]
        since = self.complaint_id.received_at
        for text in texts:
            approved = text.approval_date
            if text.state != "in_force" or not approved or approved < since:
                return None
        return "\n".join(
            self.env._("%s is in force.", text.display_name) for text in texts
        )

    @api.model
    def _follow_version(self, link, text, before):
        """A version came into force: those that were to bring it about are done.

        :param link: name of the field that points to such texts
        :param text: the version
        :param before: the version that it replaces, or None: who wrote the measure
            down knew no other
        """
        versions = text | before if before else text
        measures = self.sudo().search(
            Domain(link, "in", versions.ids)
            & Domain("kind", "=", "standard")
            & Domain("state", "=", "open")
        )
        measures._as_step().write({link: text.id})
