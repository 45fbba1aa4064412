from odoo.exceptions import UserError

from .complaint_common import ComplaintCase


class TestMerge(ComplaintCase):
    """Merging loses no word, splitting no file, a cluster is answered once."""

    def test_merge(self):
        stays, goes = (
            self.accepted(),
            self.accepted(
                description="Nobody can ring.\nFor a week.",
                partner_id=False,
                reporter_name="Ms Li",
                reporter_email="li@example.com",
                severity="serious",
            ),
        )
        goes.sudo()._add_words("My mother stood outside.")
        goes.action_rectify("New bell", self.worker.id)
        goes.write({"findings": "The spring is worn."})
        goes.action_merge(stays.id)
        self.assertEqual(goes.state, "merged")
        self.assertEqual(goes.duplicate_of_id, stays)
        note = stays.step_ids.filtered(lambda step: step.step == "merged").note
        for words in ("Nobody can ring.", "For a week.", "Ms Li", "stood outside"):
            self.assertIn(words, note)
        self.assertEqual(stays.rectification_ids.name, "New bell")
        self.assertEqual(stays.findings, "The spring is worn.")
        self.assertEqual(stays.severity, "serious")
        # whoever reported any of them is answered
        stays.with_user(self.manager).action_reply("It is repaired.")
        stays.sudo().reply_ids.with_user(self.area).validate_tier()
        told = self.env["pm.complaint.message"].search([("kind", "=", "reply")])
        self.assertIn("li@example.com", told.mapped("address"))

    def test_merge_again(self):
        one, two, three = (self.accepted() for _number in range(3))
        one.action_merge(two.id)
        two.action_merge(three.id)
        self.assertEqual(one.duplicate_of_id, three)
        self.assertEqual(one.sudo()._that_is_open(), three)

    def test_not_into_itself_nor_what_is_over(self):
        complaint, over = self.accepted(), self.accepted()
        over.action_withdraw("Settled")
        for target in (complaint, over):
            with self.assertRaisesRegex(UserError, "that stays"):
                complaint.action_merge(target.id)

    def test_likely_the_same(self):
        one, two = self.accepted(), self.accepted()
        self.accepted(property_id=self.other_unit.id)
        self.assertEqual(one.likely_duplicate_ids, two)

    def test_what_it_was_before(self):
        for _number in range(2):
            self.make_complaint(cause_id=self.cause.id)
        complaint = self.make_complaint()
        self.assertIn("2 times: Worn", complaint.cause_hint)
        self.assertFalse(
            self.make_complaint(category_id=False, description="x").cause_hint
        )

    def test_split(self):
        complaint = self.accepted()
        action = complaint.action_split("The gate squeaks as well.")
        part = self.env["pm.complaint"].browse(action["res_id"])
        self.assertEqual(part.split_from_id, complaint)
        self.assertEqual(part.partner_id, self.owner)
        self.assertEqual(part.description, "The gate squeaks as well.")
        self.assertEqual(complaint.state, "assigned")

    def test_cluster(self):
        places = (self.unit, self.other_unit, self.entrance)
        complaints = self.env["pm.complaint"]
        for place in places:
            self.assertFalse(complaints.cluster_id)
            complaints |= self.make_complaint(property_id=place.id)
        cluster = complaints.cluster_id
        self.assertEqual(cluster.property_id, self.building)
        self.assertEqual(cluster.complaint_ids, complaints)
        self.assertIn(self.manager, cluster.activity_ids.user_id)
        # the next one joins it
        fourth = self.make_complaint()
        self.assertEqual(fourth.cluster_id, cluster)
        cluster = cluster.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "what all are told"):
            cluster.action_answer()
        cluster.write(
            {"cause_id": self.cause.id, "liability": "ours", "plan": "New bells"}
        )
        cluster.action_answer("All bells are exchanged this week.")
        for complaint in complaints | fourth:
            self.assertEqual(complaint.state, "replied")
            self.assertEqual(complaint.cause_id, self.cause)
            self.assertEqual(complaint.action_taken, "New bells")
            self.assertIn("All bells", complaint.reply_ids.body)
        cluster.action_close()
        self.assertEqual(cluster.state, "closed")

    def test_no_cluster_elsewhere_or_long_ago(self):
        for building in ("7", "8"):
            self.make_complaint(
                property_id=self.make_building(self.estate, building).id
            )
        complaint = self.make_complaint()
        self.assertFalse(complaint.cluster_id)
        old = self.make_complaint()
        old._as_step().received_at = "2020-01-01 00:00:00"
        self.assertFalse(self.make_complaint().cluster_id)

    def test_what_is_about_somebody_is_in_no_cluster(self):
        for _number in range(4):
            complaint = self.make_complaint(concerned_user_ids=[self.clerk.id])
        self.assertFalse(complaint.cluster_id)
