"""What a database and its files consist of, to be compared after a restore."""

import hashlib
import tarfile
from datetime import datetime, timezone

_ROWS = """
    SELECT string_agg(
               format('SELECT %L AS name, count(*) FROM public.%I', relname, relname),
               ' UNION ALL '
           )
      FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
# on one line each, as rows are read by the line
_CONSTRAINTS = """
    SELECT conrelid::regclass || ' ' || conname,
           regexp_replace(pg_get_constraintdef(oid), '[[:space:]]+', ' ', 'g')
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
_SEQUENCES = """
    SELECT sequencename, coalesce(last_value, 0)
      FROM pg_sequences WHERE schemaname = 'public'
"""
_STORED = """
    SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL
"""
_LEDGER = """
    SELECT coalesce(sum(debit), 0), coalesce(sum(credit), 0),
           coalesce(sum(amount_residual), 0), count(*)
      FROM account_move_line WHERE parent_state = 'posted'
"""
_ADDONS = "SELECT name, latest_version FROM ir_module_module WHERE state = 'installed'"
_HAS_LEDGER = "SELECT 1 FROM pg_tables WHERE tablename = 'account_move_line'"
SUMS = ("debit", "credit", "residual", "lines")


def of_database(query):
    """What `query(statement)`, which returns rows of text, finds in a database."""
    ((rows,),) = query(_ROWS)
    ledger = query(_LEDGER)[0] if query(_HAS_LEDGER) else ["0"] * len(SUMS)
    return {
        "database": query("SELECT current_database()")[0][0],
        "taken": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "addons": dict(query(_ADDONS)),
        "rows": {name: int(count) for name, count in query(rows)},
        "ledger": dict(zip(SUMS, ledger, strict=True)),
        "indexes": dict(query(_INDEXES)),
        "constraints": dict(query(_CONSTRAINTS)),
        "sequences": dict(query(_SEQUENCES)),
        "stored": sorted(name for (name,) in query(_STORED)),
    }


def of_files(stream, stored):
    """The checksum of each file in a tar stream, and which of `stored` are missing."""
    files = {}
    with tarfile.open(fileobj=stream) as archive:
        for member in archive:
            if member.isfile():
                content = hashlib.sha256()
                with archive.extractfile(member) as file:
                    while part := file.read(1 << 20):
                        content.update(part)
                files[member.name] = content.hexdigest()
    return {"files": files, "missing": sorted(set(stored) - set(files))}


# What is compared, and what one of them is called.
KINDS = {
    "rows": "table",
    "ledger": "ledger",
    "indexes": "index",
    "constraints": "constraint",
    "files": "file",
    "addons": "addon",
}


def differences(wanted, found):
    """Lines on what is not as it was."""
    lines = []
    for kind, word in KINDS.items():
        one, other = wanted[kind], found[kind]
        for name in sorted(one.keys() | other.keys()):
            if one.get(name) != other.get(name):
                lines.append(
                    f"{word} {name}: {_shown(one, name)} was backed up, "
                    f"{_shown(other, name)} is there"
                )
    for name, value in wanted["sequences"].items():
        # a counter goes on while it is backed up, but must never have gone back
        if int(found["sequences"].get(name, -1)) < int(value):
            lines.append(f"sequence {name} is behind {value}")
    return lines


def _shown(values, name):
    return str(values[name])[:80] if name in values else "nothing"
