"""Every page of the app opens for those who have it, without an error."""

import pytest
import webclient

FEES = "pm_billing.pm_billing_menu"


def core(names):
    """The menus of the first addon by the ends of their names."""
    return {f"pm_core.pm_core_menu_{name}" for name in names.split()}


def fees(names):
    """The menus of the fees by the ends of their names."""
    return {f"{FEES}_{name}" for name in names.split()}


def orders(names):
    """The menus of work orders by the ends of their names."""
    return {f"pm_maintenance.pm_maintenance_menu_{name}" for name in names.split()}


def complaints(names):
    """The menus of complaints by the ends of their names."""
    return {f"pm_complaints.pm_complaints_menu_{name}" for name in names.split()}


# What everybody sees who works in property management.
BASIC = core(
    "estate structure unit parking occupancy "
    "customer requirement service_plan questionnaire_sent notice "
    "contract obligation obligation_event amendment renewal document file "
    "service_standard policy policy_to_read sla_clock "
    "duty duty_mine duty_now duty_roster duty_swap certificate_mine "
    "training_session training_attendance training_hours training_due "
    "appraisal kpi_result"
) | orders(
    "emergency_page hazard emergency drill emergency_action emergency_plan defect"
)
BASIC |= complaints("measure praise") | fees("purchase_request")
BASIC |= complaints("suggestion improvement_measure lesson policy_review")
BETTER = complaints(
    "improvement lesson_offer waiting process_time policy_review_result"
)
# HR and those above find them among the employees.
COLLEAGUES = core("colleague")
LEADING = core(
    "certificate duty_coverage duty_post job policy_acknowledgement appraisal_report"
)
DESK = orders("order order_price order_call order_message follow_up")
DISPATCH = orders(
    "equipment plan dispatch_rule plan_apply operations alarm contractors order_board "
    "order_crew order_desk order_load order_pareto order_report compliance"
)
ROUNDS = orders(
    "round answer answer_decide inspection_apply inspection_fault inspection_plan "
    "inspection_point inspection_proof"
)
SAFETY = orders("drill_plan emergency_setup")
# the security room: what customer service sees of it, and what managers see besides
DESK |= orders("pass overstay gate_log key_out key incident footage denied")
DESK |= complaints("today complaint place reply dispute cluster")
DESK |= complaints("wechat satisfaction result vote hotline_day quality_report")
DESK |= complaints("praise_person calls follow_up rain sms")
QUALITY = complaints("report pareto rate follow_up_report")
WORDS = complaints("keyword template")
GATE = orders("gate_today post_matter post_log post_gap")
STORES = orders(
    "store order_material store_item store_receipt store_purchase store_count "
    "order_costs"
)
BOOKS = fees(
    "receipt run charge fee collection ageing export tariff meter reading meter_loss"
)
HR = (
    complaints("complaint cluster satisfaction result quality_report")
    | complaints("praise_person follow_up")
    | QUALITY
    | BETTER
    | LEADING
    | core(
        "employee appraisal_period questionnaire kpi certificate_kind "
        "duty_pattern duty_shift training_kind training_plan"
    )
)
ADMIN = core(
    "automation channel clause_template contract_kind document_settings "
    "document_type grade handover_item notice_kind obligation_template policy_type "
    "renewal_band renewal_criterion service_category sla_policy termination_reason "
    "sms_gateway tier_definition wechat_account"
) | orders(
    "fault_category fault_code pause_reason plan_template team "
    "emergency_type drill_template hazard_grade incident_type "
    "alarm_source inspection_template"
)
ADMIN |= complaints("rule category cause inbox survey hotline lesson_tag")
ADMIN |= complaints("follow_up_rule channel_health api_client webhook robot")
ADMIN |= complaints("event_delivery")
ADMIN |= fees("denomination")
# What each role sees besides.
MORE = {
    "staff": COLLEAGUES,
    "service": COLLEAGUES
    | DESK
    | fees("receipt charge fee tariff meter reading deposit payout"),
    "hr": HR,
    "manager": COLLEAGUES
    | LEADING
    | BOOKS
    | DESK
    | DISPATCH
    | SAFETY
    | GATE
    | STORES
    | ROUNDS
    | WORDS
    | QUALITY
    | BETTER
    | complaints("overview")
    | core("register_import")
    | fees("reading_held day deposit payout"),
    "cashier": COLLEAGUES
    | fees("counter receipt day_mine day deposit payout charge collection ageing")
    | fees("meter reading meter_loss"),
    "clerk": COLLEAGUES
    | BOOKS
    | fees(
        "fee_item tariff_template tariff_import reading_held reading_missing "
        "reading_import deposit payout"
    ),
    "accountant": COLLEAGUES
    | BOOKS
    | fees("ledger_check audit_sample day deposit payout")
    | fees("bank_file bank_left bank_row payer"),
}
DEBTS = fees("dunning dunning_line promise")
FIGURES = fees("arrears income statement")
LEDGERS = fees("trial_balance ledgers cash_forecast cash_plan")
MORE["manager"] |= fees("money")
for role in ("manager", "clerk", "accountant"):
    MORE[role] |= fees("public_sheet")
MORE["service"] |= DEBTS
MORE["manager"] |= DEBTS | FIGURES | fees("budget")
MORE["cashier"] |= fees("arrears promise income")
MORE["clerk"] |= DEBTS | FIGURES | fees("dunning_level")
MORE["accountant"] |= DEBTS | FIGURES | LEDGERS | fees("budget")
POOLS = fees("shared_cost late_fee_stop vacancy")
MORE["service"] |= POOLS
MORE["manager"] |= POOLS | fees("waiver")
MORE["cashier"] |= fees("waiver")
MORE["clerk"] |= POOLS | fees("waiver allocation_key charge_entry late_fee_rule")
MORE["accountant"] |= fees("shared_cost waiver")
PLACES = fees("booking parking")
MORE["service"] |= PLACES | fees("parking_space parking_request")
MORE["manager"] |= PLACES | fees("parking_space parking_request facility approval_time")
MORE["cashier"] |= PLACES | fees("parking_space")
MORE["clerk"] |= PLACES | fees("parking_space parking_request facility")
MORE["accountant"] |= PLACES | fees("facility approval_time")
MONEY_IN = fees("prepay tax_invoice mandate")
SET_UP = fees("prepay_rule collection_layout")
for role in ("service", "manager", "cashier", "clerk", "accountant"):
    MORE[role] |= MONEY_IN
for role in ("cashier", "clerk", "accountant"):
    MORE[role] |= fees("collection_batch")
MORE["accountant"] |= fees("tax_file")
EVERYTHING = BASIC.union(*MORE.values()) - COLLEAGUES - LEDGERS
# the statements of banks and channels are the accountant's
BANK = fees("bank_file bank_left bank_row payer")
MORE["company"] = (EVERYTHING - BASIC - BANK) | SET_UP
MORE["admin"] = (EVERYTHING - BASIC) | ADMIN | SET_UP | fees("quote")
# What two roles see is walked by the one with less right to what is behind it; where
# nothing is said here, by the first of them.
WALKED = {
    "staff": BASIC | COLLEAGUES,
    "service": DESK,
    "manager": LEADING
    | DISPATCH
    | SAFETY
    | GATE
    | STORES
    | ROUNDS
    | WORDS
    | QUALITY
    | complaints("overview")
    | fees("run export money public_sheet")
    | core("register_import"),
    "hr": HR - LEADING,
    "company": set(),
    "admin": ADMIN | SET_UP | fees("quote"),
}


def walked_by(role):
    """The menus that a role walks: what another has walked before it is left out."""
    before = list(MORE)[: list(MORE).index(role)]
    return WALKED.get(role, MORE[role]).difference(*map(walked_by, before))


@pytest.fixture(scope="module")
def server(linjiang, odoo_server):
    """A server with a prepared bill run and a payment, so that no page is empty."""
    database = linjiang("pm_test_pages")
    server = odoo_server(database, "--load", "base,rpc,web")
    clerk = webclient.Rpc(server.url, database, "clerk")
    entrance = clerk("pm.property", "search", [("code", "=", "1-1")])[0]
    run = clerk(
        "pm.bill.run",
        "create",
        {
            "property_id": entrance,
            "date_from": "2026-11-01",
            "date_to": "2026-11-30",
        },
    )
    clerk("pm.bill.run", "action_prepare", [run], context=webclient.AT_ONCE)
    clerk("pm.bill.run", "action_confirm", [run], context=webclient.AT_ONCE)
    cashier = webclient.Rpc(server.url, database, "cashier")
    unit = cashier("pm.property", "search", [("code", "=", "1-1-1001")])[0]
    cashier(
        "pm.counter",
        "action_pay",
        cashier("pm.counter", "create", {"property_id": unit}),
    )
    return server


@pytest.mark.parametrize("role", MORE)
def test_pages_of_each_role(server, page, login, role):
    """Each role has its menus; what staff have opens for those with more rights."""
    login(page, server.url, role, role)
    page.wait_for_selector(".o_main_navbar")
    found = webclient.menus(page)
    assert {menu for menu, _action in found} == BASIC | MORE[role]
    walked = walked_by(role)
    _walk(page, [pair for pair in found if pair[0] in walked])


def test_every_page_is_walked():
    assert set().union(*map(walked_by, MORE)) == BASIC.union(*MORE.values())


def test_pages_in_english(server, page, login):
    """Every fourth page: only words differ, and those come to all by one way."""
    admin = webclient.Rpc(server.url, server.database, "admin")
    admin("res.users", "write", [admin.uid], {"lang": "en_US"})
    login(page, server.url, "admin", "admin")
    page.wait_for_selector(".o_main_navbar")
    assert page.locator(".o_menu_brand").inner_text() == "Property Management"
    _walk(page, webclient.menus(page)[::4], thoroughly=False)
    admin("res.users", "write", [admin.uid], {"lang": "zh_CN"})


def _walk(page, menus, thoroughly=True):
    """Open each menu and the first record; thoroughly: each view and each tab."""
    for _menu, action in menus:
        webclient.open_action(page, action)
        if page.locator(".modal .o_form_view").count():
            page.click(".modal .o_form_view ~ footer .btn-secondary, .modal .btn-close")
            page.wait_for_selector(".modal", state="detached")
            continue
        for name in webclient.views(page) if thoroughly else ():
            page.click(f".o_switch_view.o_{name}")
            page.wait_for_selector(f".o_{name}_view, {webclient.DIALOG}")
            webclient.no_error(page)
        if "list" in webclient.views(page):
            page.click(".o_switch_view.o_list")
            page.wait_for_selector(".o_list_view")
        if webclient.open_first_row(page) and thoroughly:
            for tab in page.locator(".o_notebook_headers .nav-link").all():
                tab.click()
                webclient.no_error(page)
    assert page.evaluate("document.fonts.check('16px FontAwesome')")


def test_menu_is_the_first_app(server, page, login):
    login(page, server.url, "staff", "staff")
    page.wait_for_selector(".o_view_controller")
    assert page.locator(".o_menu_brand").inner_text() == "物业管理"


@pytest.fixture
def resident(server):
    """The portal login of the owner of unit 1-1-1001, and the owner of another."""
    admin = webclient.Rpc(server.url, server.database, "admin")
    units = admin("pm.property", "search", [("code", "in", ["1-1-1001", "1-1-1002"])])
    owners = [
        row["occupant_ids"][0]
        for row in admin("pm.property", "read", units, ["occupant_ids"])
    ]
    portal = admin(
        "ir.model.data",
        "search_read",
        [("module", "=", "base"), ("name", "=", "group_portal")],
        ["res_id"],
    )
    admin(
        "res.users",
        "create",
        {
            "name": "resident",
            "login": "resident",
            "password": "resident",
            "partner_id": owners[0],
            "group_ids": [[6, 0, [portal[0]["res_id"]]]],
        },
    )
    return owners


def test_resident_sees_only_what_is_theirs(server, page, login, resident):
    mine, _other = resident
    login(page, server.url, "resident", "resident")
    rpc = webclient.Rpc(server.url, server.database, "resident")
    page.goto(f"{server.url}/my/properties")
    held = " ".join(page.locator(".o_pm_occupancy").all_inner_texts())
    assert "1-1-1001" in held
    assert "1-1-1002" not in held
    payers = {
        row["partner_id"][0]
        for row in rpc("account.move", "search_read", [], ["partner_id"])
    }
    assert payers == {mine}
    for model in (
        "pm.property",
        "pm.occupancy",
        "pm.contract",
        "pm.charge",
        "pm.fee",
        "pm.receipt",
        "pm.bill.run",
    ):
        with pytest.raises(webclient.Refused):
            rpc(model, "search_read", [], ["display_name"])
    page.goto(f"{server.url}/my/invoices")
    assert (
        page.locator(
            ".o_portal_my_doc_table tbody tr, .o_portal_my_home tbody tr"
        ).count()
        >= 1
    )
