from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# what failed longer ago is no news
RECENT = timedelta(days=30)


class PmChannelHealth(models.Model):
    """What all channels have in common: our own lists of messages that leave."""

    _inherit = "pm.channel.health"

    @api.model
    def _no_figures(self):
        return {
            "is_set_up": False,
            "last_in": False,
            "last_out": False,
            "waiting": 0,
            "held": 0,
            "failed": 0,
            "paused": 0,
        }

    @api.model
    def _outgoing_models(self):
        """Every list of messages about documents."""
        names = sorted(self.env.registry["pm.outgoing.mixin"]._inherit_children)
        return [self.env[name].sudo() for name in names if not self.env[name]._abstract]

    @api.model
    def _domain_recent(self):
        return Domain("create_date", ">=", fields.Datetime.now() - RECENT)

    def _outgoing_figures(self, channel, company):
        """Figures of what we tell by this channel."""
        own = Domain("channel", "=", channel) & Domain("company_id", "=", company.id)
        waiting = failed = 0
        last = []
        for model in self._outgoing_models():
            waiting += model.search_count(own & Domain("state", "=", "outgoing"))
            failed += model.search_count(
                own & Domain("state", "=", "failed") & self._domain_recent()
            )
            last.append(
                model.search(
                    own & Domain("state", "=", "sent"), order="id desc", limit=1
                ).sent_at
            )
        return {
            "waiting": waiting,
            "failed": failed,
            "last_out": max(filter(None, last), default=False),
        }

    @api.model
    def _domain_not_left(self):
        """Should have left by now; what waits for the morning is in order."""
        return Domain("state", "=", "outgoing") & (
            Domain("due_at", "<=", fields.Datetime.now()) | Domain("tries", ">", 0)
        )

    def _oldest_outgoing(self, channel):
        own = Domain("channel", "=", channel) & Domain(
            "company_id", "=", self.company_id.id
        )
        own &= self._domain_not_left()
        # from when on it waits: a try puts off what is due
        waits = []
        for model in self._outgoing_models():
            tried = own & Domain("tries", ">", 0)
            waits.append(model.search(tried, order="id", limit=1).create_date)
            first = own & Domain("tries", "=", 0)
            waits.append(model.search(first, order="due_at", limit=1).due_at)
        return min(filter(None, waits), default=None)

    def _again_outgoing(self, channel):
        for model in self._outgoing_models():
            model.search(
                Domain("channel", "=", channel)
                & Domain("company_id", "=", self.company_id.id)
                & (
                    self._domain_not_left()
                    | (Domain("state", "=", "failed") & self._domain_recent())
                )
            )._as_step().write(
                {"state": "outgoing", "tries": 0, "due_at": fields.Datetime.now()}
            )

    # what comes in

    def _incoming_figures(self, model, company):
        messages = self.env[model].sudo()
        own = Domain("company_id", "=", company.id)
        counts = dict(
            messages._read_group(
                own & Domain("state", "in", ("new", "held", "failed")),
                ["state"],
                ["__count"],
            )
        )
        return {
            "last_in": messages.search(own, order="id desc", limit=1).create_date,
            "waiting": counts.get("new", 0),
            "held": counts.get("held", 0),
            "failed": counts.get("failed", 0),
        }

    def _oldest_incoming(self, model):
        return (
            self.env[model]
            .search(
                [("company_id", "=", self.company_id.id), ("state", "=", "new")],
                order="id",
                limit=1,
            )
            .create_date
            or None
        )

    def _again_incoming(self, model):
        messages = self.env[model]
        messages.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("new", "failed")),
            ]
        )._as_step().write(
            {"state": "new", "tries": 0, "due_at": fields.Datetime.now()}
        )
        self.env.ref(messages._job)._trigger()

    @staticmethod
    def _sum(*figures):
        """Of both directions together."""
        result = {}
        for one in figures:
            for name, value in one.items():
                if name.startswith("last") or isinstance(value, bool):
                    result[name] = value or result.get(name, False)
                else:
                    result[name] = result.get(name, 0) + value
        return result
