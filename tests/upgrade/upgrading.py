"""An earlier version, brought up to date as the guide says, and compared."""

import re
import subprocess
import tarfile

from tooling import databases, odoo_run, postgres, steps
from upgrade import compare, make

# What an update may do to rows that people entered, and why.
EXPECTED = {
    r"mail_message rows new": "Odoo notes in a chatter that a server action changed",
    r"ir_attachment rows new": "icons of menus that are new",
    r"(resource_resource|res_users_settings) rows new": "new for 1.0.0",
    r"res_partner\.company_id": "customers are those of one company since 1.2.0",
    r"pm_contract_amendment\.billed_periods": "bills beyond the day are adjusted",
    r"pm_(service_plan|contract)_line\.method": "one amount for the whole, since 1.2.0",
    r"hr_skill(_level)? rows gone": "shipped without a name before 1.2.0",
    r"pm_kpi\.last_error(_date)?": "a figure without a date was tried in vain before",
    r"pm_appraisal\.self_date": "told by the scores that were handed in",
}
_WRONG = re.compile(r"^[\d-]+ [\d:,]+ \d+ (WARNING|ERROR|CRITICAL) \S+ (.*)")
# Of Odoo's own making: the dump has no files beside it.
_HARMLESS = re.compile(r"DeprecationWarning|_read_file")


def restore(version, database):
    """Make the database from the archive."""
    databases.create_empty(database)
    with tarfile.open(make.ARCHIVE) as archive:
        program = subprocess.Popen(
            [
                "psql",
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
                "-o",
                "/dev/null",
            ],
            env=odoo_run.environment(),
            stdin=subprocess.PIPE,
        )
        with archive.extractfile(f"{version}.sql") as dump, program.stdin as stream:
            while part := dump.read(1 << 20):
                stream.write(part)
    assert program.wait() == 0, f"the dump of {version} does not load"


def upgrade(database):
    """Run the command of docs/operations.md; return what the log complains of."""
    log = steps.Log(f"upgrade-{database}")
    log.call(
        *odoo_run.command("-d", database, "-u", "pm_core", "--stop-after-init"),
        "--no-http",
        "--load",
        odoo_run.WITHOUT_QUEUE,
        env=odoo_run.environment(),
    )
    lines = log.path.read_text(encoding="utf-8", errors="replace").splitlines()
    found = (_WRONG.match(line) for line in lines)
    return [m[0] for m in found if m and not _HARMLESS.search(m[2])]


def differs(version, fresh, database):
    """Lines on all that an update of that version did not do, or should not have done.

    ``fresh`` is a new database of today.
    """
    restore(version, database)
    before = compare.business(database)
    ledger = _ledger(database)
    complaints = upgrade(database)
    after = compare.business(database)
    lines = [f"log: {line}" for line in complaints]
    if ledger != _ledger(database):
        lines.append(f"ledger: {ledger} became {_ledger(database)}")
    for what, how in compare.changes(before, after).items():
        if not any(re.fullmatch(pattern, what) for pattern in EXPECTED):
            lines.append(f"{what}: {how}")
    lines += compare.differences(
        compare.product(fresh), compare.product(database), ("new", "updated")
    )
    return lines


def _ledger(database):
    """Sums by account, and of what is charged; whoever changes one, changes money."""
    return postgres.sql(
        """
        SELECT account_id, sum(debit), sum(credit), sum(amount_residual), count(*)
          FROM account_move_line GROUP BY account_id
     UNION ALL SELECT NULL, sum(amount), sum(amount_residual), NULL, count(*)
          FROM pm_charge WHERE state = 'posted'
     UNION ALL SELECT NULL, sum(amount), NULL, NULL, count(*) FROM pm_receipt
         ORDER BY 1, 2, 3
        """,
        database,
    )
