import base64
import binascii
import re

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.pm_core.tools.forms import NO_TEXT
from odoo.addons.pm_core.tools.secret import same_secret
from odoo.addons.pm_maintenance.models.orders.maintenance_request_report import (
    MAX_PHOTO,
    MAX_PHOTOS,
)

from ..complaints.pm_complaint import KINDS, OPEN
from ..complaints.pm_complaint_report import MAX_TEXT

_NO_LINE = re.compile(r"[\x00-\x1f\x7f]")
MAX_REFERENCE, MAX_NAME = 100, 120


class PmApi(models.AbstractModel):
    """What other systems may ask: report something, add to it, ask how far it is.

    Called as ``POST /json/2/pm.api/<method>``; see docs/api.md, whose examples are
    tests. Whoever calls is an access of ``pm.api.client``: a user that can do this and
    nothing else. The work is done with all rights and without the caller's context,
    so nothing but the parameters named here counts.
    """

    _name = "pm.api"
    _description = "Interface for Other Systems"

    @api.model
    def report(
        self,
        reference,
        text,
        kind="complaint",
        place=None,
        estate=None,
        reporter=None,
        photos=None,
    ):
        """Report a complaint or a fault.

        :param reference: what the caller calls the report; the same again makes
            nothing new and is answered as the first time
        :param text: what happened, in the reporter's words; at most 10,000 characters
        :param kind: ``complaint``, ``suggestion``, ``enquiry``, ``praise`` or
            ``order`` (a fault that is to be put right)
        :param place: code of the property, such as ``1-2-1001``; without it the estate
        :param estate: name or code of the estate; needed where there are several
        :param reporter: dict with ``name``, ``phone``, ``email`` as far as known
        :param photos: list of dicts with ``name`` and ``content`` (base64); at most 9
            pictures of 20 MB each
        :return: dict with ``number``, ``code``, ``kind``, ``state``, ``known``
        :raises UserError: a parameter is not what is asked for; says which
        """
        client, here = self._client()
        reference = here._line("reference", reference, MAX_REFERENCE, needed=True)
        known = client._first_time(reference)
        if known is not None:
            return here._answer(known, known=True)
        text = here._text("text", text, MAX_TEXT, needed=True)
        values = {
            "channel": "app",
            "reporter": here._reporter(reporter),
            "photos": here._photos(photos),
            "reference": f"api-{client.id}-{reference}",
        }
        where = here._place(client, place, estate)
        if kind == "order":
            record = here.env["maintenance.request"]._report(where, text, **values)
        elif kind in dict(KINDS):
            record = here.env["pm.complaint"]._report(where, text, kind=kind, **values)
        else:
            kinds = ", ".join([*dict(KINDS), "order"])
            raise UserError(here.env._("kind: one of %s is expected.", kinds))
        client._made(reference, record)
        return here._answer(record)

    @api.model
    def add(self, reference, number, code, text, photos=None):
        """Add something to what was reported.

        :param reference: as in :meth:`report`, of its own for each addition
        :param number: of the complaint or order
        :param code: that was answered with it
        :return: as :meth:`report`
        :raises UserError: number and code do not belong together; it is over
        """
        client, here = self._client()
        reference = here._line("reference", reference, MAX_REFERENCE, needed=True)
        record = here._opened(client, number, code)
        if client._first_time(reference) is not None:
            return here._answer(record, known=True)
        text = here._text("text", text, MAX_TEXT, needed=True)
        record = here._add(record, text, here._photos(photos))
        client._made(reference, record)
        return here._answer(record)

    @api.model
    def state(self, number, code):
        """How far something is.

        :return: as :meth:`report`, with ``promise``: what is promised next, or None
        :raises UserError: number and code do not belong together
        """
        client, here = self._client()
        return here._answer(here._opened(client, number, code), known=True)

    # ------------------------------------------------------------------
    # Who calls
    # ------------------------------------------------------------------

    def _client(self):
        """Return (the access that calls, this model with all rights and in its
        language).

        :raises AccessError: somebody who is no access
        """
        client = self.env["pm.api.client"]._of_user(self.env.user)
        if not client:
            raise AccessError(
                self.env._("Other systems call this, with a key of an API access.")
            )
        company = client.company_id
        context = {"lang": company.partner_id.lang, "allowed_company_ids": company.ids}
        # pylint: disable-next=context-overridden
        here = self.with_user(SUPERUSER_ID).with_context(context)
        return client.with_env(here.env), here

    # ------------------------------------------------------------------
    # What is told
    # ------------------------------------------------------------------

    def _text(self, name, value, most, needed=False, unwanted=NO_TEXT):
        """Return a text, checked.

        :raises UserError: naming the parameter
        """
        if value is None and not needed:
            return None
        if not isinstance(value, str) or unwanted.search(value):
            raise UserError(self.env._("%s: a text is expected.", name))
        try:
            value.encode()
        except UnicodeEncodeError:
            raise UserError(self.env._("%s: a text is expected.", name)) from None
        value = value.strip()
        if needed and not value:
            raise UserError(self.env._("%s is missing.", name))
        if len(value) > most:
            raise UserError(
                self.env._(
                    "%(parameter)s: at most %(most)s characters.",
                    parameter=name,
                    most=most,
                )
            )
        return value or None

    def _line(self, name, value, most, needed=False):
        return self._text(name, value, most, needed, _NO_LINE)

    def _reporter(self, told):
        if told is None:
            return None
        if not isinstance(told, dict) or set(told) - {"name", "phone", "email"}:
            raise UserError(
                self.env._("reporter: name, phone and email are expected, no more.")
            )
        return {
            name: self._line(f"reporter.{name}", value, MAX_NAME)
            for name, value in told.items()
        }

    def _photos(self, told):
        """Return pairs of file name and content; what they are is checked by who
        takes them in."""
        if told is None:
            return []
        if not isinstance(told, list) or len(told) > MAX_PHOTOS:
            raise UserError(
                self.env._("photos: a list of at most %s is expected.", MAX_PHOTOS)
            )
        return [self._photo(one) for one in told]

    def _photo(self, told):
        if not isinstance(told, dict):
            raise UserError(
                self.env._("photos: each has a name and a content in base64.")
            )
        name = self._line("photos.name", told.get("name"), MAX_NAME, needed=True)
        content = told.get("content")
        refused = UserError(
            self.env._(
                "photos: the content of %(file)s is no base64, or larger than "
                "%(size)s MB.",
                file=name,
                size=MAX_PHOTO // 1024 // 1024,
            )
        )
        # four characters are three bytes: told before it is taken apart
        if not isinstance(content, str) or len(content) * 3 // 4 > MAX_PHOTO + 3:
            raise refused
        try:
            return name, base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            raise refused from None

    def _place(self, client, place, estate):
        """Return the property that is meant.

        :raises UserError: none, or several
        """
        place = self._line("place", place, MAX_NAME)
        estate = self._line("estate", estate, MAX_NAME)
        estates = client._estates()
        if estate:
            estates = estates.filtered(lambda one: estate in (one.name, one.code))
        if not estates:
            raise UserError(self.env._("estate: this access knows none of that name."))
        if not place:
            if len(estates) > 1:
                raise UserError(
                    self.env._("estate: say which, as this access knows several.")
                )
            return estates
        found = self.env["pm.property"].search(
            [("estate_id", "in", estates.ids), ("code", "=", place)], limit=2
        )
        if len(found) != 1:
            raise UserError(
                self.env._(
                    "place: there are several properties with this code. Say which "
                    "estate is meant."
                )
                if found
                else self.env._("place: there is no property with this code.")
            )
        return found

    def _opened(self, client, number, code):
        """Return the complaint or order that number and code open.

        :raises UserError: they do not; whoever guesses is soon refused any code
        """
        number = self._line("number", number, MAX_NAME, needed=True)
        code = self._line("code", code, MAX_NAME, needed=True)
        client._check_guesses()
        for model in ("pm.complaint", "maintenance.request"):
            record = self.env[model].search(
                [
                    ("number", "=", number),
                    ("estate_id", "in", client._estates().ids),
                ],
                limit=1,
            )
            if record and same_secret(record.access_code, code.upper()):
                return record
        client._count_guess()
        raise UserError(self.env._("Number and code do not belong together."))

    def _add(self, record, text, photos):
        if record._name == "pm.complaint":
            going = record._that_is_open()
            if going.state in OPEN:
                going._add_words(text, photos, channel="app")
                return record
            # a new case that follows is of who reported the one that was closed
            if going.state == "closed" and (going == record or not going._is_final()):
                orders = self.env["maintenance.request"]
                checked = orders._checked_photos(photos)
                going = going._object(text)
                going._pm_keep_files("evidence_ids", checked)
                return going if going.previous_id == record else record
        elif record.state not in ("closed", "cancelled"):
            record._pm_keep_files("photo_before_ids", record._checked_photos(photos))
            record.message_post(
                body=text,
                author_id=record.company_id.partner_id.id,
                partner_ids=record.user_id.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )
            return record
        raise UserError(
            self.env._("%s is over. Report what is new.", record._event_number())
        )

    # ------------------------------------------------------------------
    # What is answered
    # ------------------------------------------------------------------

    def _answer(self, record, known=False):
        """What was merged says how far the case is in which it goes on, and neither
        number nor code of that one: it may be of somebody else."""
        is_order = record._name == "maintenance.request"
        going = record if is_order else record._that_is_open()
        state, label = going._event_state()
        return {
            "number": record._event_number(),
            "code": record.access_code,
            "kind": "order" if is_order else record.kind,
            "state": state,
            "state_label": label,
            "promise": going.promise or None,
            "known": known,
        }
