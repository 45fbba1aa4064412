"""Whose rounds are shown, how they are walked at a desk, and who is warned."""

import uuid
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .inspections_common import RoundCase


@tagged("post_install", "-at_install")
class TestRounds(RoundCase):
    def fill(self, round_, value="3"):
        for line in round_.line_ids:
            line.value = value if line.kind == "number" else "yes"

    def test_walked_at_a_desk(self):
        """It counts, and nobody proves that somebody was there."""
        round_ = self.make_round().with_user(self.inspector)
        with self.assertRefused(UserError, "6 entries are missing"):
            round_.action_submit()
        self.fill(round_)
        round_.action_submit()
        self.assertEqual(round_.state, "done")
        self.assertEqual(round_.user_id, self.inspector)
        self.assertEqual((round_.point_done, round_.doubt_count), (3, 3))
        self.assertEqual(set(round_.answer_ids.mapped("doubt")), {"not_scanned"})
        with self.assertRefused(UserError, "in state"):
            round_.action_submit()

    def test_a_round_that_is_over_is_a_record(self):
        round_ = self.make_round().with_user(self.inspector)
        self.fill(round_)
        round_.action_submit()
        with self.assertRefused(AccessError, "by hand"):
            round_.line_ids[:1].value = "no"

    def test_numbers_are_what_they_say(self):
        line = self.make_round().line_ids.filtered(lambda one: one.kind == "number")[0]
        for value, fault in (("3", False), ("4.0", False), ("4.1", True), ("3", False)):
            line.value = value
            self.assertEqual(line.is_fault, fault)
        line.value = " ３．５ "
        self.assertEqual((line.value, line.number), ("3.5", 3.5))
        with self.assertRefused(ValidationError, "two ways"):
            line.value = "3,5"
        with self.assertRefused(ValidationError, "is no number"):
            line.value = "a lot"

    def test_somebody_else_s_round(self):
        round_ = self.make_round()
        round_.with_user(self.inspector).action_start()
        other = self.make_inspector("pm_inspector_b")
        for step in ("action_start", "action_submit"):
            with self.assertRefused(AccessError, "."):
                getattr(round_.with_user(other), step)()
        with self.assertRefused(AccessError, "."):
            round_.line_ids[:1].with_user(other).value = "no"

    def test_an_inspector_gives_no_round_away(self):
        round_ = self.make_round().with_user(self.inspector)
        with self.assertRefused(AccessError, "dispatchers"):
            round_.employee_id = self.inspector.employee_id
        round_.note = "Key at the gate."

    def test_called_off_with_a_reason(self):
        round_ = self.make_round()
        with self.assertRefused(AccessError, "dispatchers"):
            round_.with_user(self.inspector).action_cancel("Storm")
        with self.assertRefused(UserError, "enter why"):
            round_.with_user(self.dispatcher).action_cancel(" ")
        round_.with_user(self.dispatcher).action_cancel("Storm")
        self.assertEqual(round_.state, "cancelled")

    def test_what_is_walked_stays(self):
        round_ = self.make_round()
        round_.with_user(self.inspector).action_start()
        with self.assertRefused(UserError, "stays on record"):
            round_.unlink()

    def test_kept_as_long_as_the_plan_says(self):
        self.assertEqual(self.plan.keep_years, 1)
        self.plan.area = "water"
        self.assertEqual(self.plan.keep_years, 3)
        round_ = self.make_round()
        visit = self.visit(round_, self.points[0])
        self.send(visit)
        answer = self.answer_of(visit)
        round_._as_step().state = "done"
        manager = self.make_user(
            "pm_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        later = fields.Datetime.now() + timedelta(days=3 * 366)
        with freeze_time(later - timedelta(days=10)):
            with self.assertRefused(UserError, "stays on record"):
                round_.with_user(manager).unlink()
        with freeze_time(later):
            self.plan.keep_years = 0
            with self.assertRefused(UserError, "stays on record"):
                round_.with_user(manager).unlink()
            self.plan.keep_years = 3
            round_.with_user(manager).unlink()
        self.assertFalse((round_ | round_.exists()).exists())
        self.assertFalse(answer.exists())

    # whose it is

    def mine(self, user):
        return (
            self.env["pm.inspection"].with_user(user).search([("is_mine", "=", True)])
        )

    def test_open_rounds_are_everybody_s_until_one_takes_them(self):
        round_ = self.make_round()
        other = self.make_inspector("pm_inspector_b")
        away = self.make_inspector("pm_inspector_c", self.make_estate("Other"))
        self.assertIn(round_, self.mine(other))
        self.assertNotIn(round_, self.mine(away))
        round_.with_user(self.inspector).action_start()
        self.assertNotIn(round_, self.mine(other))
        self.assertIn(round_, self.mine(self.inspector))
        self.assertTrue(round_.with_user(self.inspector).is_mine)

    def test_a_round_by_name(self):
        other = self.make_inspector("pm_inspector_b")
        round_ = self.make_round(employee_id=self.inspector.employee_id.id)
        self.assertIn(round_, self.mine(self.inspector))
        self.assertNotIn(round_, self.mine(other))

    def test_a_round_of_whoever_is_on_duty(self):
        """The duty decides, also after the roster was changed."""
        round_ = self.make_round(post_id=self.post.id)
        self.assertNotIn(round_, self.mine(self.inspector))
        duty = self.make_duty(self.inspector.employee_id)
        self.assertIn(round_, self.mine(self.inspector))
        duty.action_absent()
        self.assertNotIn(round_, self.mine(self.inspector))

    def test_a_round_of_a_shift(self):
        night = self.env.ref("pm_core.pm_duty_shift_night")
        round_ = self.make_round(post_id=self.post.id, shift_id=night.id)
        duty = self.make_duty(self.inspector.employee_id)
        self.assertNotIn(round_, self.mine(self.inspector))
        hours = {"start": duty.start, "stop": duty.stop}
        duty.write({"shift_id": night.id, **hours})
        self.assertIn(round_, self.mine(self.inspector))

    # the watch

    def watch(self):
        with self.enter_registry_test_mode():
            cron = self.env.ref("pm_maintenance.ir_cron_inspection_watch")
            cron.method_direct_trigger()

    def test_warned_while_it_can_be_made_good(self):
        self.plan.alert_minutes = 30
        later = self.make_round(employee_id=self.inspector.employee_id.id)
        soon = self.make_round(stop=0.25, employee_id=self.inspector.employee_id.id)
        self.watch()
        self.assertFalse(later.activity_ids)
        self.assertEqual(soon.activity_ids.user_id, self.inspector)
        self.assertIn("Pump room", soon.activity_ids.note)
        soon.activity_ids.unlink()
        self.watch()
        self.assertFalse(soon.activity_ids, "warned once")

    def test_who_is_on_duty_is_warned(self):
        self.make_duty(self.inspector.employee_id)
        round_ = self.make_round(stop=0.25, post_id=self.post.id)
        self.watch()
        self.assertIn(self.inspector, round_.activity_ids.user_id)

    def test_noted_as_missed_when_it_is_too_late(self):
        late = self.make_round(start=-5, stop=-1)
        gone = self.make_round(start=-9, stop=-5)
        self.watch()
        self.assertEqual((late.state, late.is_overdue), ("planned", True))
        self.assertEqual(gone.state, "missed")
        self.assertTrue(self.plan.activity_ids)
        overdue = self.env["pm.inspection"].search([("is_overdue", "=", True)])
        self.assertIn(late, overdue)
        self.assertNotIn(gone, overdue)

    def test_a_late_round_is_made_good(self):
        round_ = self.make_round(start=-5, stop=-1).with_user(self.inspector)
        self.fill(round_)
        round_.action_submit()
        self.assertEqual(round_.state, "late")

    def test_today(self):
        today = self.make_round()
        late = self.make_round(start=-20, stop=-1)
        gone = self.make_round(start=-20, stop=-18)
        ahead = self.make_round(start=30, stop=32)
        found = self.env["pm.inspection"].search([("is_today", "=", True)])
        self.assertLessEqual(today | late, found)
        self.assertFalse((gone | ahead) & found)

    def test_the_score_is_what_faults_leave(self):
        round_ = self.make_round()
        self.fill(round_, "9")
        round_.with_user(self.inspector).action_submit()
        self.assertEqual((round_.fault_count, round_.score), (3, 85))
        self.plan.item_ids[1].deduction = 50
        self.assertEqual(round_.score, 85, "changed later, for later rounds")

    def test_time_walked(self):
        round_ = self.make_round()
        round_.started_at = fields.Datetime.now()
        round_.finished_at = round_.started_at + timedelta(minutes=12)
        self.assertEqual(round_.minutes, 12)

    # the proof

    def test_the_proof_counts_what_was_due(self):
        """Done, late, missed; what is unproven with its reason; what is to come not."""
        done, missed, ahead = (
            self.make_round(start=start, stop=start + 1) for start in (-3, -9, 5)
        )
        self.fill(done)
        done.with_user(self.inspector).action_submit()
        missed._miss()
        proof = (
            self.env["pm.inspection.proof"]
            .with_user(self.dispatcher)
            .create(
                {
                    "property_id": self.estate.id,
                    "date_from": fields.Date.subtract(fields.Date.today(), days=2),
                    "date_to": fields.Date.add(fields.Date.today(), days=2),
                }
            )
        )
        figures = proof._figures()
        total = figures["total"]
        self.assertEqual(
            [total[name] for name in ("due", "done", "late", "missed", "open")],
            [2, 0, 1, 1, 0],
        )
        self.assertEqual((total["visited"], total["points"]), (3, 6))
        self.assertEqual(figures["doubts"], [("Not Scanned", 3)])
        self.assertEqual(len(figures["gaps"]), 2)
        self.assertNotIn(ahead, figures["rounds"])
        pdf = self.env.ref("pm_maintenance.report_inspection_proof")
        html, _kind = pdf._render_qweb_html(pdf, proof.ids)
        self.assertIn("Not Scanned", html.decode())
        xlsx = self.env["report.pm_maintenance.inspection_proof_xlsx"]
        xlsx = xlsx.with_context(active_model=proof._name)
        content, kind = xlsx.create_xlsx_report(proof.ids, {})
        self.assertEqual((content[:2], kind), (b"PK", "xlsx"))

    def test_a_supplier_s_score(self):
        """What checks of the contract found counts when it is renewed."""
        contract = self.make_contract(
            self.estate,
            kind="supplier",
            partner_id=self.make_partner("Bright Cleaning").id,
            date_to=fields.Date.add(fields.Date.today(), days=30),
        )
        self.plan.contract_id = contract
        round_ = self.make_round()
        self.fill(round_, "9")
        round_.with_user(self.inspector).action_submit()
        renewal = self.env["pm.contract.renewal"].new(
            {
                "contract_id": contract.id,
                "figures_from": fields.Date.subtract(fields.Date.today(), days=30),
                # the round ends in two hours, which may be the next day
                "figures_to": fields.Date.add(fields.Date.today(), days=1),
            }
        )
        line = self.env["pm.contract.renewal.line"].new({"renewal_id": renewal})
        self.assertEqual(line._measure_inspection()[0], 85)

    def test_the_figure_of_patrols_is_measured(self):
        round_ = self.make_round(start=-3, stop=2)
        self.fill(round_)
        round_.with_user(self.inspector).action_submit()
        kpi = self.env.ref("pm_core.kpi_patrol")
        self.assertEqual(kpi.kind, "ratio")
        today = fields.Date.today()
        figure = kpi._measure(
            fields.Date.subtract(today, days=2),
            fields.Date.add(today, days=2),
            {"estate": self.estate},
        )
        self.assertEqual((figure.numerator, figure.denominator), (3, 3))

    def test_before_its_time_at_a_desk(self):
        round_ = self.make_round(start=100, stop=104).with_user(self.inspector)
        self.fill(round_)
        round_.action_submit()
        self.assertIn("before the round begins", round_.answer_ids[0].doubt_note)

    def test_a_photo_that_is_missing_is_a_doubt(self):
        self.plan.needs_scan = False
        self.plan.item_ids[0].photo_required = True
        round_ = self.make_round().with_user(self.inspector)
        self.fill(round_)
        round_.action_submit()
        self.assertEqual((round_.state, round_.doubt_count), ("done", 3))
        self.assertEqual(set(round_.answer_ids.mapped("doubt")), {"no_photo"})

    def test_a_phone_that_announces_no_photo_is_a_doubt_and_no_loss(self):
        item = self.plan.item_ids[0]
        item.photo_required = True
        round_ = self.make_round()
        without = self.visit(round_, self.points[0])
        photo = {"uuid": str(uuid.uuid4()), "item_id": item.id, "name": "a.jpg"}
        with_one = self.visit(round_, self.points[1], photos=[photo])
        self.send(without, with_one)
        self.assertEqual(self.answer_of(without).doubt, "no_photo")
        self.assertEqual(self.answer_of(without).state, "stored")
        self.assertNotEqual(self.answer_of(with_one).doubt, "no_photo")
