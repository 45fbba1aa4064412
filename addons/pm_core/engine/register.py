"""The records of a take-over workbook, whatever its sheets look like."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .workbook import Issue

# 计算公式 of the source system: 1001 area × price + surcharge, 2002 a fixed amount.
FORMULAS = {"1001": "area", "2002": "fixed"}
USAGES = {
    "110": "residential",
    "住宅": "residential",
    "119": "commercial",
    "120": "office",
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
    "房屋租客": "tenant",
    "1004": "other",
    "临时人员": "other",
}
GENDERS = {"男": "male", "女": "female"}
VEHICLES = {"9901": "家用小汽车", "9902": "客车", "9903": "货车"}
# Months billed at once, at most.
MAX_CYCLE = 12


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
    is_company: bool = False
    contact: str | None = None


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
    # role of each who lives there or owns it, by customer
    holders: dict[str, str] = field(default_factory=dict)

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
    # what holds for the workbook as a whole, and not for single rows
    remarks: list[Issue] = field(default_factory=list)
    row_count: int = 0
    unit_row_count: int = 0
    # {owner: those of the household, who have the owner's number in the workbook}
    members: dict[str, list[str]] = field(default_factory=dict)
    # {identity number: [(row, customer)]}, to find those who share one
    identities: dict[str, list] = field(default_factory=dict, compare=False, repr=False)

    def add_customer(self, customer, row):
        """Take a sound customer in; ``row`` is asked when the number is shared."""
        self.customers[customer.code] = customer
        if customer.id_number:
            found = self.identities.setdefault(customer.id_number, [])
            found.append((row, customer))
