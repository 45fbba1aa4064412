"""Makes the dashboards that the addons ship: ``python -m tooling.dashboards``.

A dashboard is one of Odoo's spreadsheets: a file in JSON that administrators edit on
the screen. What is in it is said here in a few lines, as the file itself is long and
full of numbers that have to fit each other. A card has a number or a percentage, a
chart shows records by something, and both open what they count. All listen to two
filters, a period and an estate.
"""

import json

from . import layout
from .spreadsheet import Card, Chart, Dashboard, Source

ORDERS = Source(
    "maintenance.request", [["property_id", "!=", False]], date="reported_at"
)
CLOCKS = Source(
    "pm.sla.clock",
    [["res_model", "=", "maintenance.request"], ["state", "!=", "stopped"]],
    date="started",
)
ENDED = ORDERS.only(["state", "in", ["done", "verified", "closed"]])
ROUNDS = Source("pm.inspection", [["state", "!=", "cancelled"]], date="date_from")
MACHINES = Source("maintenance.equipment", [["property_id", "!=", False]])
HAZARDS = Source("pm.hazard")
ITEMS = Source("pm.store.item")
RATED = ORDERS.only(["rating", "!=", False])
ORDER_MENU = "pm_maintenance.pm_maintenance_menu_order"
CLOCK_MENU = "pm_core.pm_core_menu_sla_clock"

OPERATIONS = Dashboard(
    file="pm_maintenance/data/figures/files/operations_dashboard.json",
    cards=[
        Card("Orders Reported", ORDERS, ORDER_MENU),
        Card(
            "Still Open",
            ORDERS.only(
                ["state", "not in", ["done", "verified", "closed", "cancelled"]]
            ),
            ORDER_MENU,
        ),
        Card(
            "On Site in Time",
            CLOCKS.only(["target_id.code", "=", "arrival"]),
            CLOCK_MENU,
            part=CLOCKS.only(["target_id.code", "=", "arrival"], ["state", "=", "met"]),
        ),
        Card(
            "Done in Time",
            CLOCKS.only(["target_id.code", "=", "finish"]),
            CLOCK_MENU,
            part=CLOCKS.only(["target_id.code", "=", "finish"], ["state", "=", "met"]),
        ),
        Card(
            "Right the First Time",
            ENDED,
            ORDER_MENU,
            part=ENDED.only(["redo_count", "=", 0], ["is_repeat", "=", False]),
        ),
        Card(
            "Rounds Walked",
            ROUNDS.only(["state", "!=", "planned"]),
            "pm_maintenance.pm_maintenance_menu_round",
            part=ROUNDS.only(["state", "in", ["done", "late"]]),
        ),
        Card(
            "Not to Be Operated",
            MACHINES.only(["is_forbidden", "=", True]),
            "pm_maintenance.pm_maintenance_menu_equipment",
            note="test overdue by law",
        ),
        Card(
            "Open Hazards",
            HAZARDS.only(["state", "not in", ["closed", "dismissed"]]),
            "pm_maintenance.pm_maintenance_menu_hazard",
        ),
        Card(
            "Stock below Minimum",
            ITEMS.only(["is_below", "=", True]),
            "pm_maintenance.pm_maintenance_menu_store_item",
        ),
        Card(
            "Rated Good",
            RATED,
            "pm_maintenance.pm_maintenance_menu_follow_up",
            part=RATED.only(["rating", "in", ["4", "5"]]),
        ),
    ],
    charts=[
        Chart(
            "Orders by Month",
            ORDERS,
            ["reported_at:month", "urgency"],
            ORDER_MENU,
            stacked=True,
        ),
        Chart("Orders by Category", ORDERS, ["fault_category_id"], ORDER_MENU),
        Chart(
            "Causes",
            ORDERS.only(["cause_id", "!=", False]),
            ["cause_id"],
            ORDER_MENU,
        ),
        Chart(
            "Rounds by Month",
            ROUNDS,
            ["date_from:month", "state"],
            "pm_maintenance.pm_maintenance_menu_round",
            stacked=True,
        ),
        Chart(
            "Orders by Technician",
            ORDERS.only(["user_id", "!=", False]),
            ["user_id", "state"],
            ORDER_MENU,
            stacked=True,
        ),
        Chart(
            "Cost by Building",
            ORDERS.only(["cost", ">", 0]),
            ["building_id"],
            ORDER_MENU,
            amount="cost",
        ),
    ],
)

VOICES = Source("pm.complaint.report", date="received_at")
CASES = VOICES.only(["kind", "=", "complaint"])
HOUSEHOLDS = Source("pm.complaint.rate", date="date", date_type="date")
CALLS = Source("pm.hotline.day", date="date", date_type="date")
CAMPAIGNS = Source(
    "pm.survey.campaign",
    [["state", "=", "closed"], ["has_index", "=", True]],
    date="date_to",
    date_type="date",
)
CASE_MENU = "pm_complaints.pm_complaints_menu_report"
RATE_MENU = "pm_complaints.pm_complaints_menu_rate"


def case_rate(title, amount):
    """A card with the mean of a rate of complaints."""
    return Card(title, CASES, CASE_MENU, amount=amount, digits=1, unit=" %")


COMPLAINTS = Dashboard(
    file="pm_complaints/data/figures/files/complaints_dashboard.json",
    cards=[
        Card("Complaints Received", CASES, CASE_MENU),
        Card("Open Complaints", CASES.only(["is_open", "=", True]), CASE_MENU),
        case_rate("Acknowledged in Time", "acknowledged_rate"),
        case_rate("First Reply in Time", "replied_rate"),
        case_rate("Closed in Time", "closed_rate"),
        Card(
            "Complaint Rate",
            HOUSEHOLDS,
            RATE_MENU,
            amount="rate",
            digits=1,
            note="per 1,000 households",
        ),
        case_rate("Reopened", "reopened_rate"),
        case_rate("Satisfied", "satisfied_rate"),
        Card(
            "Calls Answered",
            CALLS,
            "pm_complaints.pm_complaints_menu_hotline_day",
            amount="answered_rate",
            digits=1,
            unit=" %",
        ),
        Card(
            "Satisfaction Index",
            CAMPAIGNS,
            "pm_complaints.pm_complaints_menu_satisfaction",
            amount="index",
            digits=1,
            note="of 100 points",
        ),
    ],
    charts=[
        Chart(
            "Complaints by Month",
            CASES,
            ["received_at:month", "severity"],
            CASE_MENU,
            stacked=True,
            amount="complaint_count",
        ),
        Chart(
            "Causes of Complaints",
            CASES.only(["cause_id", "!=", False]),
            ["cause_id"],
            "pm_complaints.pm_complaints_menu_pareto",
            amount="complaint_count",
        ),
        Chart(
            "Complaints by Category",
            CASES,
            ["category_id"],
            CASE_MENU,
            amount="complaint_count",
        ),
        Chart(
            "Messages by Channel",
            VOICES,
            ["channel_id", "kind"],
            CASE_MENU,
            stacked=True,
            amount="complaint_count",
        ),
        Chart(
            "Complaint Rate by Estate",
            HOUSEHOLDS,
            ["date:month", "estate_id"],
            RATE_MENU,
            kind="line",
            amount="rate",
        ),
        Chart(
            "Customers' Verdicts",
            CASES.only(["verdict", "!=", False]),
            ["verdict"],
            CASE_MENU,
            kind="pie",
            amount="complaint_count",
        ),
    ],
)
# by the month that is billed: what is due next month is billed already
BILLED = Source("pm.collection.report", date="date_from", date_type="date")
# what was open on 1 January and what is open now has no period
OPEN = Source("pm.collection.report", [["amount_residual", ">", 0]])
ARREARS = Source("pm.arrears.report")
OLD = ARREARS.only(["share", "=", "old"])
WAIVED = Source("pm.waiver", [["state", "=", "approved"]], date="approval_date")
DAYS = Source(
    "pm.cash.close", [["state", "=", "closed"]], date="date", date_type="date"
)
BILLED_MENU = "pm_billing.pm_billing_menu_collection"
ARREARS_MENU = "pm_billing.pm_billing_menu_arrears"
AGE_MENU = "pm_billing.pm_billing_menu_ageing"

MONEY = Dashboard(
    file="pm_billing/data/figures/files/money_dashboard.json",
    cards=[
        Card("Billed", BILLED, BILLED_MENU, amount="amount_receivable"),
        Card("Received", BILLED, BILLED_MENU, amount="amount_paid"),
        Card(
            "Collection Rate",
            BILLED,
            BILLED_MENU,
            part=BILLED,
            amount="amount_paid",
            whole="amount_receivable",
            note="received of what was billed",
        ),
        Card(
            "Old Arrears Collected",
            OLD,
            ARREARS_MENU,
            part=OLD,
            amount="amount_received",
            whole="amount_to_collect",
            note="this year, of what was open on 1 January",
        ),
        Card("Overdue", OPEN, AGE_MENU, amount="amount_overdue"),
        Card(
            "Older than Three Years",
            OPEN.only(["bucket", "=", "8_older"]),
            AGE_MENU,
            amount="amount_residual",
        ),
        Card(
            "Disputed",
            ARREARS.only(["is_disputed", "=", True]),
            ARREARS_MENU,
            amount="amount_residual",
        ),
        Card("Waived", WAIVED, "pm_billing.pm_billing_menu_waiver", amount="amount"),
        Card("Written Off", BILLED, BILLED_MENU, amount="amount_written_off"),
        Card(
            "Days with a Cash Difference",
            DAYS.only(["line_ids.difference", "!=", 0]),
            "pm_billing.pm_billing_menu_day",
        ),
    ],
    charts=[
        Chart(
            "Collection Rate by Month",
            BILLED,
            ["date_from:month", "estate_id"],
            BILLED_MENU,
            kind="line",
            amount="collection_rate",
        ),
        Chart(
            "Received by Fee",
            BILLED,
            ["date_from:month", "fee_item_id"],
            "pm_billing.pm_billing_menu_income",
            stacked=True,
            amount="amount_paid",
        ),
        Chart(
            "Open by Age",
            OPEN,
            ["bucket"],
            AGE_MENU,
            amount="amount_residual",
        ),
        Chart(
            "Open by Building",
            OPEN,
            ["building_id"],
            AGE_MENU,
            amount="amount_residual",
        ),
        Chart(
            "Overdue by Collector",
            OPEN.only(["amount_overdue", ">", 0]),
            ["collector_id"],
            BILLED_MENU,
            amount="amount_overdue",
        ),
        Chart(
            "Money at the Counter by Day",
            DAYS,
            ["date:day", "estate_id"],
            "pm_billing.pm_billing_menu_day",
            stacked=True,
            amount="amount_received",
        ),
    ],
)
DASHBOARDS = [OPERATIONS, COMPLAINTS, MONEY]


def write(addons=layout.ADDONS):
    """Write the files of all dashboards."""
    for dashboard in DASHBOARDS:
        path = addons / dashboard.file
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(dashboard.document(), indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
