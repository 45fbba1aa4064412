from odoo.exceptions import AccessError, UserError
from odoo.modules.migration import load_script
from odoo.tools.misc import file_path

from .complaint_common import ComplaintCase


class TestSlip(ComplaintCase):
    """Codes that came into other hands: a new one, and slips of before."""

    def setUp(self):
        super().setUp()
        path = file_path("pm_complaints/migrations/19.0.1.2.0/post-slips.py")
        self.script = load_script(path, "pm_complaints_post_slips")

    def printed_before(self, **vals):
        """A case whose slip was printed as before: the customer's code, and a step."""
        case = self.accepted(**vals)
        case.with_user(self.colleague)._take_step("slip")
        self.env.flush_all()
        for _time in range(2):
            self.script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        return case.sudo()

    def told(self, case):
        return case.message_to_ids.filtered(lambda one: one.kind == "code")

    def test_a_new_code_for_the_customer(self):
        case = self.accepted(partner_id=False, reporter_email="li@example.com").sudo()
        slip = case.with_user(self.colleague)._slip()["code"]
        before = case.access_code
        case.with_user(self.clerk).action_renew_code()
        self.assertNotEqual(case.access_code, before)
        self.assertFalse({before, slip} & set(case._access_codes()))
        self.assertEqual(case.step_ids[-1].step, "new_code")
        self.assertEqual(case.step_ids[-1].user_id, self.clerk)
        # who works on the case has not seen it: it leaves with the mail alone
        told = self.told(case)
        self.assertEqual((told.channel, told.address), ("email", "li@example.com"))
        self.assertNotIn(case.access_code, told.text)
        self.assertIn(case.access_code, told._said())
        self.assertTrue(told._is_secret())

    def test_nobody_who_could_be_told(self):
        """The only code of an anonymous person is not taken away."""
        case = self.accepted(is_anonymous=True, partner_id=False).sudo()
        before = case.access_code
        with self.assertRaisesRegex(UserError, "no address"):
            case.with_user(self.clerk).action_renew_code()
        self.assertEqual(case.access_code, before)
        # a slip that was lost opens nothing any more, the own code does
        slip = case.with_user(self.colleague)._slip()["code"]
        case.with_user(self.clerk).action_renew_code()
        self.assertEqual(case.access_code, before)
        self.assertNotIn(slip, case._access_codes())
        self.assertFalse(self.told(case))

    def test_for_the_desk_of_the_estate(self):
        case = self.accepted(reporter_email="li@example.com")
        with self.assertRaisesRegex(AccessError, "handled by customer service"):
            case.with_user(self.worker).action_renew_code()
        elsewhere = self.make_user(
            "pm_clerk_c", "pm_core.group_pm_service", self.make_estate("Elsewhere")
        )
        with self.assertRaises(AccessError):
            case.with_user(elsewhere).action_renew_code()

    def test_a_slip_of_before_is_whose_it_was(self):
        """Who printed it knows the customer's code: it counts as that slip."""
        case = self.printed_before()
        self.assertEqual(len(case.slip_ids), 1)
        self.assertEqual(case.slip_ids.user_id, self.colleague)
        self.assertEqual(case._slip_of(case.access_code), case.slip_ids)
        case._slip_of(case.access_code)._note_use("verdict")
        self.assertIn(self.colleague.name, case.step_ids[-1].note)

    def test_a_slip_of_before_is_renewed_for_who_has_no_address(self):
        """The code on that paper is the own one: both are ended."""
        case = self.printed_before(is_anonymous=True, partner_id=False)
        before = case.access_code
        case.with_user(self.clerk).action_renew_code()
        self.assertNotIn(before, case._access_codes())

    def test_slips_of_now_are_no_slips_of_before(self):
        case = self.accepted()
        case.with_user(self.colleague)._slip()
        self.env.flush_all()
        self.script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(len(case.sudo().slip_ids), 1)
        self.assertFalse(case._slip_of(case.sudo().access_code))
