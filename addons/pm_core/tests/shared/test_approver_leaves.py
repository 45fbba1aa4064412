from odoo import Command
from odoo.tests import tagged

from ..common import PropertyCase

MANAGER = "pm_core.group_pm_estate_manager"
COMPANY_MANAGER = "pm_core.group_pm_company_manager"


@tagged("post_install", "-at_install")
class TestApproverLeaves(PropertyCase):
    """Whoever may decide now is asked: no request waits for nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tier.definition"].search([]).active = False
        cls.other_estate = cls.make_estate("Elsewhere")
        cls.company_manager = cls.make_user("pm_leave_company", COMPANY_MANAGER)
        cls.first = cls.make_user("pm_leave_first", MANAGER, cls.estate)
        cls.second = cls.make_user("pm_leave_second", MANAGER, cls.other_estate)
        cls.writer = cls.make_user(
            "pm_leave_writer", "pm_core.group_pm_service", cls.estate
        )
        cls.level = cls.env["tier.definition"].create(
            {
                "name": "Notices",
                "model_id": cls.env["ir.model"]._get_id("pm.notice"),
                "review_type": "group",
                "reviewer_group_id": cls.env.ref(MANAGER).id,
            }
        )
        cls.notice = cls.env["pm.notice"].create(
            {
                "title": "Water cut",
                "body": "<p>On Thursday</p>",
                "estate_id": cls.estate.id,
                "kind_id": cls.env["pm.notice.kind"].search([], limit=1).id,
            }
        )
        partner = cls.make_partner("Owner")
        cls.make_occupancy(
            cls.make_unit(cls.make_building(cls.estate, "L"), "L-1"), partner
        )

    def submit(self):
        self.notice.with_user(self.writer).action_submit()
        return self.notice.review_ids

    def told(self, user):
        return self.env["mail.message"].search_count(
            [
                ("model", "=", "pm.notice"),
                ("res_id", "=", self.notice.id),
                ("subject", "like", "Waits for your approval"),
                ("notified_partner_ids", "in", user.partner_id.ids),
            ]
        )

    def assertAsked(self, review, *users):
        self.assertEqual(review.reviewer_ids, self.env["res.users"].union(*users))

    def test_who_is_above_is_asked_when_the_approver_leaves(self):
        for name, vals in [
            ("archived", {"active": False}),
            ("elsewhere", {"pm_estate_ids": [(6, 0, self.other_estate.ids)]}),
            ("other role", {"group_ids": [(3, self.env.ref(MANAGER).id)]}),
        ]:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                review = self.submit()
                self.assertAsked(review, self.first)
                self.first.write(vals)
                self.assertIn(self.company_manager, review.reviewer_ids)
                self.assertNotIn(self.first, review.reviewer_ids)
                self.assertEqual(self.told(self.company_manager), 1)
                self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_successor_is_asked(self):
        review = self.submit()
        self.first.active = False
        self.second.pm_estate_ids = self.estate
        self.assertAsked(review, self.second)
        self.assertEqual(self.told(self.second), 1)
        self.notice.with_user(self.second).validate_tier()
        self.assertNotEqual(self.notice.state, "approval")

    def test_a_new_colleague_is_asked_too(self):
        review = self.submit()
        third = self.make_user("pm_leave_third", MANAGER, self.estate)
        self.assertAsked(review, self.first, third)
        self.assertEqual(self.told(third), 1)
        # who was asked before is not told again
        self.assertEqual(self.told(self.first), 0)

    def test_role_given_on_the_group(self):
        review = self.submit()
        self.env.ref(MANAGER).user_ids += self.writer
        self.assertIn(self.writer, review.reviewer_ids)

    def test_named_person_leaves(self):
        """Where one person was named, the managers of the company decide."""
        self.level.write({"review_type": "individual", "reviewer_id": self.first.id})
        self.level.reviewer_group_id = False
        review = self.submit()
        self.assertAsked(review, self.first)
        self.first.active = False
        self.assertIn(self.company_manager, review.reviewer_ids)
        self.notice.with_user(self.company_manager).validate_tier()
        self.assertNotEqual(self.notice.state, "approval")

    def test_nobody_above(self):
        """Administrators are asked last of all."""
        review = self.submit()
        managers = self.env.ref(COMPANY_MANAGER).all_user_ids
        (managers - self.env.user).filtered(
            lambda user: not user.has_group("base.group_system")
        ).active = False
        self.first.active = False
        self.assertTrue(review.reviewer_ids)
        self.assertTrue(
            all(
                user.has_group("base.group_system") or user.has_group(COMPANY_MANAGER)
                for user in review.reviewer_ids
            )
        )

    def test_decided_requests_stay(self):
        review = self.submit()
        self.notice.with_user(self.first).validate_tier()
        self.assertEqual(review.status, "approved")
        self.first.active = False
        self.assertEqual(review.done_by, self.first)
        self.assertEqual(self.told(self.company_manager), 0)

    def test_level_that_asks_others(self):
        """The new approvers of a level are asked in what waits, too."""
        review = self.submit()
        self.level.reviewer_group_id = self.env.ref(COMPANY_MANAGER)
        self.assertIn(self.company_manager, review.reviewer_ids)
        self.assertEqual(self.told(self.company_manager), 1)

    def test_addons_that_are_not_loaded_yet(self):
        """An update loads groups while the models of later addons are not there."""
        review = self.submit()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE tier_review SET model = 'pm.not.there' WHERE id = %s", [review.id]
        )
        self.env.invalidate_all()
        self.env.ref(MANAGER).write({"user_ids": [Command.unlink(self.first.id)]})
        self.assertEqual(review.reviewer_ids, self.first)
