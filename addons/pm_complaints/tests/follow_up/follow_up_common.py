"""Rules that fit whatever the hour, for the tests of the room."""

from odoo import Command

# any hour and day, so that no test depends on when it runs
ANY_HOUR = {"hour_from": 0, "hour_to": 24, "days_after": 0, "days_off": True}


class FollowUpFactory:
    """Rules of one's own: those that are shipped are out of the way."""

    @classmethod
    def make_rules(cls):
        cls.rules = cls.env["pm.follow.up.rule"]
        cls.rules.search([]).active = False
        for event in ("order", "order_low", "complaint", "complaint_low", "customer"):
            cls.rules |= cls.rules.create(
                {
                    "name": event,
                    "event": event,
                    "script": "Good day, {customer}: {work}?",
                    "question_ids": [Command.create({"name": "Does it work?"})],
                    **ANY_HOUR,
                }
            )
        cls.rule = {rule.event: rule for rule in cls.rules}
