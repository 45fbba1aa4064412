"""Renewal: assessed once a term, scored by what is known, followed by a contract."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15 04:00:00")
class TestRenewal(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for model in (
            "tier.definition",
            "pm.contract.obligation.template",
            "pm.contract.renewal.criterion",
        ):
            cls.env[model].search([]).active = False
        cls.estate.tz = "Asia/Shanghai"
        cls.kind = cls.env.ref("pm_core.contract_kind_owners")
        cls.kind.write({"notice_days": 90, "notice_days_other": 60, "lead_days": 30})
        Criterion = cls.env["pm.contract.renewal.criterion"]
        cls.duties = Criterion.create(
            {
                "name": "Duties in time",
                "source": "obligations",
                "weight": 30,
                "worst": 50,
                "best": 100,
                "sequence": 1,
            }
        )
        cls.relation = Criterion.create(
            {"name": "Relation", "source": "manual", "weight": 10, "sequence": 2}
        )
        cls.contract = cls.make_contract(
            cls.estate,
            kind="owners",
            partner_id=cls.owner.id,
            date_from="2025-01-31",
            date_to="2027-01-30",
            line_ids=[
                Command.create(
                    {"name": "Flats", "price": 2.0, "date_to": "2025-12-31"}
                ),
                Command.create(
                    {"name": "Flats", "price": 2.5, "date_from": "2026-01-01"}
                ),
            ],
        )
        cls.activate(cls.contract)
        cls.manager = cls.make_user(
            "pm_renew_manager", "pm_core.group_pm_estate_manager", cls.estate
        )

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_contract_renewal").method_direct_trigger()
        self.env.invalidate_all()

    def renewal(self):
        return (
            self.env["pm.contract.renewal"]
            .with_user(self.manager)
            .create({"contract_id": self.contract.id})
        )

    def decided(self, decision="renew"):
        renewal = self.renewal()
        renewal.line_ids.filtered(lambda line: line.source == "manual").rating = "4"
        renewal.decision = decision
        renewal.action_submit()
        return renewal

    def duty(self, met, missed):
        duty = self.env["pm.contract.obligation"].create(
            {
                "contract_id": self.contract.id,
                "name": "Report",
                "schedule_start": "2026-10-01",
                "schedule_unit": "day",
                "schedule_until": f"2026-10-{met + missed:02}",
                "tracked_from": "2026-10-01",
            }
        )
        for event in duty.event_ids.sorted("date_due")[:met]:
            event.date_met = event.date_due
        return duty

    def test_it_opens_once_in_time_before_the_notice(self):
        # 30 January 2027 less 90 days of notice and 30 to decide
        with freeze_time("2026-10-01 15:59:00"):
            self.run_cron()
            self.assertFalse(self.contract.renewal_ids)
        with freeze_time("2026-10-01 16:01:00"):
            self.run_cron()
            self.run_cron()
        renewal = self.contract.renewal_ids
        self.assertRecordValues(renewal, [{"state": "draft"}])
        self.assertEqual(str(renewal.term_end), "2027-01-30")
        self.assertEqual(len(renewal.activity_ids), 1)
        self.assertEqual(str(renewal.activity_ids.date_deadline), "2026-11-01")
        # a cancelled one does not come back
        renewal.action_cancel()
        self.run_cron()
        self.assertEqual(self.contract.renewal_ids, renewal)

    def test_another_term_is_assessed_anew(self):
        self.run_cron()
        self.contract.write({"date_to": "2028-01-30"})
        with freeze_time("2027-10-05"):
            self.run_cron()
        self.assertEqual(len(self.contract.renewal_ids), 2)

    def test_contracts_under_notice_are_left_alone(self):
        self.contract.termination_date = "2027-01-15"
        self.run_cron()
        self.assertFalse(self.contract.renewal_ids)

    def test_days_are_those_of_the_kind(self):
        self.kind.lead_days = 5
        self.run_cron()
        self.assertTrue(self.contract.renewal_ids)
        self.contract.renewal_ids.unlink()
        self.contract.write({"notice_days": 30, "notice_days_other": 30})
        self.run_cron()
        self.assertFalse(self.contract.renewal_ids)

    def test_no_data_is_not_zero(self):
        renewal = self.renewal()
        duties, relation = renewal.line_ids
        self.assertEqual(duties.figure_text, "no data")
        self.assertFalse(duties.has_points)
        self.assertEqual(renewal.weight_known, 0)
        self.assertFalse(renewal.band_id)
        relation.rating = "5"
        self.assertEqual(renewal.score, 100)
        self.assertEqual(renewal.weight_known, 25)

    def test_score_and_recommendation(self):
        self.duty(met=9, missed=3)
        renewal = self.renewal()
        duties, relation = renewal.line_ids
        # 75 % lies halfway between 50 and 100
        self.assertRecordValues(
            duties, [{"figure": 75.0, "points": 50.0, "basis": "9 of 12 met in time"}]
        )
        relation.rating = "5"
        self.assertAlmostEqual(renewal.score, (30 * 50 + 10 * 100) / 40)
        self.assertEqual(renewal.band_id.decision, "renegotiate")
        relation.rating = "1"
        self.assertAlmostEqual(renewal.score, 37.5)
        self.assertEqual(renewal.band_id.decision, "leave")

    def test_kpis_are_those_of_the_estate(self):
        kpi = self.env["pm.kpi"].create(
            {
                "name": "Needs met",
                "model_id": self.env["ir.model"]._get_id("pm.requirement"),
                "numerator_domain": "[('state', '=', 'done')]",
                "date_field": "date",
                "estate_path": "estate_id",
            }
        )
        criterion = self.env["pm.contract.renewal.criterion"].create(
            {
                "name": "Needs",
                "source": "kpi",
                "kpi_id": kpi.id,
                "worst": 0,
                "best": 50,
                "sequence": 9,
            }
        )
        renewal = self.renewal()
        line = renewal.line_ids.filtered(lambda row: row.criterion_id == criterion)
        self.assertEqual(line.figure_text, "no data")
        other = self.make_estate("Other Garden")
        for estate, day in [
            (self.estate, "2026-05-01"),
            (self.estate, "2026-06-01"),
            (self.estate, "2026-06-02"),
            (self.estate, "2026-06-03"),
            # neither those before nor those of others
            (self.estate, "2025-06-01"),
            (other, "2026-06-01"),
        ]:
            self.env["pm.requirement"].create(
                {
                    "title": day,
                    "prospect_name": "A firm",
                    "property_id": estate.id,
                    "date": day,
                }
            )
        first = self.env["pm.requirement"].search([("title", "=", "2026-05-01")])
        first.state = "done"
        renewal.action_measure()
        self.assertRecordValues(
            line, [{"figure": 25.0, "points": 50.0, "basis": "1 of 4"}]
        )

    def test_less_can_be_better(self):
        self.duty(met=9, missed=3)
        self.duties.write({"worst": 100, "best": 50})
        self.assertEqual(self.renewal().line_ids[0].points, 50.0)

    def test_figures_are_of_the_last_twelve_months(self):
        renewal = self.renewal()
        self.assertEqual(
            (str(renewal.figures_from), str(renewal.figures_to)),
            ("2025-11-15", "2026-11-14"),
        )
        self.duty(met=2, missed=0)
        renewal.action_measure()
        self.assertEqual(renewal.line_ids[0].figure, 100.0)

    def test_incomplete(self):
        renewal = self.renewal()
        with self.assertRefused(UserError, "Choose the decision"):
            renewal.action_submit()
        renewal.decision = "renew"
        with self.assertRefused(UserError, "judge Relation"):
            renewal.action_submit()
        with self.assertRefused(UserError, "by hand"):
            renewal.state = "approved"

    def test_levels_approve_the_decision(self):
        self.env["tier.definition"].create(
            {
                "name": "Boss",
                "model_id": self.env["ir.model"]._get_id("pm.contract.renewal"),
                "review_type": "individual",
                "reviewer_id": self.env.ref("base.user_admin").id,
            }
        )
        renewal = self.decided()
        self.assertEqual(renewal.state, "approval")
        with self.assertRefused(UserError, "needs Decided"):
            renewal.action_make_contract()
        renewal.with_user(self.env.ref("base.user_admin")).validate_tier()
        self.assertEqual(renewal.state, "approved")

    def test_what_is_decided_stays(self):
        renewal = self.decided()
        with self.assertRefused(UserError, "needs Assessment"):
            renewal.decision = "leave"
        renewal.action_give_notice()
        self.assertEqual(str(renewal.notice_given_on), "2026-11-15")
        with self.assertRefused(UserError, "carried out"):
            renewal.action_reset()
        renewal.notice_given_on = False
        renewal.action_reset()
        renewal.decision = "leave"

    def test_the_contract_that_follows(self):
        guarantor = self.make_partner("Guarantor")
        self.env["pm.contract.party"].create(
            {
                "contract_id": self.contract.id,
                "partner_id": guarantor.id,
                "role": "guarantor",
                "signatory": "Mr Li",
            }
        )
        self.env["pm.contract.clause"].create(
            {"contract_id": self.contract.id, "name": "Noise", "body": "<p>None</p>"}
        )
        monthly = self.env["pm.contract.obligation"].create(
            {
                "contract_id": self.contract.id,
                "name": "Report",
                "schedule_start": "2026-01-31",
                "schedule_unit": "month",
            }
        )
        self.env["pm.contract.obligation"].create(
            {
                "contract_id": self.contract.id,
                "name": "Once",
                "schedule_start": "2026-12-31",
            }
        )
        renewal = self.decided()
        action = renewal.action_make_contract()
        follower = self.env["pm.contract"].browse(action["res_id"])
        self.assertRecordValues(
            follower,
            [
                {
                    "state": "draft",
                    "predecessor_id": self.contract.id,
                    "partner_id": self.owner.id,
                    "kind": "owners",
                }
            ],
        )
        self.assertEqual(
            (str(follower.date_from), str(follower.date_to)),
            ("2027-01-31", "2029-01-30"),
        )
        self.assertEqual(
            [(line.price, line.date_from, line.date_to) for line in follower.line_ids],
            [(2.5, False, False)],
        )
        self.assertIn("Noise", follower.clause_ids.mapped("name"))
        party = follower.party_ids.filtered(lambda row: row.partner_id == guarantor)
        self.assertEqual((party.role, party.signatory), ("guarantor", "Mr Li"))
        self.assertFalse(party.signed_on)
        self.assertEqual(follower.obligation_ids.mapped("name"), ["Report"])
        # pressed twice it opens the same one
        self.assertEqual(renewal.action_make_contract()["res_id"], follower.id)
        with freeze_time("2027-01-31 04:00:00"):
            self.activate(follower)
            self.assertEqual(self.contract.state, "renewed")
            self.assertEqual(str(self.contract.date_end), "2027-01-30")
            # the rhythm goes on from the 31st, not from the 28th of February
            days = follower.obligation_ids.event_ids.sorted("date_due")
            self.assertEqual(
                [str(event.date_planned) for event in days[:3]],
                ["2027-01-31", "2027-02-28", "2027-03-31"],
            )
        self.assertFalse(
            monthly.event_ids.filtered(lambda event: str(event.date_due) > "2027-01-30")
        )

    def test_not_renewed(self):
        renewal = self.decided("leave")
        with self.assertRefused(UserError, "not to renew"):
            renewal.action_make_contract()
        action = renewal.action_terminate()
        self.assertEqual(action["res_model"], "pm.contract.terminate")

    def test_criteria_are_those_of_the_kind(self):
        self.relation.kind_ids = self.env.ref("pm_core.contract_kind_tenant")
        self.assertEqual(self.renewal().line_ids.criterion_id, self.duties)
