"""Nothing of a complaint about somebody is found by them, wherever one looks."""

from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .complaint_common import ComplaintCase

MUTED = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
# a word that is in no other record
WORD = "xk7qword"


@tagged("post_install", "-at_install")
class TestHiddenWalk(ComplaintCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make = cls.make_user
        cls.concerned = cls.env["res.users"].union(
            cls.clerk,
            cls.company_manager,
            make("pm_walk_hr", "pm_core.group_pm_hr", cls.estate),
            make(
                "pm_walk_dispatcher", "pm_maintenance.group_pm_dispatcher", cls.estate
            ),
            make("pm_walk_admin", "pm_core.group_pm_admin,base.group_system"),
        )
        cls.owner.email = "wang@example.com"
        cls.case = case = cls.make_complaint(
            description=f"{WORD} words",
            concerned_user_ids=[Command.set(cls.concerned.ids)],
            severity="serious",
        )
        case._accept()
        case.write(
            {
                "remedy_sought": WORD,
                "person_ids": [Command.create({"name": WORD, "role": "minor"})],
            }
        )
        case.action_investigate(f"{WORD} found", f"{WORD} heard")
        case.action_rectify(f"{WORD} measure")
        case.rectification_ids.action_make_order(text="Look at the door")
        case.rectification_ids._note_done(f"{WORD} done")
        case.action_reply(f"{WORD} reply")
        case.message_post(
            body=WORD,
            subject=WORD,
            attachments=[(f"{WORD}.txt", b"x")],
            partner_ids=cls.owner.ids,
            subtype_xmlid="mail.mt_comment",
        )
        case._add_words(f"{WORD} more")
        case._take_verdict("unsatisfied", f"{WORD} bad")
        cls.double = cls.make_complaint(
            description=f"{WORD} again",
            concerned_user_ids=[Command.set(cls.concerned.ids)],
        )
        cls.double._accept()
        cls.double.action_merge(case.id)
        cls.cases = case | cls.double
        cls.env.flush_all()

    def models_of(self, user):
        """The models that the user may read at all, without those of dialogs."""
        env = self.env(user=user)
        for name in sorted(self.env.registry):
            model = env[name].with_context(active_test=False)
            if not (model._abstract or model._transient) and model.has_access("read"):
                yield model

    def columns(self, model, user, *types):
        return [
            name
            for name, field in model._fields.items()
            if field.store
            and field.type in types
            and not field.inherited
            and (not field.groups or user.has_groups(field.groups))
        ]

    @mute_logger(*MUTED)
    def test_no_text_of_it_is_found(self):
        """Each column of text of each model, searched as each of them."""
        for user in self.concerned:
            found = []
            for model in self.models_of(user):
                names = self.columns(model, user, "char", "text", "html")
                domain = Domain.OR(Domain(name, "ilike", WORD) for name in names)
                if names and (records := model.search(domain, limit=3)):
                    found.append(records)
            # a mail without a record, of which only who administers Odoo reads
            found = [one for one in found if one._name != "mail.mail" or one.res_id]
            with self.subTest(user.login):
                self.assertFalse(found)

    @mute_logger(*MUTED)
    def test_nothing_that_leads_to_it_is_found(self):
        """Records that name the case, a reply, a measure, a call; and their counts."""
        parts = {
            "pm.complaint": self.cases,
            "pm.complaint.reply": self.case.reply_ids,
            "pm.rectification": self.case.rectification_ids,
            "pm.follow.up": self.env["pm.follow.up"].search(
                [("complaint_id", "in", self.cases.ids)]
            ),
        }
        self.assertTrue(all(parts.values()))
        for user in self.concerned:
            for model in self.models_of(user):
                domains = [
                    Domain(name, "in", parts[model._fields[name].comodel_name].ids)
                    for name in self.columns(model, user, "many2one")
                    if model._fields[name].comodel_name in parts
                ]
                about = next(
                    (one for one in ("res_model", "model") if one in model._fields),
                    None,
                )
                if about and "res_id" in model._fields:
                    domains += [
                        Domain(about, "=", name) & Domain("res_id", "in", some.ids)
                        for name, some in parts.items()
                        if user.has_groups(model._fields["res_id"].groups or "")
                        or not model._fields["res_id"].groups
                    ]
                if model._name in parts:
                    domains.append(Domain("id", "in", parts[model._name].ids))
                if not domains:
                    continue
                # some refuse to be asked about what one may not read
                with (
                    self.subTest(user=user.login, model=model._name),
                    suppress(AccessError),
                ):
                    domain = Domain.OR(domains)
                    self.assertFalse(model.search(domain))
                    self.assertFalse(model.search_count(domain))
                    self.assertFalse(
                        sum(n for (n,) in model._read_group(domain, [], ["__count"]))
                    )

    @mute_logger(*MUTED)
    def test_followers_and_mails_by_their_number(self):
        """Not by their id either: it is guessed easily."""
        followers = self.env["mail.followers"].search(
            [("res_model", "=", "pm.complaint"), ("res_id", "=", self.case.id)]
        )
        mails = self.env["mail.mail"].search(
            [("model", "=", "pm.complaint"), ("res_id", "=", self.case.id)]
        )
        self.assertTrue(followers and mails)
        admin = self.concerned[-1]
        for records, column in ((followers, "partner_id"), (mails, "body_html")):
            with self.assertRaises(AccessError):
                records.with_user(admin).read([column])
        # who may read the case finds who follows it
        mine = followers.with_user(self.manager)
        self.assertEqual(mine.search([("id", "in", mine.ids)]), followers)
        self.assertTrue(mine.read(["partner_id"]))

    def test_files_are_not_fetched(self):
        file = self.env["ir.attachment"].search([("name", "=", f"{WORD}.txt")])
        addresses = (
            f"/web/content/{file.id}",
            f"/web/content/{file.id}?download=1",
            f"/web/content/ir.attachment/{file.id}/raw",
            f"/web/content?model=ir.attachment&id={file.id}&field=raw",
        )
        for user, answer in ((self.clerk, 404), (self.manager, 200)):
            self.authenticate(user.login, user.login)
            for address in addresses:
                with self.subTest(user=user.login, address=address):
                    page = self.url_open(address)
                    self.assertEqual(page.status_code, answer)
                    self.assertEqual(page.content == b"x", answer == 200)

    def test_an_order_tells_nothing_of_it(self):
        """Orders are read by whoever does them: without words of its own none."""
        order = self.case.rectification_ids.request_id
        self.assertNotIn(WORD, f"{order.name} {order.description}")
        self.case.action_rectify(f"{WORD} second")
        second = self.case.rectification_ids - self.case.rectification_ids[:1]
        second = second.filtered(lambda one: not one.request_id)
        with self.assertRaisesRegex(UserError, "words that tell nothing"):
            second.action_make_order()
        self.assertFalse(second.request_id)

    def test_no_improvement_and_no_report_tells_of_it(self):
        with self.assertRaisesRegex(UserError, "not for everybody"):
            self.case.action_improve()
        today = self.estate._today()
        report = self.env["pm.quality.report"].create(
            {"property_id": self.estate.id, "month": today.replace(day=1)}
        )
        report.action_compose()
        self.env.flush_all()
        texts = [
            str(record[name])
            for record in (report, *report.cause_ids)
            for name, field in record._fields.items()
            if field.type in ("char", "text", "html", "json")
        ]
        self.assertNotIn(WORD, " ".join(texts))
