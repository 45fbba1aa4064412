"""Who does what in the security room, and how small secrets and texts are read."""

import re
from zoneinfo import ZoneInfo

from odoo.exceptions import AccessError
from odoo.tools import SQL, format_datetime

GUARD = "pm_maintenance.group_pm_guard"
SERVICE = "pm_core.group_pm_service"
MANAGER = "pm_core.group_pm_estate_manager"
# what people write in the plate of a car and what is not part of it
_NO_PLATE = re.compile(r"[\s·.\-_]+")


def check_role(records, *groups):
    """Refuse who is in none of the groups, and records of other estates.

    :raises AccessError: naming the record
    """
    user = records.env.user
    if not records.env.su and not any(user.has_group(group) for group in groups):
        raise AccessError(
            records.env._(
                "This step of %(record)s is not yours: it is taken by %(roles)s.",
                record=records[:1].sudo().display_name
                or records.env["ir.model"]._get(records._name).name,
                roles=", ".join(records.env.ref(group).sudo().name for group in groups),
            )
        )
    records.check_access("write")


def plate_key(text):
    """A plate as it is compared: 沪A·12345 and 沪a 12345 are one car."""
    return _NO_PLATE.sub("", text or "").upper()


def local_time(env, moment, zone):
    """A moment as people at the estate read it on their clocks."""
    if not moment:
        return ""
    name = zone.key if isinstance(zone, ZoneInfo) else str(zone)
    return format_datetime(env, moment, tz=name, dt_format="MM-dd HH:mm")


def wait_for_turn(records):
    """Wait until whoever else is at these records is done with them.

    A transaction that waited for one that changed them starts anew, as Odoo does with
    one that came too late, and then sees what came of the other. Locking alone would
    let it go on with what it has read before.
    """
    records.flush_recordset()
    for record in records.sorted("id"):
        records.env.execute_query(
            SQL(
                "UPDATE %(table)s SET write_date = write_date WHERE id = %(id)s"
                " RETURNING id",
                table=SQL.identifier(record._table),
                id=record.id,
            )
        )
    records.invalidate_recordset()
