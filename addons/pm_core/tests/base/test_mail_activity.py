"""What somebody else has to do: on what it is put, and who can be asked."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestMailActivity(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user(
            "act_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.colleague = cls.make_user("act_colleague", "pm_core.group_pm_user")
        # the colleague lives at an estate that the manager has nothing to do with
        cls.elsewhere = cls.make_estate("Elsewhere")
        home = cls.make_unit(cls.elsewhere, "x-1")
        cls.make_occupancy(home, cls.colleague.partner_id, "2021-02-03")

    def ask(self, record, user):
        return (
            self.env["mail.activity"]
            .with_user(self.manager)
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id(record._name),
                    "res_id": record.id,
                    "user_id": user.id,
                }
            )
        )

    def test_a_colleague_is_asked_wherever_they_live(self):
        theirs = self.colleague.partner_id
        self.assertTrue(theirs.pm_is_customer)
        self.colleague.pm_estate_ids = self.estate
        activity = self.ask(self.estate, self.colleague)
        self.assertEqual(activity.user_id, self.colleague)
        self.assertIn(theirs, self.estate.message_partner_ids)

    def test_a_customer_of_another_estate_is_told_nothing(self):
        away = self.make_partner("Ms Away", pm_estate_id=self.elsewhere.id)
        resident = self.make_user("act_resident", "base.group_portal")
        resident.partner_id.pm_estate_id = self.elsewhere
        estate = self.estate.with_user(self.manager)
        for partner in (away, resident.partner_id):
            with (
                self.subTest(partner=partner.name),
                self.assertRefused(AccessError, "whom you may not read"),
            ):
                estate.message_subscribe(partner.ids)

    def test_what_has_no_messages_has_nothing_to_do(self):
        shift = self.env["pm.duty.shift"].search([], limit=1)
        self.assertNotIn("message_ids", shift._fields)
        with self.assertRefused(UserError, "has no messages"):
            self.ask(shift, self.colleague)
