"""The take-over workbook of an existing property system, read into plain records.

Five sheets: 楼栋单元 (entrances), 业主信息 (customers), 费用设置 (fee items), 房屋信息
(units, with the fees they pay) and 车位信息 (parking spaces). Columns are found by
their heading, in any order. A row with an error is left out of the result and
listed in ``Register.issues``; a warning keeps its row.

Prices are in company currency with tax included, areas in m², cycles in months.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .cells import CellError, to_code, to_date, to_decimal, to_integer, to_text
from .workbook import Workbook

ENTRANCES, CUSTOMERS, FEES, UNITS, SPACES = (
    "楼栋单元",
    "业主信息",
    "费用设置",
    "房屋信息",
    "车位信息",
)
REQUIRED_SHEETS = (ENTRANCES, UNITS)

# 计算公式 of the source system: 1001 area × price + surcharge, 2002 a fixed amount.
FORMULAS = {"1001": "area", "2002": "fixed"}
USAGES = {
    "110": "residential",
    "住宅": "residential",
    "119": "commercial",
    "商铺": "commercial",
    "商业": "commercial",
    "办公": "office",
    "写字楼": "office",
    "厂房": "industrial",
    "工业": "industrial",
    "公共": "public",
}
ROLES = {
    "1001": "owner",
    "业主": "owner",
    "1002": "family",
    "家庭成员": "family",
    "1003": "tenant",
    "租户": "tenant",
    "租客": "tenant",
}
GENDERS = {"男": "male", "女": "female"}
YES = {"有", "是", "Y", "YES", "1"}
# Excel keeps 15 significant digits: a longer number typed as number is damaged.
EXCEL_DIGITS = 15
# Months billed at once, at most.
MAX_CYCLE = 12


@dataclass
class Issue:
    """A problem of one cell or row; ``severity`` is error (row refused) or warning."""

    sheet: str
    row: int
    column: str
    cell: str
    severity: str
    code: str
    value: str = ""
    other: str = ""


@dataclass
class Entrance:
    row: int
    building: str
    entrance: str
    floor_count: int | None
    has_lift: bool


@dataclass
class Customer:
    row: int
    code: str
    name: str
    role: str
    gender: str | None
    age: int | None
    phone: str | None
    id_number: str | None


@dataclass
class FeeItem:
    row: int
    code: str
    name: str
    category: str | None
    method: str
    price: Decimal
    surcharge: Decimal
    cycle: int
    timing: str
    date_from: date | None
    date_to: date | None


@dataclass
class Unit:
    row: int
    building: str
    entrance: str
    number: str
    floor: int | None
    layout: str | None
    gross_area: Decimal
    inside_area: Decimal | None
    usage: str
    rent: Decimal | None
    customer: str | None
    fees: dict[str, date | None] = field(default_factory=dict)

    @property
    def code(self):
        return f"{self.building}-{self.entrance}-{self.number}"


@dataclass
class Space:
    row: int
    lot: str
    number: str
    lot_name: str | None
    area: Decimal | None
    customer: str | None
    role: str
    date_from: date | None
    date_to: date | None
    license_plate: str | None
    note: str | None

    @property
    def code(self):
        # P keeps car park 1 apart from building 1.
        return f"P{self.lot}-{self.number}"


@dataclass
class Register:
    """What one workbook holds: records by their key, and the problems found."""

    entrances: dict[tuple, Entrance] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    fees: dict[str, FeeItem] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    spaces: dict[str, Space] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    row_count: int = 0
    unit_row_count: int = 0


class RowReader:
    """One row: typed access by heading; problems are recorded and remembered."""

    def __init__(self, issues, row):
        self._issues = issues
        self._row = row
        self.number = row.number
        self.refused = False

    def report(self, heading, code, severity="error", value=None, other=""):
        """Record a problem of the cell below ``heading``."""
        if severity == "error":
            self.refused = True
        if value is None:
            value = self._row.get(heading)
        self._issues.append(
            Issue(
                sheet=self._row.sheet,
                row=self.number,
                column=heading,
                cell=self._row.address(heading),
                severity=severity,
                code=code,
                value="" if value is None else str(value),
                other=str(other),
            )
        )

    def raw(self, heading):
        """Return the cell below ``heading`` as the workbook has it."""
        return self._row.get(heading)

    def value(self, heading, reader=to_text, required=False, severity="error"):
        """Return the cleaned value below ``heading``; None when empty or unreadable."""
        try:
            value = reader(self._row.get(heading))
        except CellError as error:
            self.report(heading, error.code, severity)
            return None
        if value is None and required:
            self.report(heading, "missing")
        return value

    def read_amount(self, heading, required=False, positive=False):
        """Return a number that must not be negative (or must be above zero)."""
        number = self.value(heading, to_decimal, required)
        if number is not None and number < 0:
            self.report(heading, "negative")
        elif number is not None and positive and not number:
            self.report(heading, "zero")
        return number

    def read_choice(self, heading, choices, default):
        """Return the choice of a code list; an unknown code is a warning."""
        code = self.value(heading, to_code)
        if code is not None and code not in choices:
            self.report(heading, "unknown_choice", "warning")
        return choices.get(code, default)

    def claim(self, heading, key, records):
        """Refuse the row when an earlier one already has ``key``."""
        if key in records:
            self.report(heading, "duplicate", other=records[key].row)


def read_register(content):
    """Read a workbook.

    :param bytes content: the file
    :return: :class:`Register`
    :raises WorkbookError: no workbook, too large, required sheets missing
    """
    register = Register()
    with Workbook(content, REQUIRED_SHEETS) as workbook:
        for sheet, read_row in _READERS.items():
            for row in workbook.rows(sheet):
                register.row_count += 1
                read_row(register, RowReader(register.issues, row))
    return register


def _read_entrance(register, row):
    building = row.value("楼栋号", to_code, required=True)
    entrance = row.value("单元编号", to_code, required=True)
    row.claim("单元编号", (building, entrance), register.entrances)
    record = Entrance(
        row=row.number,
        building=building,
        entrance=entrance,
        floor_count=row.value("总层数", to_integer),
        has_lift=(row.value("是否有电梯") or "").upper() in YES,
    )
    if not row.refused:
        register.entrances[building, entrance] = record


def _read_customer(register, row):
    code = row.value("业主编号", to_code, required=True)
    row.claim("业主编号", code, register.customers)
    record = Customer(
        row=row.number,
        code=code,
        name=row.value("业主名称", required=True),
        role=row.read_choice("业主类型", ROLES, "owner"),
        gender=row.read_choice("性别", GENDERS, None),
        age=row.value("年龄", to_integer, severity="warning"),
        phone=row.value("手机号", to_code),
        id_number=_read_id_number(row),
    )
    if not row.refused:
        register.customers[code] = record


def _read_id_number(row):
    number = row.value("身份证号", to_code)
    if number is None:
        return None
    typed_as_number = not isinstance(row.raw("身份证号"), str)
    if typed_as_number and len(number) > EXCEL_DIGITS:
        row.report("身份证号", "digits_lost", "warning")
        return None
    return number.upper()


def _read_fee(register, row):
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


def _read_unit(register, row):
    register.unit_row_count += 1
    number = row.value("房屋编号", to_code, required=True)
    building = row.value("楼栋编号", to_code, required=True)
    entrance = row.value("单元编号", to_code, required=True)
    _check_place(register, row, building, entrance)
    gross_area = row.read_amount("建筑面积", required=True, positive=True)
    inside_area = row.read_amount("室内面积")
    if inside_area and gross_area is not None and 0 < gross_area < inside_area:
        row.report("室内面积", "inside_above_gross", "warning", other=gross_area)
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
        customer=_read_customer_code(register, row),
        fees=_read_unit_fees(register, row),
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


def _read_unit_fees(register, row):
    codes = _split(row.raw("房屋费用"))
    starts = _split(row.raw("费用开始时间"))
    if len(codes) != len(starts):
        row.report("费用开始时间", "fee_count", other=len(codes))
        return {}
    fees = {}
    for raw_code, raw_start in zip(codes, starts, strict=True):
        code = to_code(raw_code)
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


def _read_space(register, row):
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
        note=" ".join(filter(None, (row.value("车品牌"), row.value("颜色")))) or None,
    )
    row.claim("车位编码", space.code, register.spaces)
    if not row.refused:
        register.spaces[space.code] = space


_READERS = {
    ENTRANCES: _read_entrance,
    CUSTOMERS: _read_customer,
    FEES: _read_fee,
    UNITS: _read_unit,
    SPACES: _read_space,
}
