from odoo import fields, models


class PmComplaint(models.Model):
    """What customers are told, and by which way."""

    _inherit = "pm.complaint"

    def _tell_customer(self, kind, detail=None):
        """One message to everybody who reported this, by the way they came.

        :param kind: of :class:`PmComplaintMessage`
        :param detail: words that belong to it
        """
        return self.sudo()._reporters_of()._tell_reporter(kind, detail)

    def _tell_reporter(self, kind, detail=None):
        """One message to who reported each of these."""
        told = self.sudo().filtered(
            lambda one: one.partner_id or one.reporter_email or one.reporter_phone
        )
        ways = told._ways_of_companies()
        now = fields.Datetime.now()
        rows = []
        for one in told:
            way, address = one._reporter_way(ways)
            reader = one.with_context(lang=one.partner_id.lang or self.env.lang)
            rows.append(
                {
                    "complaint_id": one.id,
                    "partner_id": one.partner_id.id,
                    "kind": kind,
                    "text": reader._customer_text(kind, detail),
                    "channel": way,
                    "address": address,
                    "state": "outgoing" if way else "unreachable",
                    "due_at": now,
                }
            )
        return self.env["pm.complaint.message"].sudo()._as_step().create(rows)

    def _ask_how_it_was(self):
        """With the answer goes the page on which the customer says how it was: once
        for each time that a case is answered, and once more when what had to be put
        right is seen to be so."""
        for case in self.sudo():
            kind = "verdict" if case.rectification_ids._standing() else "rate"
            began = case.step_ids.filtered(lambda one: one.step == "reopen")[-1:].at
            asked = case.message_to_ids.filtered(
                lambda one, kind=kind, began=began: (
                    one.kind == kind and (not began or one.create_date >= began)
                )
            )
            if case.kind != "praise" and case._is_to_be_asked() and not asked:
                case._tell_customer(kind)

    def _customer_text(self, kind, detail=None):
        """What is said, in the customer's language, with the number of the case."""
        number = self.number
        text = {
            "accept": self.env._("We have your message %s and look into it.", number),
            "reply": self.env._(
                "About %(number)s: %(text)s", number=number, text=detail
            ),
            "wait": self.env._(
                "%(number)s: to go on we need from you: %(what)s",
                number=number,
                what=detail,
            ),
            "verdict": self.env._(
                "%s: what was promised is done. Tell us whether you are satisfied.",
                number,
            ),
            "rate": self.env._(
                "%s: are you satisfied with our answer? Tell us.", number
            ),
            "close": self.env._(
                "%(number)s is closed. If something is still wrong, tell us until "
                "%(day)s.",
                number=number,
                day=self.objection_until or "",
            ),
            "reopen": self.env._("%s goes on; somebody else takes it up.", number),
            "merge": self.env._(
                "%(number)s goes on together with %(other)s. You are told of it.",
                number=number,
                other=detail,
            ),
            "withdraw": self.env._("%s is taken back, as you wished.", number),
            "invalid": self.env._(
                "%(number)s: we cannot go on with this: %(why)s",
                number=number,
                why=detail,
            ),
            "forward": self.env._(
                "%(number)s was handed to %(who)s, who can decide it.",
                number=number,
                who=self.authority_id.sudo().name or detail,
            ),
            "code": self.env._(
                "%s: codes that you were given before open it no more.", number
            ),
        }[kind]
        if kind == "accept" and self.promise:
            text = f"{text} {self.promise}"
        return text
