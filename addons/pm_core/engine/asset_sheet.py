"""The one-sheet workbook 资产信息: a row for each person of each unit.

The unit is repeated in every row of its people; the first row says what it is, later
ones may only say the same. People have no number: name and phone tell who is who.
"""

from .cells import to_code, to_flag, to_integer
from .register import GENDERS, ROLES, USAGES, Customer, Entrance, Unit
from .register_headings import ASSETS as ASSETS

# 房屋状态 of units that nobody holds: not sold, vacant.
FREE = {"2002", "2008", "未销售", "空闲"}


def read_asset(register, row, country):
    """Take the unit and the person of one row into the register."""
    register.unit_row_count += 1
    entrance = Entrance(
        row=row.number,
        building=row.value("楼号", to_code, required=True),
        entrance=row.value("单元", to_code, required=True),
        floor_count=row.value("总层数", to_integer),
        has_lift=bool(row.value("是否有电梯", to_flag, severity="warning")),
    )
    unit = _read_unit(row, entrance)
    customer = _read_customer(row, unit, country)
    _check_state(row, customer)
    known = register.units.get(unit.code)
    if known:
        _compare(row, known, unit)
        if not customer:
            row.report("房间", "duplicate", other=known.row)
    if row.refused:
        return
    _keep(register, entrance, unit)
    if customer:
        _hold(register, register.units[unit.code], customer, row)


def _read_unit(row, entrance):
    gross_area = row.read_amount("建筑面积", required=True, positive=True)
    inside_area = row.read_amount("室内面积")
    if inside_area and gross_area is not None and 0 < gross_area < inside_area:
        row.report("室内面积", "inside_above_gross", "warning", other=gross_area)
    return Unit(
        row=row.number,
        building=entrance.building,
        entrance=entrance.entrance,
        number=row.value("房间", to_code, required=True),
        floor=row.value("楼层", to_integer),
        layout=row.value("房屋户型"),
        gross_area=gross_area,
        inside_area=inside_area,
        usage=row.read_choice("房屋类型", USAGES, "residential"),
        rent=row.read_amount("租金"),
        customer=None,
    )


def _read_customer(row, unit, country):
    """Return who the row names, or None for a unit that nobody holds."""
    name = row.value("业主名称")
    phone = row.read_phone("手机号", country)
    id_number = row.read_id_number("身份证号")
    if not name:
        if phone or id_number:
            row.report("业主名称", "missing")
        return None
    contact = [row.value("联系人"), row.value("联系电话")]
    return Customer(
        row=row.number,
        # without a phone nobody is the same person in another unit
        code=f"{name}-{phone or unit.code}",
        name=name,
        role=row.read_choice("业主类型", ROLES, "owner"),
        gender=row.read_choice("性别", GENDERS, None),
        age=None,
        phone=phone,
        id_number=id_number,
        is_company=row.value("人员类型", to_code) in ("C", "公司"),
        contact=" ".join(filter(None, contact)) or None,
    )


def _check_state(row, customer):
    """The state of a unit follows from who holds it; a contradiction is asked about."""
    state = row.value("房屋状态", to_code)
    if state and (state in FREE) == bool(customer):
        code = "state_with_holder" if customer else "state_without_holder"
        row.report("房屋状态", code, "warning")


def _compare(row, known, unit):
    """Refuse a row that says something else about its unit than the first one."""
    for heading, name in (
        ("建筑面积", "gross_area"),
        ("室内面积", "inside_area"),
        ("楼层", "floor"),
        ("房屋类型", "usage"),
    ):
        first, here = getattr(known, name), getattr(unit, name)
        if here is not None and first is not None and first != here:
            row.report(heading, "differs", other=known.row)


def _keep(register, entrance, unit):
    key = entrance.building, entrance.entrance
    register.entrances.setdefault(key, entrance)
    register.units.setdefault(unit.code, unit)


def _hold(register, unit, customer, row):
    """Note that ``customer`` belongs to ``unit``, as the row says."""
    known = register.customers.get(customer.code)
    if not known:
        register.add_customer(customer, row)
    elif known.id_number and customer.id_number not in (None, known.id_number):
        row.report("身份证号", "differs", "warning", other=known.row)
    if unit.holders.get(customer.code, customer.role) != customer.role:
        row.report("业主类型", "differs", "warning", other=unit.row)
    unit.holders.setdefault(customer.code, customer.role)
    if customer.role == "owner" and not unit.customer:
        unit.customer = customer.code
