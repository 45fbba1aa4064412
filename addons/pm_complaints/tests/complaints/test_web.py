import re

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_maintenance.tests.common import picture

from .complaint_common import ComplaintCase

NOTE = "Secret note"


@tagged("post_install", "-at_install")
class TestWeb(ComplaintCase, HttpCase):
    """The page without a login, following by code, and the pages of residents."""

    def token_of(self, response):
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', response.text)[1]

    def send(self, files=None, **values):
        url = self.building._report_url()
        path = url[url.index("/fault/") :].replace("/fault/", "/complaint/")
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        data = {
            "csrf_token": self.token_of(page),
            "text": "The stairs are dirty.",
            "kind": "complaint",
            **values,
        }
        return self.url_open(f"{path}/send", data=data, files=files)

    def newest(self):
        return self.env["pm.complaint"].search([], order="id desc", limit=1)

    def path(self, case, step=None):
        number = case.number.replace("/", "-")
        return f"/complaint/case/{number}" + (f"/{step}" if step else "")

    def test_send_and_follow(self):
        response = self.send(
            name="李",
            remedy="Clean them",
            files={"photos": ("a.jpg", picture(), "image/jpeg")},
        )
        case = self.newest()
        self.assertEqual(response.status_code, 200)
        self.assertIn(case.number, response.text)
        self.assertIn(case.access_code, response.text)
        self.assertEqual(case.property_id, self.building)
        self.assertEqual(case.reporter_name, "李")
        self.assertEqual(case.remedy_sought, "Clean them")
        self.assertEqual(case.channel_id.code, "web")
        self.assertEqual(len(case.evidence_ids), 1)
        self.assertTrue(case.accepted_at)

    def test_without_a_name(self):
        self.send(name="李", anonymous="1", phone="13800000000")
        case = self.newest()
        self.assertTrue(case.is_anonymous)
        self.assertFalse(case.reporter_name or case.reporter_phone)

    def test_praise_with_consent(self):
        self.send(kind="praise", may_show="1", name="李")
        praise = self.newest()
        self.assertTrue(praise.may_be_shown and praise.consent_at)
        self.assertEqual(
            (praise.consent_name, praise.consent_user_id.id), ("李", False)
        )
        self.send(kind="complaint", may_show="1")
        self.assertFalse(self.newest().may_be_shown)

    def test_refused(self):
        for values, words in (
            ({"text": "  "}, "few words"),
            ({"kind": "nonsense"}, "what kind"),
        ):
            before = self.newest()
            page = self.send(**values)
            self.assertEqual(page.status_code, 400)
            self.assertIn(words, page.text)
            self.assertEqual(self.newest(), before)
        page = self.send(files={"photos": ("a.jpg", b"no photo", "image/jpeg")})
        self.assertEqual(page.status_code, 400)
        self.assertEqual(self.url_open("/complaint/nosuchtoken").status_code, 404)

    def test_scripts_stay_words(self):
        page = self.send(text="<script>alert(1)</script>")
        self.assertNotIn("<script>alert(1)", page.text)
        self.assertIn("&lt;script&gt;", page.text)

    def test_nothing_is_cut_off_unsaid(self):
        """What the form takes is kept to the last word, and more is refused."""
        # the browser counts an end of a line as one character, and sends two
        text = "Line\r\n" * 998 + "The end."
        self.assertGreater(len(text), 5000)
        self.assertEqual(self.send(text=text).status_code, 200)
        case = self.newest()
        self.assertTrue(case.description.endswith("The end."))
        for values in (
            {"text": "x" * 5001},
            {"remedy": "x" * 2001},
            {"email": "x" * 200 + "@example.com"},
        ):
            page = self.send(**values)
            self.assertEqual(page.status_code, 400)
            self.assertIn("is too long", page.text)
        page = self.step(case, "add", text="y" * 5001)
        self.assertIn("is too long", page.text)
        self.assertEqual(self.newest(), case)
        self.assertFalse(case.step_ids.filtered(lambda step: step.step == "add"))

    def test_ten_megabytes_of_text(self):
        before = self.newest()
        with mute_logger("odoo.http"):
            page = self.send(text="x" * 10 * 2**20)
        self.assertIn(page.status_code, (400, 413))
        self.assertLess(len(page.content), 100_000)
        self.assertEqual(self.newest(), before)

    def test_wrong_encodings(self):
        """Bytes that are no UTF-8 lose no report; characters that nobody types and no
        database takes are refused."""
        for number, (sent, kept) in enumerate(
            (
                (b"Bell " + "门铃".encode("gbk"), "Bell "),
                ("\ufeff门铃坏了 🔔", "门铃坏了 🔔"),
            )
        ):
            with self.subTest(number):
                self.assertEqual(self.send(text=sent).status_code, 200)
                self.assertIn(kept, self.newest().description)
        before = self.newest()
        self.assertEqual(self.send(text="The bell\x00 rings").status_code, 400)
        self.assertEqual(self.newest(), before)

    def test_floods_are_stopped(self):
        for _number in range(10):
            self.assertEqual(self.send().status_code, 200)
        page = self.send()
        self.assertEqual(page.status_code, 429)

    def test_floods_of_additions_are_stopped(self):
        self.send()
        case = self.newest()
        for number in range(9):
            self.assertEqual(
                self.step(case, "add", text=f"Words {number}").status_code, 200
            )
        page = self.step(
            case,
            "add",
            text="One too many",
            files={"photos": ("a.jpg", picture(), "image/jpeg")},
        )
        self.assertEqual(page.status_code, 429)
        self.assertIn("try again in an hour", page.text)
        self.assertNotIn("One too many", case.step_ids.mapped("note"))
        self.assertFalse(case.evidence_ids)

    def test_codes_are_not_guessed(self):
        self.send()
        case = self.newest()
        for _number in range(10):
            self.assertEqual(
                self.url_open(f"{self.path(case)}?code=WRONG").status_code, 404
            )
        right = self.url_open(f"{self.path(case)}?code={case.access_code}")
        self.assertEqual(right.status_code, 404)

    def test_find_by_number_and_code(self):
        self.send()
        case = self.newest()
        page = self.url_open("/complaint/case")
        data = {
            "csrf_token": self.token_of(page),
            "number": case.number,
            "code": case.access_code.lower(),
        }
        self.assertIn(case.number, self.url_open("/complaint/case", data=data).text)
        wrong = self.url_open("/complaint/case", data={**data, "code": "X"})
        self.assertIn("do not belong together", wrong.text)
        del data["code"]
        file = self.url_open("/complaint/case", data=data, files={"code": b"file"})
        self.assertEqual(file.status_code, 400)

    def test_another_company_has_the_number_too(self):
        """Companies number by sequences of their own: the code tells whose it is."""
        self.send(text="The first words")
        first = self.newest()
        self.send(text="The second words")
        second = self.newest()
        second.company_id = self.env["res.company"].create({"name": "Other"})
        second._as_step().number = first.number
        self.env.flush_all()
        for case, words, others in (
            (first, "The first words", "The second words"),
            (second, "The second words", "The first words"),
        ):
            page = self.url_open(f"{self.path(case)}?code={case.access_code}")
            self.assertEqual(page.status_code, 200)
            self.assertIn(words, page.text)
            self.assertNotIn(others, page.text)

    def step(self, case, step, files=None, **values):
        data = {
            "csrf_token": self.token_of(self.url_open("/complaint/case")),
            "code": case.access_code,
            **values,
        }
        return self.url_open(self.path(case, step), data=data, files=files)

    def test_merged_shows_no_other_case(self):
        """It goes on in the case of a neighbour, whose code is not told."""
        stays = self.accepted(description="Words of a neighbour")
        self.send(text="The same bell")
        goes = self.newest()
        goes.with_user(self.manager).action_merge(stays.id)
        page = self.step(goes, "add", text="Still")
        self.assertIn("Still", stays.sudo().step_ids.mapped("note"))
        self.assertIn(self.path(goes), page.url)
        for words in ("Words of a neighbour", stays.sudo().access_code):
            self.assertNotIn(words, page.url + page.text)

    def final(self):
        """A case of the page that was closed, and is over for good."""
        self.send(name="李")
        case = self.newest()
        case.action_reply("They are clean now.")
        case.write({"cause": "Ill", "liability": "ours", "action_taken": "Cleaned"})
        case.no_verdict_reason = "Abroad"
        case.action_close()
        today = case.estate_id._today()
        case._as_step().objection_until = fields.Date.subtract(today, days=1)
        return case

    def test_verdict_after_the_days(self):
        """Not satisfied, a new case follows; a verdict is given once."""
        case = self.final()
        page = self.step(case, "verdict", verdict="unsatisfied", text="Dirty again")
        self.assertEqual((case.state, case.verdict), ("closed", "unsatisfied"))
        following = case.next_ids
        self.assertEqual(following.description, "Dirty again")
        self.assertIn(self.path(following), page.url)
        page = self.step(case, "verdict", verdict="satisfied")
        self.assertIn("We have your verdict", page.text)
        self.assertEqual(case.verdict, "unsatisfied")
        self.assertEqual(case.next_ids, following)
        page = self.step(case, "object", text="And the hall")
        self.assertEqual(len(case.next_ids), 2)
        self.assertIn(self.path(case.next_ids - following), page.url)

    def test_by_a_slip(self):
        """What is done with the paper says who handed it out, and who did does not
        close on a verdict that came by it."""
        case = self.answered()
        case.write(
            {"cause_id": self.cause.id, "liability": "ours", "action_taken": "A bell."}
        )
        code = case.with_user(self.colleague)._slip()["code"]
        self.assertNotEqual(code, case.sudo().access_code)
        token = self.token_of(self.url_open("/complaint/case"))
        asked = {"csrf_token": token, "number": case.number, "code": code.lower()}
        self.assertIn(code, self.url_open("/complaint/case", data=asked).url)
        page = self.step(case.sudo(), "add", code=code, text="The hall too.")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(case.sudo().access_code, page.url + page.text)
        steps = case.step_ids[-2:]
        self.assertEqual(steps.mapped("step"), ["by_slip", "add"])
        self.assertIn(self.colleague.name, steps[0].note)
        self.step(case.sudo(), "verdict", code=code, verdict="satisfied")
        self.assertEqual(case.verdict, "satisfied")
        self.assertEqual(case.verdict_slip_id.user_id, self.colleague)
        # who had it in hand is no worker by that, and asks as ever
        self.assertNotIn(self.colleague, case.sudo()._have_worked())
        case.sudo()._as_step().user_id = self.colleague
        with self.assertRaisesRegex(UserError, "that you have handed out"):
            case.with_user(self.colleague).action_close()
        case.with_user(self.manager).action_close()
        self.assertEqual(case.state, "closed")

    def test_by_the_own_code_no_slip_is_named(self):
        case = self.answered().sudo()
        case.with_user(self.colleague)._slip()
        self.step(case, "verdict", verdict="satisfied")
        self.assertFalse(case.verdict_slip_id)
        self.assertNotIn("by_slip", case.step_ids.mapped("step"))

    def test_another_case_follows_a_slip(self):
        """The paper leads on, and the customer's code of neither is told."""
        case = self.final()
        code = case.with_user(self.colleague)._slip()["code"]
        page = self.step(case, "object", code=code, text="Dirty again")
        following = case.next_ids
        self.assertIn(following.slip_ids.code, page.url)
        self.assertEqual(following.slip_ids.user_id, self.colleague)
        self.assertNotIn(following.access_code, page.url + page.text)

    def test_what_the_customer_can_do(self):
        self.send(name="李")
        case = self.newest()
        self.step(case, "add", text="And the hall.")
        self.assertIn("And the hall.", case.step_ids.mapped("note"))
        self.step(case, "urge")
        self.assertEqual(case.urge_count, 1)
        self.assertIn("within this hour", self.step(case, "urge").text)
        case.action_reply("They are clean now.")
        page = self.step(case, "verdict", verdict="satisfied", text="Good")
        self.assertIn("They are clean now.", page.text)
        self.assertEqual((case.verdict, case.verdict_words), ("satisfied", "Good"))
        case.write({"cause": "Ill", "liability": "ours", "action_taken": "Cleaned"})
        case.action_close()
        self.step(case, "object", text="Dirty again.")
        self.assertEqual(case.state, "investigating")
        self.step(case, "withdraw", text="Clean now")
        self.assertEqual(case.state, "withdrawn")

    def test_what_is_internal_is_on_no_page(self):
        self.send(name="李")
        case = self.newest()
        case.write(
            {
                "findings": "Secret findings",
                "person_ids": [(0, 0, {"name": "A child", "role": "minor"})],
            }
        )
        case.message_post(body=NOTE)
        text = self.url_open(f"{self.path(case)}?code={case.access_code}").text
        for words in ("Secret", "A child"):
            self.assertNotIn(words, text)

    def test_portal(self):
        resident = new_test_user(
            self.env, "pm_resident", "base.group_portal", partner_id=self.owner.id
        )
        other = new_test_user(self.env, "pm_neighbour", "base.group_portal")
        self.authenticate(resident.login, resident.login)
        page = self.url_open("/my/complaints/new")
        data = {
            "csrf_token": self.token_of(page),
            "property_id": self.unit.id,
            "kind": "suggestion",
            "text": "A bench would be nice.",
        }
        page = self.url_open("/my/complaints/send", data=data)
        case = self.newest()
        self.assertEqual(case.partner_id, self.owner)
        self.assertEqual(case.kind, "suggestion")
        self.assertIn(case.number, page.text)
        self.assertIn(case.number, self.url_open("/my/complaints").text)
        data = {"csrf_token": self.token_of(page), "text": "Under the tree."}
        self.url_open(f"/my/complaints/{case.id}/add", data=data)
        self.assertIn("Under the tree.", case.step_ids.mapped("note"))
        self.authenticate(other.login, other.login)
        self.assertEqual(self.url_open(f"/my/complaints/{case.id}").status_code, 404)
        page = self.url_open("/my/complaints/new")
        self.assertNotIn(case.number, self.url_open("/my/complaints").text)
