from odoo import api, models
from odoo.exceptions import UserError

from .pm_complaint import KINDS

MAX_TEXT = 10_000


class PmComplaint(models.Model):
    """How complaints come in: one method for every channel."""

    _inherit = "pm.complaint"

    @api.model
    def _report(
        self,
        place,
        text,
        *,
        kind="complaint",
        channel="app",
        category=None,
        partner=None,
        reporter=None,
        is_anonymous=False,
        remedy=None,
        photos=(),
        reference=None,
        hotline=None,
        accept=True,
        values=None,
    ):
        """Make a complaint of what somebody tells us; what channels call.

        Runs as superuser: whoever calls has checked that the reporter may report
        something at ``place``. It is accepted at once, so that the customer hears of
        it by the way it came.

        :param place: ``pm.property``
        :param text: the customer's words, as plain text
        :param kind: key of ``KINDS``
        :param channel: code of a ``pm.channel``
        :param category: ``pm.complaint.category``, if known; else keywords suggest one
        :param partner: ``res.partner`` who complains
        :param reporter: dict with ``name``, ``phone``, ``email`` of a person who is no
            customer
        :param photos: pairs of file name and content as bytes
        :param reference: what the sender calls the message; the complaint that it made
            before is returned when it comes again
        :param hotline: dict with ``number`` and ``deadline`` of the authority
        :param accept: whether the customer is told at once
        :param values: other fields, from code
        :return: the complaint
        :raises UserError: no text, or a photo that is none
        """
        whole = (text or "").strip()
        text = whole[:MAX_TEXT]
        if not text:
            raise UserError(self.env._("Say in a few words what it is about."))
        if kind not in dict(KINDS):
            raise UserError(self.env._("Choose what kind of message it is."))
        channel = (
            self.env["pm.channel"].sudo().search([("code", "=", channel)], limit=1)
        )
        complaints = self.sudo().with_company(place.company_id)
        if reference:
            known = complaints.search(
                [
                    ("company_id", "=", place.company_id.id),
                    ("channel_id", "=", channel.id),
                    ("external_ref", "=", reference),
                ],
                limit=1,
            )
            if known:
                return known
        orders = self.env["maintenance.request"]
        checked = [orders._check_photo(name, content) for name, content in photos]
        orders._check_photo_count(checked)
        reporter, hotline = reporter or {}, hotline or {}
        vals = {
            "kind": kind,
            "property_id": place.id,
            "description": text,
            "remedy_sought": remedy,
            "channel_id": channel.id,
            "category_id": category.id if category else False,
            "external_ref": reference,
            "is_anonymous": is_anonymous,
            "hotline_number": hotline.get("number"),
            "hotline_deadline": hotline.get("deadline"),
            **(values or {}),
        }
        if not is_anonymous:
            vals["partner_id"] = partner.id if partner else False
            vals["reporter_name"] = reporter.get("name") or (
                partner.name if partner else None
            )
            for name in ("phone", "email"):
                if reporter.get(name):
                    vals[f"reporter_{name}"] = reporter[name]
        complaint = complaints._as_step().create(vals).with_env(complaints.env)
        complaint._pm_keep_files("evidence_ids", checked)
        complaint._keep_whole(whole)
        if accept:
            complaint._accept()
        return complaint

    def _keep_whole(self, text):
        """What is longer than a form shows stays beside it as a file, to the last
        word."""
        if len(text) > MAX_TEXT:
            name = self.env._("whole text.txt")
            self._pm_keep_files("evidence_ids", [(name, text.encode(errors="replace"))])

    def _add_words(self, text, files=(), channel=None):
        """Something the customer adds: it goes to the case that is open.

        :return: the complaint that it was added to
        """
        self._need(text, self.env._("what you want to add"))
        target = self.sudo()._that_is_open()
        orders = self.env["maintenance.request"]
        checked = [orders._check_photo(name, content) for name, content in files]
        orders._check_photo_count(checked)
        target._pm_keep_files("evidence_ids", checked)
        target._keep_whole(text.strip())
        # whom the words are about is known before anybody is told of them
        if target._link_named(text, self._staff_of(target.estate_id)):
            target._as_step()._take_away()
        target._take_step("add", note=text.strip()[:MAX_TEXT])
        target._go_on()
        target._ask_handlers("answered" if target.is_waiting else "added")
        return target

    def _that_is_open(self):
        """Where a merged case went to, over any number of merges."""
        case, seen = self, self.browse()
        while case.duplicate_of_id and case not in seen:
            seen |= case
            case = case.duplicate_of_id
        return case

    def _apply_suggestion(self):
        """Where nobody said what it is about, the keywords do."""
        blank = self.filtered(lambda one: not one.category_id)
        found = self.env["pm.complaint.keyword"]._suggest(
            blank.mapped("description"), blank.company_id
        )
        for complaint, rule in zip(blank, found, strict=True):
            if rule:
                complaint.category_id = rule.category_id
                if rule.severity:
                    complaint.severity = rule.severity

    def _case_address(self, code=None):
        """The page that shows the state to whoever has number and code.

        :param code: of a slip; the customer's own
        """
        code = code or self.access_code
        return f"/complaint/case/{self.number.replace('/', '-')}?code={code}"
