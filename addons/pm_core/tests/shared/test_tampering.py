"""What no button offers: calls that go round the steps, by users with rights."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..common import PropertyCase, PropertyFactory


class TamperingCase(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.party = cls.make_partner("Owners' Association", email="oa@example.com")
        cls.elsewhere = cls.make_estate("Other Garden")
        cls.staff = cls.make_user("tamper_staff", "pm_core.group_pm_user", cls.estate)
        cls.service = cls.make_user(
            "tamper_service", "pm_core.group_pm_service", cls.estate
        )
        cls.hr = cls.make_user("tamper_hr", "pm_core.group_pm_hr", cls.estate)
        cls.manager = cls.make_user(
            "tamper_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.admin = cls.make_user("tamper_admin", "pm_core.group_pm_admin")

    @classmethod
    def make_contract(cls, estate=None, **vals):
        vals = {
            "kind": "tenant",
            "partner_id": cls.party.id,
            "date_to": "2027-12-31",
            "user_id": cls.manager.id,
            "line_ids": [Command.create({"name": "Flats", "price": 2.5})],
            **vals,
        }
        return super().make_contract(estate or cls.estate, **vals)


@tagged("post_install", "-at_install")
class TestReview(TamperingCase):
    """Levels of an approval are decided by their reviewers, by the buttons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.make_contract().with_user(cls.service)
        cls.contract.action_submit()
        cls.review = cls.contract.review_ids
        cls.review.ensure_one()

    def test_nobody_writes_a_decision(self):
        for user in (self.staff, self.service, self.manager, self.admin):
            review = self.review.with_user(user)
            for vals in (
                {"status": "approved"},
                {"reviewer_ids": [Command.link(user.id)]},
                {"definition_id": False},
                {"res_id": 0},
            ):
                with self.subTest(user=user.login, vals=vals):
                    with self.assertRefused(AccessError, "."):
                        review.write(vals)
            with (
                self.subTest(user=user.login),
                self.assertRefused(AccessError, "."),
            ):
                review.unlink()
            with (
                self.subTest(user=user.login),
                self.assertRefused(AccessError, "."),
            ):
                review.create(
                    {
                        "model": "pm.contract",
                        "res_id": self.contract.id,
                        "status": "approved",
                    }
                )

    def test_nor_through_the_record(self):
        for command in (
            Command.update(self.review.id, {"status": "approved"}),
            Command.delete(self.review.id),
            Command.create({"model": "pm.contract", "status": "approved"}),
        ):
            with (
                self.subTest(command=command),
                self.assertRefused(UserError, "."),
            ):
                self.contract.write({"review_ids": [command]})
        with self.assertRefused(AccessError, "wait for your decision"):
            self.contract.validate_tier()
        self.assertEqual(self.contract.state, "approval")

    def test_starting_the_levels_anew_is_no_way_out(self):
        with self.assertRefused(UserError, "submit it again"):
            self.contract.restart_validation()
        self.assertEqual(self.contract.review_ids, self.review)

    def test_the_comment_of_somebody_else_is_not_written(self):
        wizard = (
            self.env["comment.wizard"]
            .with_user(self.staff)
            .create(
                {
                    "res_model": "pm.contract",
                    "res_id": self.contract.id,
                    "review_ids": [Command.set(self.review.ids)],
                    "validate_reject": "validate",
                    "comment": "Fine with everybody",
                }
            )
        )
        with self.assertRefused(AccessError, "."):
            wizard.add_comment()

    def test_reviewers_decide_with_a_comment(self):
        self.review.sudo().definition_id.has_comment = True
        contract = self.contract.with_user(self.manager)
        action = contract.validate_tier()
        self.env["comment.wizard"].with_user(self.manager).with_context(
            **action["context"]
        ).create({"comment": "Fine"}).add_comment()
        self.assertEqual(contract.state, "approved")
        self.assertEqual(self.review.comment, "Fine")
        self.assertEqual(self.review.done_by, self.manager)

    def test_what_is_noted_of_a_decision(self):
        levels = self.review.sudo().definition_id
        levels.write(
            {
                "approve_sequence": False,
                "notify_on_rejected": True,
                "notify_on_pending": True,
            }
        )
        self.contract.with_user(self.manager).reject_tier()
        self.assertIn("Not approved.", self.contract.message_ids[0].body)
        self.contract.action_submit()
        self.assertIn(
            f"asked for by {self.service.name}", self.contract.message_ids[0].body
        )

    def test_reviewers_reject(self):
        self.contract.with_user(self.manager).reject_tier()
        self.assertEqual(self.contract.state, "draft")
        self.contract.action_submit()
        self.assertEqual(self.contract.state, "approval")

    def test_a_draft_goes_with_its_reviews(self):
        self.contract.with_user(self.manager).reject_tier()
        self.assertTrue(self.review.exists())
        self.contract.with_user(self.manager).unlink()
        self.assertFalse(self.review.exists())


@tagged("post_install", "-at_install")
class TestPartStays(TamperingCase):
    """Parts are not moved under what is agreed, nor where their user has no rights."""

    def test_parts_of_a_contract(self):
        agreed = self.activate(self.make_contract())
        foreign = self.make_contract(self.elsewhere)
        draft = self.make_contract(date_from="2029-01-01", date_to="2029-12-31")
        draft.clause_ids = [Command.create({"name": "Pets", "body": "<p>No</p>"})]
        draft.party_ids = [
            Command.create({"partner_id": self.owner.id, "role": "guarantor"})
        ]
        parts = (
            draft.line_ids[0],
            draft.clause_ids[0],
            draft.party_ids.filtered(lambda party: party.role == "guarantor"),
        )
        for part in parts:
            part = part.with_user(self.service)
            for target in (agreed, foreign):
                with (
                    self.subTest(part=part._name, target=target),
                    self.assertRefused(UserError, "."),
                ):
                    part.contract_id = target.id
            with (
                self.subTest(part=part._name),
                self.assertRefused(UserError, "."),
            ):
                part.create(part.copy_data({"contract_id": foreign.id}))
        # the same one again changes nothing
        parts[0].with_user(self.service).write({"contract_id": draft.id})

    def test_parts_of_what_managers_keep(self):
        agreed = self.activate(self.make_contract())
        foreign = self.activate(self.make_contract(self.elsewhere))
        next_one = self.activate(
            self.make_contract(
                self.elsewhere, date_from="2028-01-01", date_to="2028-12-31"
            )
        )
        manager = self.env(user=self.manager)
        amendments = [
            self.env["pm.contract.amendment"].create(
                {
                    "contract_id": contract.id,
                    "reason": "Agreed",
                    "date_effective": "2027-06-01",
                }
            )
            for contract in (agreed, foreign)
        ]
        renewals = [
            self.env["pm.contract.renewal"].create({"contract_id": contract.id})
            for contract in (agreed, foreign)
        ]
        duties = [
            self.env["pm.contract.obligation"].create(
                {
                    "contract_id": contract.id,
                    "name": "Account to the owners",
                    "schedule_start": "2026-12-31",
                    "schedule_unit": "year",
                }
            )
            for contract in (agreed, foreign)
        ]
        handovers = [
            self.env["pm.contract.handover"].create(
                {"contract_id": contract.id, "name": "Keys"}
            )
            for contract in (agreed, foreign)
        ]
        moves = [
            (amendments[0].fee_ids[0], "amendment_id", amendments[1]),
            (amendments[0], "contract_id", foreign),
            (renewals[0].line_ids[0], "renewal_id", renewals[1]),
            (renewals[0], "contract_id", next_one),
            (duties[0], "contract_id", foreign),
            (handovers[0], "contract_id", foreign),
        ]
        for part, name, target in moves:
            with (
                self.subTest(part=part._name),
                self.assertRefused(UserError, "."),
            ):
                part.with_env(manager).write({name: target.id})
                part.flush_recordset()

    def test_an_assessment_that_was_decided_stays(self):
        self.env["tier.definition"].search([]).active = False
        contract = self.activate(self.make_contract())
        renewal = (
            self.env["pm.contract.renewal"]
            .with_user(self.manager)
            .create({"contract_id": contract.id})
        )
        manual = renewal.line_ids.filtered(lambda line: line.source == "manual")
        manual.rating = "2"
        renewal.decision = "renew"
        renewal.action_submit()
        self.assertEqual(renewal.state, "approved")
        with self.assertRefused(UserError, "assessment"):
            manual[0].rating = "5"
        with self.assertRefused(UserError, "assessment"):
            manual[0].unlink()

    def test_records_do_not_leave_the_own_estates(self):
        contract = self.make_contract().with_user(self.service)
        contract.line_ids.unlink()
        with self.assertRefused(AccessError, "."):
            contract.estate_id = self.elsewhere.id
        draft = (
            self.env["pm.policy"]
            .with_user(self.manager)
            .create(
                {
                    "code": "T-1",
                    "name": "Gate",
                    "type_id": self.env.ref("pm_core.policy_type_posts").id,
                    "body": "<p>Greet</p>",
                    "estate_ids": [Command.set(self.estate.ids)],
                }
            )
        )
        with self.assertRefused(AccessError, "."):
            draft.estate_ids = [Command.clear()]
        with self.assertRefused(AccessError, "."):
            draft.estate_ids = [Command.link(self.elsewhere.id)]
        roster = self.env["pm.duty.roster"].create(
            {"estate_id": self.estate.id, "month": "2026-12-01"}
        )
        with self.assertRefused(AccessError, "."):
            roster.with_user(self.manager).estate_id = self.elsewhere.id
        kpi = self.env["pm.kpi"].create({"name": "Calls", "kind": "manual"})
        figure = self.env["pm.kpi.result"].create(
            {
                "kpi_id": kpi.id,
                "level": "estate",
                "estate_id": self.estate.id,
                "date_from": "2026-10-01",
                "date_to": "2026-10-31",
                "value": 90,
            }
        )
        with self.assertRefused(AccessError, "."):
            figure.with_user(self.manager).estate_id = self.elsewhere.id


@tagged("post_install", "-at_install")
class TestVersionByHand(TamperingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tier.definition"].search([]).active = False

    def make_policy(self, user, **vals):
        return (
            self.env["pm.policy"]
            .with_user(user)
            .create(
                {
                    "code": "T-1",
                    "name": "Gate",
                    "type_id": self.env.ref("pm_core.policy_type_posts").id,
                    "body": "<p>Greet</p>",
                    **vals,
                }
            )
        )

    def test_the_chain_is_nobodys_to_write(self):
        policy = self.make_policy(self.hr)
        other = self.make_policy(self.hr, code="T-2")
        for vals in (
            {"version": 7},
            {"origin_id": other.id},
            {"previous_id": other.id},
            {"valid_to": "2026-01-01"},
        ):
            with self.subTest(vals=vals), self.assertRefused(AccessError, "."):
                policy.write(vals)
        policy.action_submit()
        self.assertEqual(policy.state, "in_force")
        with self.assertRefused(UserError, "no draft"):
            policy.valid_from = "2020-01-01"
        policy.action_repeal()
        with self.assertRefused(AccessError, "."):
            policy.valid_to = "2020-01-01"

    def test_a_manager_does_not_replace_what_holds_in_the_company(self):
        shared = self.make_policy(self.hr)
        shared.action_submit()
        with self.assertRefused(AccessError, "."):
            self.make_policy(
                self.manager,
                estate_ids=[Command.set(self.estate.ids)],
                origin_id=shared.id,
                previous_id=shared.id,
                version=2,
            )


@tagged("post_install", "-at_install")
class TestSignature(TamperingCase):
    def test_what_the_customer_signed_stays(self):
        plan = self.env["pm.service.plan"].create(
            {
                "title": "Cleaning",
                "estate_id": self.estate.id,
                "partner_id": self.party.id,
            }
        )
        by_service = plan.with_user(self.service)
        plan.sudo()._as_step().write(
            {"state": "presented", "presented_date": fields.Date.today()}
        )
        for vals in (
            {"signature": b"aGVsbG8="},
            {"signed_on": fields.Datetime.now()},
            {"presented_date": "2020-01-01"},
            {"version": 3},
            {"name": "SP/1"},
        ):
            with self.subTest(vals=vals), self.assertRefused(AccessError, "."):
                by_service.write(vals)
        by_service.signed_by = "Mrs Wu"
        by_service.action_accept()
        with self.assertRefused(AccessError, "."):
            by_service.signed_by = "Somebody else"


@tagged("post_install", "-at_install")
class TestQuestionnaireByStaff(TamperingCase):
    def test_who_only_reads_answers_sends_and_makes_nothing(self):
        survey = self.env["survey.survey"].create(
            {"title": "Needs", "pm_questionnaire": True, "access_mode": "token"}
        )
        answer = survey._create_answer(partner=self.owner)
        answer.write({"pm_property_id": self.unit.id, "email": "wang@example.com"})
        by_staff = answer.with_user(self.staff)
        self.assertTrue(by_staff.has_access("read"))
        with self.assertRefused(AccessError, "."):
            by_staff.action_pm_send()
        answer.sudo().state = "done"
        with self.assertRefused(AccessError, "."):
            by_staff.action_pm_make_requirements()


@tagged("post_install", "-at_install")
class TestPersonalData(TamperingCase):
    """The identity card number by every way that asks for a field."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner.pm_id_number = "110101198601010011"

    def ways(self, user):
        Partner = self.env["res.partner"].with_user(user)
        Occupancy = self.env["pm.occupancy"].with_user(user)
        owner = Partner.browse(self.owner.id)
        guess = [("pm_id_number", "=like", "1101%")]
        yield "read", lambda: owner.read(["pm_id_number"])
        yield "search", lambda: Partner.search(guess)
        yield (
            "dotted",
            lambda: Occupancy.search([("partner_id.pm_id_number", "=like", "1101%")]),
        )
        yield "any", lambda: Occupancy.search([("partner_id", "any", guess)])
        yield "order", lambda: Partner.search([], order="pm_id_number")
        yield (
            "group",
            lambda: Partner.formatted_read_group([], ["pm_id_number"], ["__count"]),
        )
        yield (
            "web_read",
            lambda: Occupancy.browse(self.occupancy.id).web_read(
                {"partner_id": {"fields": {"pm_id_number": {}}}}
            ),
        )
        yield "export", lambda: owner.export_data(["pm_id_number"])["datas"]
        yield (
            "export of another",
            lambda: Occupancy.browse(self.occupancy.id).export_data(
                ["partner_id/pm_id_number"]
            )["datas"],
        )
        yield "write", lambda: owner.write({"pm_id_number": "1"})

    def test_who_does_not_need_it_has_no_way_to_it(self):
        self.staff.group_ids += self.env.ref("base.group_allow_export")
        for name, way in self.ways(self.staff):
            with self.subTest(way=name), self.assertRefused(AccessError, "."):
                way()

    def test_who_needs_it_has(self):
        self.service.group_ids += self.env.ref("base.group_allow_export")
        for name, way in self.ways(self.service):
            with self.subTest(way=name):
                self.assertTrue(way())


@tagged("post_install", "-at_install")
class TestResident(PropertyFactory, TransactionCase):
    """Who holds a unit does not read what staff write about it."""

    def test_chatter_of_the_unit_is_for_staff(self):
        estate = self.make_estate("Test Garden")
        unit = self.make_unit(self.make_building(estate), "1-101")
        resident = new_test_user(
            self.env, login="tamper_resident", groups="base.group_portal"
        )
        self.make_occupancy(unit, resident.partner_id)
        # pylint: disable-next=translation-required
        message = unit.message_post(
            body="The owner before left debts",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        found = (
            self.env["mail.message"]
            .with_user(resident)
            .search([("model", "=", "pm.property"), ("res_id", "=", unit.id)])
        )
        self.assertFalse(found)
        self.assertFalse(message.with_user(resident).has_access("read"))
