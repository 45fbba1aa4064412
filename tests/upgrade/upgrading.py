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
    r"mail_(activity|followers) rows new": "managers are told of plans without an age",
    r"res_partner\.company_id": "customers are those of one company since 1.2.0",
    r"res_partner\.phone_sanitized": "read anew since 1.3.0; see PHONES",
    r"pm_contract_amendment\.billed_periods": "bills beyond the day are adjusted",
    r"pm_(service_plan|contract)_line\.method": "one amount for the whole, since 1.2.0",
    r"hr_skill(_level)? rows gone": "shipped without a name before 1.2.0",
    r"pm_kpi\.last_error(_date)?": "a figure without a date was tried in vain before",
    r"pm_appraisal\.self_date": "told by the scores that were handed in",
}
# What people wrote, what versions before 1.3.0 read in it, and what is read now: one
# number, or none.
PHONES = {
    "021-62345678": ("+862162345678", "+862162345678"),
    "021-62345678转801": (None, "+862162345678"),
    "0532-88888888-8003": (None, "+8653288888888"),
    "13812345678/13912345679": (None, None),
    "13812345678(妻)": (None, None),
    "13812345678 ext. 2": ("+8613812345678", None),
    "１３８１２３４５６７８": ("+8613812345678", "+8613812345678"),
}
# Identity numbers as registers have them; an update leaves them as they are.
IDENTITIES = (
    "11010519491231002X",
    "11010519491231002x",
    "110105491231002",
    "3101**********1234",
    "E12345678",
    "110105194912310021",
    "",
)
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


def upgrade(database, configuration=None):
    """Run the command of docs/operations.md; return what the log complains of.

    An addon that is new to the database is named, as that page says.

    :param configuration: another file than that of ``./pm``
    """
    log = steps.Log(f"upgrade-{database}")
    environment = odoo_run.environment()
    if configuration:
        environment["ODOO_RC"] = str(configuration)
    log.call(
        *odoo_run.command("-d", database, "-u", "pm_core", "--stop-after-init"),
        "-i",
        "pm_complaints",
        "--no-http",
        "--load",
        odoo_run.WITHOUT_QUEUE,
        env=environment,
    )
    lines = log.path.read_text(encoding="utf-8", errors="replace").splitlines()
    found = (_WRONG.match(line) for line in lines)
    return [m[0] for m in found if m and not _HARMLESS.search(m[2])]


def differs(version, fresh, database, configuration=None):
    """Lines on all that an update of that version did not do, or should not have done.

    ``fresh`` is a new database of today.
    """
    restore(version, database)
    planted = _plant(version, database)
    before = compare.business(database)
    ledger = _ledger(database)
    complaints = upgrade(database, configuration)
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
    return lines + _not_read(database, planted)


def _plant(version, database):
    """Give owners phones and identity numbers such as registers have.

    :return: ``{owner: (phone, what is to be read of it, identity number)}``
    """
    if tuple(map(int, re.findall(r"\d+", version))) >= (19, 0, 1, 3):
        return {}
    owners = postgres.sql(
        "SELECT id FROM res_partner WHERE pm_estate_id IS NOT NULL ORDER BY id",
        database,
    )
    planted = {}
    for (owner,), (phone, (before, now)), identity in zip(
        owners[1:], PHONES.items(), IDENTITIES, strict=False
    ):
        known = f"'{before}'" if before else "NULL"
        postgres.sql(
            f"UPDATE res_partner SET phone = '{phone}', phone_sanitized = {known},"
            f" pm_id_number = '{identity}' WHERE id = {owner}",
            database,
        )
        planted[owner] = phone, now, identity
    assert len(planted) == len(PHONES), "the old database has too few owners"
    return planted


def _not_read(database, planted):
    """Lines on phones and identity numbers that are not what they should be now."""
    rows = postgres.sql(
        "SELECT id, phone, coalesce(phone_sanitized, ''), pm_id_number"
        " FROM res_partner",
        database,
    )
    found = {owner: row for owner, *row in rows}
    lines = [
        f"owner {owner}: {planted[owner]} became {found[owner]}"
        for owner in planted
        if found[owner] != [text or "" for text in planted[owner]]
    ]
    # scans of identity cards are closed to who does not read the numbers
    closed = postgres.sql(
        "SELECT is_personal FROM pm_document_type WHERE id = ("
        "SELECT res_id FROM ir_model_data WHERE module = 'pm_core'"
        " AND name = 'document_type_customer_id')",
        database,
    )
    if closed != [("t",)]:
        lines.append(f"scans of identity cards are open: {closed}")
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
