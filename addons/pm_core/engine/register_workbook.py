"""The take-over workbook of an existing property system, read into plain records.

Five sheets: 楼栋单元 (entrances), 业主信息 (customers), 费用设置 (fee items), 房屋信息
(units, with the fees they pay) and 车位信息 (parking spaces); or the one sheet 资产信息
of the same system's newer template, which ``asset_sheet`` reads. Columns are found by
their heading, in any order. A row with an error is left out of the result and
listed in ``Register.issues``; a warning keeps its row.

Prices are in company currency with tax included, areas in m², cycles in months.
"""

from decimal import Decimal

from . import asset_sheet
from .cells import CellError, to_code, to_date, to_flag, to_integer, to_text
from .register import (
    FORMULAS,
    GENDERS,
    MAX_CYCLE,
    ROLES,
    USAGES,
    VEHICLES,
    Customer,
    Entrance,
    FeeItem,
    Register,
    Space,
    Unit,
)
from .register_headings import CUSTOMERS, ENTRANCES, FEES, HEADINGS, SPACES, UNITS
from .row_reader import RowReader
from .workbook import Issue, Workbook, gather

REQUIRED_SHEETS = (ENTRANCES, UNITS)


def read_register(content, country="CN"):
    """Read a workbook.

    :param bytes content: the file
    :param str country: where phone numbers without a country are dialled
    :return: :class:`Register`
    :raises WorkbookError: no workbook, too large, required sheets missing
    """
    register = Register()
    with Workbook(content) as workbook:
        if workbook.has_sheet(asset_sheet.ASSETS) and not workbook.has_sheet(UNITS):
            readers = {asset_sheet.ASSETS: asset_sheet.read_asset}
        else:
            workbook.require(REQUIRED_SHEETS)
            readers = _READERS
        for sheet, read_row in readers.items():
            for row in workbook.rows(sheet, HEADINGS[sheet], register.issues):
                register.row_count += 1
                read_row(register, RowReader(register.issues, row), country)
        _report_unread_sheets(register, workbook, readers)
    _check_identities(register)
    register.issues = gather(register.issues)
    _set_remarks_apart(register)
    return register


def _set_remarks_apart(register):
    """A wrong check digit in most rows is no slip of some: the column is like that.

    It is said once about the workbook, and not as a problem of its rows.
    """
    numbers = sum(map(len, register.identities.values()))
    register.remarks = [
        issue
        for issue in register.issues
        if issue.code == "id_check" and issue.rows and issue.count * 2 > numbers
    ]
    register.issues = [i for i in register.issues if i not in register.remarks]


def _report_unread_sheets(register, workbook, readers):
    for name in workbook.sheet_names:
        if name not in readers and workbook.is_sheet_filled(name):
            register.issues.append(
                Issue(name, 1, "", "", "warning", "unread_sheet", value=name)
            )


def _check_identities(register):
    """Several people with one number: whose it is, the workbook does not say.

    Rows of one name are one person who was entered twice, and may keep it.
    """
    for found in register.identities.values():
        if len(found) < 2:
            continue
        same = len({customer.name for _row, customer in found}) == 1
        for row, customer in found[1:] if same else found:
            others = ", ".join(
                str(other.row) for _row, other in found if other is not customer
            )
            code = "same_person" if same else "id_shared"
            row.report("身份证号", code, "warning", other=others)
            if not same:
                customer.id_number = None


def _read_entrance(register, row, country):
    building = row.value("楼栋号", to_code, required=True)
    entrance = row.value("单元编号", to_code, required=True)
    row.claim("单元编号", (building, entrance), register.entrances)
    record = Entrance(
        row=row.number,
        building=building,
        entrance=entrance,
        floor_count=row.value("总层数", to_integer),
        has_lift=bool(row.value("是否有电梯", to_flag, severity="warning")),
    )
    if not row.refused:
        register.entrances[building, entrance] = record


def _read_customer(register, row, country):
    code = row.value("业主编号", to_code, required=True)
    name = row.value("业主名称", required=True)
    role = row.read_choice("业主类型", ROLES, "owner")
    owner = code
    if code in register.customers and role != "owner" and name:
        # the household has the number of its owner
        code = f"{owner}/{name}"
    row.claim("业主编号", code, register.customers)
    record = Customer(
        row=row.number,
        code=code,
        name=name,
        role=role,
        gender=row.read_choice("性别", GENDERS, None),
        age=row.read_age("年龄"),
        phone=row.read_phone("手机号", country),
        id_number=row.read_id_number("身份证号"),
    )
    if row.refused:
        return
    register.add_customer(record, row)
    if code != owner:
        register.members.setdefault(owner, []).append(code)


def _read_fee(register, row, country):
    code = row.value("费用编号", to_code, required=True)
    row.claim("费用编号", code, register.fees)
    method = FORMULAS.get(row.value("计算公式", to_code, required=True))
    if method is None and not row.refused:
        row.report("计算公式", "unknown_formula")
    price = row.read_amount("计费单价") or Decimal()
    surcharge = row.read_amount("固定费用") or Decimal()
    if not row.refused and not (price if method == "area" else Decimal()) + surcharge:
        row.report("计费单价" if method == "area" else "固定费用", "always_zero")
    kind = row.value("费用标识") or "周期性费用"
    if kind != "周期性费用":
        row.report("费用标识", "not_recurring")
    if row.value("出账类型") not in (None, "每月1日"):
        row.report("出账类型", "not_taken_over", "warning")
    cycle = row.value("缴费周期", to_integer)
    if cycle is not None and cycle < 1:
        row.report("缴费周期", "zero" if not cycle else "negative")
    elif cycle is not None and cycle > MAX_CYCLE:
        row.report("缴费周期", "cycle_too_long", other=MAX_CYCLE)
    date_from = row.value("计费起始时间", to_date)
    date_to = row.value("计费结束时间", to_date)
    if date_from and date_to and date_to < date_from:
        row.report("计费结束时间", "end_before_start")
    record = FeeItem(
        row=row.number,
        code=code,
        name=row.value("收费项目", required=True),
        category=row.value("费用类型"),
        method=method,
        price=price,
        surcharge=surcharge,
        cycle=cycle or 1,
        timing=row.read_choice(
            "付费类型", {"预付费": "advance", "后付费": "arrears"}, "advance"
        ),
        date_from=date_from,
        date_to=date_to,
    )
    if not row.refused:
        register.fees[code] = record


def _read_unit(register, row, country):
    register.unit_row_count += 1
    number = row.value("房屋编号", to_code, required=True)
    building = row.value("楼栋编号", to_code, required=True)
    entrance = row.value("单元编号", to_code, required=True)
    _check_place(register, row, building, entrance)
    gross_area = row.read_amount("建筑面积", required=True, positive=True)
    inside_area = row.read_amount("室内面积")
    if inside_area and gross_area is not None and 0 < gross_area < inside_area:
        row.report("室内面积", "inside_above_gross", "warning", other=gross_area)
    customer = _read_customer_code(register, row)
    unit = Unit(
        row=row.number,
        building=building,
        entrance=entrance,
        number=number,
        floor=row.value("房屋楼层", to_integer),
        layout=row.value("房屋户型"),
        gross_area=gross_area,
        inside_area=inside_area,
        usage=row.read_choice("房屋类型", USAGES, "residential"),
        rent=row.read_amount("租金"),
        customer=customer,
        fees=_read_unit_fees(register, row),
        holders=_household(register, customer),
    )
    row.claim("房屋编号", unit.code, register.units)
    if not row.refused:
        register.units[unit.code] = unit


def _check_place(register, row, building, entrance):
    if not building or not entrance or (building, entrance) in register.entrances:
        return
    if any(known == building for known, _entrance in register.entrances):
        row.report("单元编号", "unknown_entrance", other=building)
    else:
        row.report("楼栋编号", "unknown_building")


def _read_customer_code(register, row):
    code = row.value("业主编号", to_code)
    if code and code not in register.customers:
        row.report("业主编号", "unknown_customer")
    return code


def _household(register, owner):
    """Return the role of each who belongs to a unit of ``owner``."""
    codes = [owner, *register.members.get(owner, [])]
    return {
        code: register.customers[code].role
        for code in codes
        if code in register.customers
    }


def _read_unit_fees(register, row):
    codes = _split(row.raw("房屋费用"))
    starts = _split(row.raw("费用开始时间"))
    if codes in (["0"], [0]) and "0" not in register.fees:
        # the source system's way to say that there is none
        return {}
    if len(codes) != len(starts):
        row.report("费用开始时间", "fee_count", other=len(codes))
        return {}
    fees = {}
    for raw_code, raw_start in zip(codes, starts, strict=True):
        try:
            code = to_code(raw_code)
        except CellError as error:
            row.report("房屋费用", error.code, value=raw_code)
            continue
        if code not in register.fees:
            row.report("房屋费用", "unknown_fee", value=code)
        elif code in fees:
            row.report("房屋费用", "duplicate_fee", value=code)
        try:
            fees[code] = to_date(raw_start)
        except CellError as error:
            row.report("费用开始时间", error.code, value=raw_start)
    return fees


def _split(value):
    """Split a '#'-joined cell; a date or number cell is one entry."""
    if not isinstance(value, str):
        return [] if value is None else [value]
    text = to_text(value)
    return text.split("#") if text else []


def _read_space(register, row, country):
    lot = row.value("停车场编号", to_code, required=True)
    number = row.value("车位编码", to_code, required=True)
    tenure = row.read_choice("出租还是出售", {"S": "owner", "H": "tenant"}, None)
    customer = _read_customer_code(register, row)
    date_from = row.value("开始时间", to_date)
    date_to = row.value("结束时间", to_date)
    if date_from and date_to and date_to < date_from:
        row.report("结束时间", "end_before_start")
    if tenure and not customer:
        row.report("业主编号", "no_holder", "warning")
    space = Space(
        row=row.number,
        lot=lot,
        number=number,
        lot_name=row.value("停车场类型"),
        area=row.read_amount("面积"),
        customer=customer,
        role=tenure or "owner",
        date_from=date_from,
        # the end of a sold space is that of the land-use right, not of the holding
        date_to=date_to if tenure == "tenant" else None,
        license_plate=row.value("车牌号", to_code),
        note=_vehicle(row),
    )
    row.claim("车位编码", space.code, register.spaces)
    if not row.refused:
        register.spaces[space.code] = space


def _vehicle(row):
    """Describe the car of a space; its kind alone says nothing without a car."""
    kind = row.read_choice("车类型", VEHICLES, None)
    described = [row.value("车品牌"), row.value("颜色")]
    if any(described) or row.raw("车牌号") is not None:
        described.append(kind)
    return " ".join(filter(None, described)) or None


_READERS = {
    ENTRANCES: _read_entrance,
    CUSTOMERS: _read_customer,
    FEES: _read_fee,
    UNITS: _read_unit,
    SPACES: _read_space,
}
