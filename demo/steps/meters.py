"""Water meters of the estate: the readings of October, a master meter with its loss, a
meter that was replaced, some readings that are held, and a round that reads meters."""

import base64
from datetime import date
from pathlib import Path

from .. import words
from . import acting

WORKBOOK = (
    Path(__file__).parents[2] / "addons/pm_billing/tests/data/readings-2026-10.xlsx"
)
# what the supplier's meter counted in October, and the flats did not: 4.1 %
MASTER = (1_204_310, 1_248_392)
BANDS = {
    "name": "居民生活用水（月阶梯）",
    "unit": "m³",
    "cycle_months": 1,
    "rounding": {"stage": "line", "mode": "half_up", "to": "0.01"},
    "parts": [
        {
            "name": "水费",
            "bands": [
                {"up_to": "18", "price": "3.45"},
                {"up_to": "25", "price": "4.83"},
                {"price": "5.83"},
            ],
        }
    ],
}


def run(env, estate):
    clerk = acting(env, "clerk")
    words.now("导入十月水表读数", "the water readings of October are imported")
    record = clerk["pm.meter.reading.import"].create(
        {
            "property_id": estate.id,
            "filename": WORKBOOK.name,
            "file": base64.b64encode(WORKBOOK.read_bytes()),
        }
    )
    record.action_check()
    record.action_import()
    meters = clerk["pm.meter"].search(
        [("estate_id", "=", estate.id), ("medium", "=", "water")], order="name"
    )
    amount = _priced(clerk, record)
    master = _master(clerk, estate, meters)
    new = _replaced(env, meters[0])
    held = _november(clerk, meters[1:61])
    _round(env, estate, master)
    env.cr.commit()
    return [
        words.say(
            f"抄表：登记水表 {record.meter_count} 只，读数 {record.new_count} 条，"
            f"按三级阶梯计价 {amount} 元；总表损耗 {master.loss_rate:.1f}%",
            f"meters: {record.meter_count} entered, {record.new_count} readings, "
            f"{amount} by three bands; loss below the master {master.loss_rate:.1f} %",
        ),
        words.say(
            f"换表 {new.replaces_id.name} → {new.name}；待核实读数 {held} 条",
            f"replaced {new.replaces_id.name} by {new.name}; held readings: {held}",
        ),
    ]


def _priced(clerk, record):
    """What the readings cost by the bands, each line rounded."""
    tariff = clerk["pm.tariff"]._from_document(BANDS)
    readings = record.reading_ids.filtered(lambda reading: not reading.is_opening)
    return sum(tariff._price(str(reading.quantity)).amount for reading in readings)


def _master(clerk, estate, meters):
    master = clerk["pm.meter"].create(
        {
            "name": "WM-01",
            "property_id": estate.id,
            "kind": "master",
            "digits": 7,
            "location": "水泵房入口",
        }
    )
    meters.parent_id = master
    clerk["pm.meter.reading"].create(
        [
            {"meter_id": master.id, "date": day, "value": value}
            for day, value in zip(("2026-09-30", "2026-10-31"), MASTER, strict=True)
        ]
    )
    return master


def _replaced(env, meter):
    """A technician puts another meter in."""
    technician = acting(env, "technician")
    meter = meter.with_env(technician)
    wizard = technician["pm.meter.replacement"].create(
        {
            "meter_id": meter.id,
            "date": "2026-11-12",
            "end": meter.last_value + 4.2,
            "name": f"{meter.name}A",
            "start": 0.3,
            "reason": "表盘进水，看不清读数",
        }
    )
    return technician["pm.meter"].browse(wizard.action_apply()["res_id"])


def _november(clerk, meters):
    """Some flats are read in November; not all of it can be believed."""
    told = {0: -2, 7: 180, 13: None, 21: -40}
    day = date(2026, 11, 20)
    readings = clerk["pm.meter.reading"].create(
        [
            {
                "meter_id": meter.id,
                "date": day,
                "value": meter.last_value + (told.get(number, 6.4) or 0),
                "has_value": told.get(number, 6.4) is not None,
            }
            for number, meter in enumerate(meters)
        ]
    )
    held = readings.filtered(lambda reading: reading.state == "held")
    burst = held.filtered(lambda reading: reading.hold == "jump")[:1]
    if burst:
        burst.action_release("户内水管爆裂，已与业主核对照片")
    return len(held) - len(burst)


def _round(env, estate, master):
    """The pump room's meter is read on a round each month."""
    manager = acting(env, "manager")
    plan = manager["pm.inspection.plan"].create(
        {
            "name": "每月抄表",
            "property_id": estate.id,
            "schedule_start": "2026-11-30",
            "schedule_unit": "month",
        }
    )
    master.with_env(manager)._put_on_round(plan)
