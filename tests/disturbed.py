"""Bill a part of the estate while its server is killed and its connections are closed.

The same steps are done undisturbed in a copy of the database; both are compared record
by record, with the numbers of the invoices.
"""

import random
import time

import webclient

from tooling import postgres

MONTH = {"date_from": "2026-11-01", "date_to": "2026-11-30"}
# The steps of a bill run, and the state that each reaches.
PREPARE, CONFIRM, UNDO = STEPS = [
    ("action_prepare", "prepared"),
    ("action_confirm", "done"),
    ("action_undo", "undone"),
]
# Everything within the call, in the language in which jobs work for this user.
CALM = {**webclient.AT_ONCE, "lang": "zh_CN", "tz": "Asia/Shanghai"}
# Patience, not a measure: a server that was killed needs a minute to take its job up.
SECONDS = 600

LEDGER = {
    "charges": """
        SELECT charge.fee_id, charge.date_from, charge.date_to, charge.amount,
               charge.state, charge.payment_state, charge.amount_residual,
               charge.partner_id, charge.date_due, move.name, charge.inputs
        FROM pm_charge charge
        LEFT JOIN account_move move ON move.id = charge.move_id""",
    "entries": """
        SELECT move.name, move.move_type, move.ref, move.state, move.payment_state,
               move.date, move.invoice_date, move.invoice_date_due, move.amount_total,
               move.amount_tax, move.amount_residual, move.partner_id,
               move.pm_property_id, move.journal_id, origin.name
        FROM account_move move
        LEFT JOIN account_move origin ON origin.id = move.reversed_entry_id""",
    "items": """
        SELECT move.name, line.account_id, line.partner_id, line.product_id,
               line.display_type, line.balance, line.amount_residual, line.reconciled,
               line.date_maturity, line.tax_line_id, line.name,
               line.analytic_distribution
        FROM account_move_line line JOIN account_move move ON move.id = line.move_id""",
    "reconciled": """
        SELECT debit.move_name, credit.move_name, part.amount
        FROM account_partial_reconcile part
        JOIN account_move_line debit ON debit.id = part.debit_move_id
        JOIN account_move_line credit ON credit.id = part.credit_move_id""",
    "analytic": """
        SELECT move.name, item.amount, item.account_id, item.date, item.name
        FROM account_analytic_line item
        JOIN account_move_line line ON line.id = item.move_line_id
        JOIN account_move move ON move.id = line.move_id""",
    "runs": "SELECT id, name, state, job_step, job_stop FROM pm_bill_run",
    "exceptions": "SELECT stage, code, message FROM pm_bill_run_exception",
    "asked": "SELECT summary FROM mail_activity WHERE res_model = 'pm.bill.run'",
}
# A document asks for a person after eight interruptions without progress. On a slow
# machine, where no piece is done in the time between two, chance alone would bring that
# about: after so many a job is left alone until it gets on.
MOST_IN_A_ROW = 5
# No job is left behind: neither failed, nor waiting for what never comes.
LEFT_BEHIND = "SELECT state, name, result FROM queue_job WHERE state != 'done'"


def ledger(database):
    """All that billing has made, in no order of the database."""
    return {
        name: sorted(postgres.sql(query, database)) for name, query in LEDGER.items()
    }


def set_job_seconds(database, seconds):
    """Let each job work so long, so that a small estate takes many."""
    postgres.sql(
        "INSERT INTO ir_config_parameter (key, value) VALUES"
        f" ('pm_core.job_seconds', '{seconds}')",
        database,
    )


def new_run(clerk, code):
    """A bill run of the part of the estate with this code."""
    (scope,) = clerk("pm.property", "search", [("code", "=", code)])
    return clerk("pm.bill.run", "create", {"property_id": scope, **MONTH})


class Disturbed:
    """A bill run whose worker ``start()`` makes, again after each kill.

    What happens when follows from the seed: ``kills`` deaths of the server and
    ``closes`` lost connections, each at a random moment while a job is at work.
    """

    def __init__(self, database, clerk, start, code, kills, closes, seed):
        self.database, self.clerk, self.start = database, clerk, start
        self.chance = random.Random(seed)
        self.plan = ["kill"] * kills + ["close"] * closes
        self.chance.shuffle(self.plan)
        self.happened = []
        self.steps = []
        self.run = new_run(clerk, code)
        self.worker = start()

    def bill(self):
        """Prepare, confirm and undo until all has happened; then bill once more."""
        while self.plan or not self.steps:
            for step in STEPS:
                self.do(*step)
        for step in (PREPARE, CONFIRM):
            self.do(*step)

    def do(self, action, state):
        """Do one step; disturb it as long as it lasts."""
        self.steps.append(action)
        self.clerk("pm.bill.run", action, [self.run])
        deadline = time.monotonic() + SECONDS
        while self.state() != state:
            assert time.monotonic() < deadline, self.stands()
            if not self.plan:
                time.sleep(0.3)
            elif self.is_at_work(MOST_IN_A_ROW):
                time.sleep(self.chance.uniform(0, 2.5))
                self.disturb(self.plan[-1])
                deadline = time.monotonic() + SECONDS
            else:
                time.sleep(0.1)

    def disturb(self, what):
        if self.is_at_work() and (what == "kill" or self.connections()):
            getattr(self, what)()
            self.happened.append(self.plan.pop())

    def kill(self):
        """Kill the server as a crash would, and have it started again."""
        self.worker.kill()
        self.worker = self.start()

    def close(self):
        """Close one connection of the server, best one that is at work."""
        found = self.connections()
        busy = [pid for pid, state in found if state != "idle"]
        pid = self.chance.choice(busy or [pid for pid, _state in found])
        postgres.sql(f"SELECT pg_terminate_backend({pid})")

    def connections(self):
        return postgres.sql(
            "SELECT pid, state FROM pg_stat_activity"
            f" WHERE datname = '{self.database}'"
            f" AND application_name LIKE 'odoo-{self.worker.pid}%'"
        )

    def is_at_work(self, tries=None):
        """Whether a job is; with ``tries``: one that was interrupted less often."""
        working = "SELECT 1 FROM queue_job WHERE state = 'started'"
        if tries is not None:
            working += f" AND retry < {tries}"
        return bool(postgres.sql(working, self.database))

    def state(self):
        query = f"SELECT state FROM pm_bill_run WHERE id = {self.run}"
        ((state,),) = postgres.sql(query, self.database)
        return state

    def stands(self):
        """What a person would look at when it does not go on."""
        run = postgres.sql(
            "SELECT state, job_step, job_stop, job_error, job_left FROM pm_bill_run",
            self.database,
        )
        return {"run": run, "jobs": postgres.sql(LEFT_BEHIND, self.database)}

    def assert_as_undisturbed(self, copy, clerk, code):
        """Do the same steps at once in a copy, and compare everything."""
        run = new_run(clerk, code)
        for action in self.steps:
            clerk("pm.bill.run", action, [run], context=CALM)
        assert postgres.sql(LEFT_BEHIND, self.database) == []
        wanted, found = ledger(copy), ledger(self.database)
        assert any(wanted["items"])
        for name, rows in wanted.items():
            other = sorted(set(rows) ^ set(found[name]))
            assert found[name] == rows, (name, other[:6])
