from odoo import api, fields, models, tools


class PmEventKind(models.Model):
    """Something that happens to a document, and that others can be told of.

    What there is comes with the addons, because a step of theirs raises it.
    """

    _name = "pm.event.kind"
    _description = "Kind of Event"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, readonly=True)
    code = fields.Char(
        required=True, readonly=True, help="As other systems are told it."
    )
    subject = fields.Selection(
        [
            ("alert", "Alerts"),
            ("emergency", "Emergencies"),
            ("complaint", "Complaints"),
            ("order", "Work Orders"),
            ("notice", "Notices"),
            ("bill", "Bills"),
        ],
        required=True,
        readonly=True,
    )
    sequence = fields.Integer(default=10)

    _code_unique = models.UniqueIndex("(code)", "This event is there already.")

    @api.depends("name", "subject")
    def _compute_display_name(self):
        subjects = dict(self._fields["subject"]._description_selection(self.env))
        for kind in self:
            kind.display_name = f"{subjects.get(kind.subject, '')}: {kind.name}"

    @api.model
    @tools.ormcache("code")
    def _listeners(self, code):
        """Who follows an event: ((model, ids), …); empty where nobody does.

        Asked for at every step of every document, and so kept in memory.
        """
        found = []
        for name in ("pm.webhook", "pm.wecom.robot"):
            # kept for all, whatever the context of who asks first
            listeners = (
                self.env[name]
                .sudo()
                .with_context(active_test=True)
                .search([("event_ids.code", "=", code)])
            )
            if listeners:
                found.append((name, listeners._ids))
        return tuple(found)
