"""A visitor without a login, who shows by a code who they are."""

from unittest.mock import patch

from lxml import html

from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger


class VisitorMixin:
    """For ``HttpCase``: asks for a code on a page of ours, and enters it."""

    def read_form(self, page, action):
        """Return the hidden values of the form that goes to ``action``, or None."""
        forms = html.fromstring(page.content).xpath(f"//form[@action='{action}']")
        return forms and {
            field.get("name"): field.get("value")
            for field in forms[0].xpath(".//input[@type='hidden']")
        }

    def ask_for_code(self, address):
        """Press *Send the Code*; return what was sent, and the form for it."""
        form = self.read_form(self.url_open(address), "/one-time-code/send")
        codes = []
        model = type(self.env["pm.one.time.code"])
        text = model._text

        def listen(code_model, partner, company, code):
            codes.append(code)
            return text(code_model, partner, company, code)

        with patch.object(model, "_text", listen):
            page = self.url_open("/one-time-code/send", data=form)
        return codes[-1] if codes else None, self.read_form(
            page, "/one-time-code/check"
        )

    def identify(self, address):
        """Show on the page who the visitor is."""
        code, form = self.ask_for_code(address)
        return self.url_open("/one-time-code/check", data={**form, "code": code})

    def assertNoMessagesByLink(self, paper):
        """Odoo would show them, with what is attached, to whoever has the link."""
        told = paper.message_post(
            body="Between us",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("signed.txt", b"signed")],
        )
        thread = {
            "thread_model": paper._name,
            "thread_id": paper.id,
            "token": paper.sudo()._portal_ensure_token(),
        }
        self.assertTrue(thread["token"])
        for address, asked in (
            ("/mail/chatter_fetch", {}),
            ("/mail/message/post", {"post_data": {"body": "Mine"}}),
        ):
            with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                self.make_jsonrpc_request(address, {**thread, **asked})
        self.assertEqual(paper.message_ids[0], told)
