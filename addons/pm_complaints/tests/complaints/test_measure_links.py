"""Measures that are a training, a notice or a new version end with those."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestMeasureLinks(ComplaintCase):
    def make_measure(self, kind, **links):
        case = self.accepted()
        case.action_rectify("So that it does not come again", self.worker.id)
        measure = case.rectification_ids
        measure.write({"kind": kind, **links})
        return measure

    def make_session(self, **vals):
        employee = self.env["hr.employee"].create({"name": "Guard"})
        kind = self.env["pm.training.kind"].create({"name": "Courtesy"})
        return self.env["pm.training.session"].create(
            {
                "name": "Courtesy at the gate",
                "kind_id": kind.id,
                "property_id": self.estate.id,
                "date": self.estate._today(),
                "attendance_ids": [
                    fields.Command.create(
                        {"employee_id": employee.id, "state": "present"}
                    )
                ],
                **vals,
            }
        )

    def make_notice(self):
        kind = self.env["pm.notice.kind"].create({"name": "News", "days": 7})
        return self.env["pm.notice"].create(
            {
                "title": "Bells",
                "body": "<p>They ring again.</p>",
                "kind_id": kind.id,
                "estate_id": self.estate.id,
            }
        )

    def make_standard(self):
        """In force for a year."""
        category = self.env["pm.service.category"].create({"name": "Bells"})
        standard = self.env["pm.service.standard"].create(
            {
                "code": "T-01",
                "name": "Bells",
                "category_id": category.id,
                "estate_id": self.estate.id,
                "requirement": "They are tried each month.",
            }
        )
        standard._approve()
        standard._as_step().approval_date = fields.Datetime.now() - timedelta(days=365)
        # the next version is a row of its own beside one that is in force
        standard.flush_recordset()
        return standard

    def check_done(self, measure, words):
        """Done, and verified by somebody else than who did it."""
        self.assertEqual(measure.state, "done")
        self.assertIn(words, measure.result)
        with self.assertRaises(AccessError):
            measure.with_user(self.worker).action_verify("I say so.")
        measure.with_user(self.colleague).action_verify("Seen.")
        self.assertEqual(measure.state, "verified")

    def test_a_training(self):
        session = self.make_session()
        measure = self.make_measure("training", training_id=session.id)
        self.assertEqual(measure.state, "open")
        session.with_user(self.manager).action_hold()
        self.check_done(measure, "Courtesy at the gate")

    def test_a_training_that_was_held_meanwhile(self):
        measure = self.make_measure("training")
        session = self.make_session()
        session.with_user(self.manager).action_hold()
        measure.training_id = session
        self.assertEqual(measure.state, "done")
        with self.assertRaises(UserError):
            measure.training_id = False

    def test_a_training_before_the_complaint(self):
        session = self.make_session(date=self.estate._today() - timedelta(days=2))
        session.with_user(self.manager).action_hold()
        measure = self.make_measure("training", training_id=session.id)
        self.assertEqual(measure.state, "open")

    def test_one_that_is_called_off_stays_so(self):
        session = self.make_session()
        measure = self.make_measure("training", training_id=session.id)
        measure.action_cancel("The guard has left.")
        session.with_user(self.manager).action_hold()
        self.assertEqual(measure.state, "cancelled")

    def test_a_notice(self):
        notice = self.make_notice()
        measure = self.make_measure("notice", notice_id=notice.id)
        self.assertEqual(measure.state, "open")
        notice._approve()
        self.assertEqual(notice.state, "published")
        self.check_done(measure, notice.display_name)

    def test_a_notice_before_the_complaint(self):
        notice = self.make_notice()
        notice._approve()
        notice._as_step().date_published = fields.Datetime.now() - timedelta(days=1)
        measure = self.make_measure("notice", notice_id=notice.id)
        self.assertEqual(measure.state, "open")

    def test_a_new_version_of_a_standard(self):
        standard = self.make_standard()
        measure = self.make_measure("standard", standard_id=standard.id)
        self.assertEqual(measure.state, "open")
        following = standard._new_version()
        following.change_reason = "Complaints"
        following._approve()
        self.assertEqual(measure.standard_id, following)
        self.check_done(measure, following.display_name)

    def test_a_version_of_another_day(self):
        standard = self.make_standard()
        following = standard._new_version()
        following.valid_from = fields.Date.add(fields.Date.today(), days=7)
        measure = self.make_measure("standard")
        # drafts are for managers to read
        measure.with_user(self.manager).standard_id = following.id
        following._approve()
        self.assertEqual(following.state, "scheduled")
        self.assertEqual(measure.state, "open")
        following.with_user(self.env.ref("base.user_root"))._put_in_force()
        self.check_done(measure, following.display_name)

    def test_a_new_version_of_a_policy(self):
        policy = self.env["pm.policy"].create(
            {
                "code": "T-01",
                "name": "Bells",
                "type_id": self.env.ref("pm_core.policy_type_posts").id,
                "body": "<p>They are tried each month.</p>",
                "estate_ids": [fields.Command.set(self.estate.ids)],
            }
        )
        policy._approve()
        policy._as_step().approval_date = fields.Datetime.now() - timedelta(days=365)
        standard = self.make_standard()
        measure = self.make_measure(
            "standard", policy_id=policy.id, standard_id=standard.id
        )
        policy._new_version()._approve()
        # the other text is still to come
        self.assertEqual(measure.state, "open")
        following = standard._new_version()
        following._approve()
        self.check_done(measure, measure.policy_id.display_name)
