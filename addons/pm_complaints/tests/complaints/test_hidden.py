from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .complaint_common import ComplaintCase

MUTED = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
NOTE = "An internal note"


class TestHidden(ComplaintCase):
    """A complaint about somebody is hidden from that person, whatever the role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.make_user(
            "pm_admin_a", "pm_core.group_pm_admin", cls.estate, name="Admin Ao"
        )

    def about(self, user, **vals):
        """A complaint about ``user`` with one record of all that belongs to it."""
        complaint = self.make_complaint(
            concerned_user_ids=[user.id], severity="serious", **vals
        )
        complaint._accept()
        complaint.action_rectify("Talk to them")
        complaint.action_reply("We talk to them.")
        complaint.write({"person_ids": [(0, 0, {"name": "A child", "role": "minor"})]})
        complaint.message_post(body=NOTE, attachments=[("a.txt", b"x")])
        # its clocks have stood still, and one has been handed up
        complaint.action_wait("A date")
        clock = complaint.sla_clock_ids[:1]
        level = self.env["pm.sla.level"].search([], limit=1)
        self.env["pm.sla.alert"].create({"clock_id": clock.id, "level_id": level.id})
        return complaint

    def test_who_handles_it_elsewhere(self):
        """What belongs to it is read with it: its clocks too."""
        complaint = self.accepted()
        complaint.action_wait("A date")
        self.clerk.pm_estate_ids = self.make_estate("Elsewhere")
        mine = complaint.with_user(self.clerk)
        mine.invalidate_recordset()
        clocks = mine.sla_clock_ids
        self.assertTrue(clocks.read(["target_id", "deadline", "state"]))
        self.assertEqual(
            self.env["pm.sla.clock"].with_user(self.clerk).search([]), clocks
        )
        self.assertTrue(clocks.pause_ids.read(["reason"]))
        others = self.make_complaint().sudo()
        others._accept()
        with self.assertRaises(AccessError):
            others.sla_clock_ids.with_user(self.clerk).read(["state"])

    def test_who_handles_it_elsewhere_goes_on(self):
        """Steps, replies, messages, measures and people are read with the case, and
        it is led to its end."""
        complaint = self.accepted()
        complaint.write({"person_ids": [(0, 0, {"name": "A child", "role": "minor"})]})
        others = self.make_complaint().sudo()
        others._accept()
        others.action_rectify("New bell", self.manager.id)
        others.action_reply("We hang up a new bell.")
        others.user_id = self.manager
        self.clerk.pm_estate_ids = self.worker.pm_estate_ids = self.make_estate("There")
        self.env.invalidate_all()
        complaint.action_investigate("The spring is worn.", "The neighbour")
        complaint.action_rectify("New bell", self.worker.id)
        measure = complaint.rectification_ids
        measure.with_user(self.worker).action_done("A new one hangs there.")
        measure.with_user(self.clerk).action_verify("It rings.")
        complaint.action_reply("We have hung up a new bell.")
        complaint.action_verify()
        self.env.invalidate_all()
        for name, column in (
            ("step_ids", "note"),
            ("reply_ids", "body"),
            ("message_to_ids", "text"),
            ("rectification_ids", "name"),
            ("person_ids", "name"),
        ):
            with self.subTest(name):
                mine = complaint[name]
                self.assertEqual(mine, complaint.sudo()[name])
                self.assertTrue(mine.read([column]))
                self.assertFalse(mine.search([("complaint_id", "=", others.id)]))
        # the page of the form asks for all of them at once
        views = complaint.get_view(view_type="form")["models"]["pm.complaint"]
        complaint.read(list(views))

    @mute_logger(*MUTED)
    def test_whatever_the_role(self):
        for user in (
            self.clerk,
            self.manager,
            self.area,
            self.company_manager,
            self.admin,
        ):
            with self.subTest(role=user.login):
                self.check_hidden(self.about(user), user)

    def check_hidden(self, complaint, user):
        """Search, reading, export, counts, activities, messages, files, clocks."""
        env = self.env(user=user)
        mine = env["pm.complaint"].browse(complaint.id)
        self.assertNotIn(complaint.id, env["pm.complaint"].search([]).ids)
        self.assertFalse(env["pm.complaint"].name_search(complaint.number))
        self.assertNotIn(
            complaint.id,
            [
                found
                for _key, ids in env["pm.complaint"]._read_group(
                    [], ["state"], ["id:array_agg"]
                )
                for found in ids
            ],
        )
        user.group_ids += self.env.ref("base.group_allow_export")
        exporter = user
        for call in (
            lambda: mine.read(["description"]),
            lambda: mine.with_user(exporter).export_data(["description"]),
            lambda: mine.action_close(),
            lambda: mine.write({"concerned_user_ids": [(5,)]}),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(mine.sudo().display_name, complaint.number)
        for name, field in (
            ("pm.complaint.step", "complaint_id"),
            ("pm.complaint.message", "complaint_id"),
            ("pm.complaint.reply", "complaint_id"),
            ("pm.complaint.person", "complaint_id"),
            ("pm.rectification", "complaint_id"),
        ):
            records = self.env[name].search([(field, "=", complaint.id)])
            found = env[name].search([])._ids if env[name].has_access("read") else ()
            self.assertFalse(set(records._ids) & set(found), name)
        clocks = self.env["pm.sla.clock"].search(
            [("res_model", "=", "pm.complaint"), ("res_id", "=", complaint.id)]
        )
        self.assertTrue(clocks)
        self.assertFalse(set(clocks._ids) & set(env["pm.sla.clock"].search([])._ids))
        with self.assertRaises(AccessError):
            env["pm.sla.clock"].browse(clocks[0].id).read(["res_name"])
        for part in (clocks.pause_ids, clocks.alert_ids):
            self.assertTrue(part)
            self.assertFalse(set(part._ids) & set(env[part._name].search([])._ids))
            with self.assertRaises(AccessError):
                part[0].with_env(env).read(["clock_id"])
        self.assertFalse(
            env["mail.message"].search(
                [("model", "=", "pm.complaint"), ("res_id", "=", complaint.id)]
            )
        )
        file = self.env["ir.attachment"].search(
            [("res_model", "=", "pm.complaint"), ("res_id", "=", complaint.id)], limit=1
        )
        self.assertTrue(file)
        with self.assertRaises(AccessError):
            env["ir.attachment"].browse(file.id).read(["datas"])
        self.assertFalse(
            self.env["mail.activity"].search(
                [
                    ("user_id", "=", user.id),
                    ("res_model", "in", ("pm.complaint", "pm.complaint.reply")),
                    ("res_id", "in", (complaint | complaint).ids),
                ]
            )
        )
        self.assertNotIn(user.partner_id, complaint.message_partner_ids)
        self.assertNotEqual(complaint.user_id, user)
        self.assertNotIn(user, complaint.reply_ids.review_ids.reviewer_ids)
        self.env.invalidate_all()
        before = env["res.partner"].browse(self.owner.id).pm_complaint_count
        self.assertLess(before, self.owner.pm_complaint_count)

    def test_named_in_the_text(self):
        """Nobody has to tick anything: the name is enough."""
        self.clerk.name = "赵铁柱"
        complaint = self.env["pm.complaint"]._report(
            self.unit, "前台赵铁柱态度很差", channel="portal", partner=self.owner
        )
        self.assertEqual(complaint.concerned_user_ids, self.clerk)
        self.assertNotEqual(complaint.user_id, self.clerk)
        with self.assertRaises(AccessError):
            complaint.with_user(self.clerk).read(["name"])

    def test_named_in_what_is_added(self):
        self.clerk.name = "赵铁柱"
        complaint = self.accepted()
        self.assertEqual(complaint.user_id, self.clerk)
        complaint.sudo()._add_words("后来赵铁柱又骂人")
        self.assertEqual(complaint.sudo().concerned_user_ids, self.clerk)
        self.assertNotEqual(complaint.sudo().user_id, self.clerk)
        with self.assertRaises(AccessError):
            complaint.with_user(self.clerk).read(["name"])

    def test_named_whatever_the_kind(self):
        """Praise is theirs to see until somebody says that it is none."""
        self.clerk.name = "赵铁柱"
        words = "前台赵铁柱，真行"
        for kind in ("enquiry", "suggestion"):
            complaint = self.make_complaint(kind=kind, description=words)
            self.assertEqual(complaint.concerned_user_ids, self.clerk)
        complaint = self.make_complaint(kind="praise", description=words)
        complaint._accept()
        self.assertFalse(complaint.concerned_user_ids)
        complaint.kind = "complaint"
        self.assertEqual(complaint.concerned_user_ids, self.clerk)
        # whom a manager has put back stays
        complaint.concerned_user_ids = False
        complaint.kind = "complaint"
        self.assertFalse(complaint.concerned_user_ids)

    def test_one_level_up_where_that_is_the_only_one(self):
        self.colleague.active = False
        complaint = self.about(self.clerk)
        self.assertEqual(complaint.user_id, self.manager)
        self.assertEqual(complaint.level, "manager")
        complaint = self.about(self.manager, is_confidential=True)
        self.assertEqual(complaint.user_id, self.area)
        self.assertEqual(complaint.level, "area")

    def test_found_out_later(self):
        """What the person has of it is taken away."""
        complaint = self.accepted()
        self.assertEqual(complaint.user_id, self.clerk)
        complaint.sudo().message_subscribe(self.clerk.partner_id.ids)
        message = (
            self.env["pm.complaint"]
            .browse(complaint.id)
            .message_post(
                body=NOTE,
                partner_ids=self.clerk.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )
        )
        complaint.with_user(self.manager).concerned_user_ids = self.clerk
        self.assertNotEqual(complaint.sudo().user_id, self.clerk)
        self.assertNotIn(self.clerk.partner_id, complaint.sudo().message_partner_ids)
        self.assertFalse(
            complaint.sudo().activity_ids.filtered(lambda a: a.user_id == self.clerk)
        )
        self.assertNotIn(
            message.id, self.env["mail.message"].with_user(self.clerk).search([]).ids
        )

    def test_nobody_lets_them_follow_again(self):
        complaint = self.about(self.clerk)
        complaint.with_user(self.manager).message_subscribe(self.clerk.partner_id.ids)
        self.assertNotIn(self.clerk.partner_id, complaint.message_partner_ids)
        message = complaint.with_user(self.manager).message_post(
            body=NOTE, partner_ids=self.clerk.partner_id.ids
        )
        self.assertFalse(
            message.sudo().notification_ids.filtered(
                lambda one: one.res_partner_id == self.clerk.partner_id
            )
        )

    def test_not_escalated_to_them(self):
        complaint = self.about(self.manager)
        level = self.env.ref("pm_complaints.sla_level_complaint_serious_manager")
        told = level._recipients(complaint)
        self.assertNotIn(self.manager, told)
        self.assertTrue(told)

    def test_confidential(self):
        """About attitude: seen by managers, by who handles it and who entered it."""
        category = self.env.ref("pm_complaints.complaint_category_staff")
        complaint = self.make_complaint(self.clerk, category_id=category.id)
        complaint.action_accept()
        self.assertTrue(complaint.is_confidential)
        self.assertEqual(complaint.user_id, self.manager)
        complaint.with_user(self.manager).read(["description"])
        complaint.with_user(self.clerk).read(["description"])
        with self.assertRaises(AccessError):
            complaint.with_user(self.colleague).read(["description"])

    def test_protected_people(self):
        complaint = self.accepted()
        complaint.write({"person_ids": [(0, 0, {"name": "A child", "role": "minor"})]})
        person = complaint.person_ids
        with self.assertRaises(AccessError):
            person.with_user(self.colleague).read(["name"])
        person.with_user(self.manager).read(["name"])

    def test_praise_is_theirs_to_see(self):
        complaint = self.make_complaint(
            kind="praise",
            praised_employee_ids=self.env["hr.employee"]
            .create({"name": "Worker", "user_id": self.worker.id})
            .ids,
            description="So friendly!",
        )
        self.env.flush_all()
        mine = self.env["pm.complaint"].with_user(self.worker).search([])
        self.assertEqual(mine, complaint)
        mine.read(["description", "may_be_shown"])
        self.assertEqual(self.make_complaint().with_user(self.worker).search([]), mine)
