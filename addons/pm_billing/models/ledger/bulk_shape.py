"""Which invoices are alike: all that may change what is stored of them, besides what
each has of its own.
"""

import json
from dataclasses import dataclass, field

from odoo.tools import SQL

# What the prediction works out for each invoice. All else is part of the shape.
OWN_OF_HEAD = {"partner_id", "pm_property_id", "ref", "invoice_line_ids"}
OWN_OF_LINE = {"name", "price_unit", "quantity", "discount", "pm_charge_id"}
# What tells one customer from the other and decides nothing of an invoice.
IDENTITY = [
    "id",
    "name",
    "complete_name",
    "commercial_partner_id",
    "ref",
    "vat",
    "street",
    "street2",
    "zip",
    "city",
    "website",
    "partner_latitude",
    "partner_longitude",
    "company_registry",
    "peppol_endpoint",
    "calendar_last_notif_ack",
    "phone",
    "phone_sanitized",
    "email",
    "email_normalized",
    "function",
    "comment",
    "color",
    "barcode",
    "create_date",
    "create_uid",
    "write_date",
    "write_uid",
    "customer_rank",
    "supplier_rank",
    "signup_type",
    "message_bounce",
    "pm_birth_year",
    "pm_gender",
    "pm_id_number",
    "pm_wechat_openid",
]
# Addons that extend the posting of invoices and are among those with which the
# comparison of both ways is tested. Others may be named by a parameter, once an
# administrator has compared them on a copy.
KNOWN_ADDONS = {
    "account",
    "account_add_gln",
    "account_budget_oca",
    "account_debit_note",
    "account_edi_ubl_cii",
    "account_financial_report",
    "account_payment",
    "account_reconcile_oca",
    "account_statement_base",
    "analytic",
    "base",
    "base_automation",
    "contract",
    "l10n_cn",
    "mail",
    "mis_builder",
    "mis_builder_cash_flow",
    "phone_validation",
    "pm_billing",
    "pm_complaints",
    "pm_core",
    "pm_maintenance",
    "portal",
    "product",
    "purchase",
    "purchase_stock",
    "snailmail_account",
    "stock",
    "stock_account",
}
KNOWN_PARAMETER = "pm_billing.bulk_known_addons"
BOOKED_MODELS = ("account.move", "account.move.line", "account.analytic.line")


@dataclass(eq=False)
class Bill:
    """An invoice to be made: its values, and the charges that it bills."""

    vals: dict
    charges: object
    position: int = 0
    key: object = None
    partner: dict = field(default_factory=dict)
    estate_id: int = 0
    amounts: object = None
    move_id: int = 0

    @property
    def lines(self):
        return [vals for _command, _id, vals in self.vals["invoice_line_ids"]]


def unknown_addons(env):
    """Return the addons that extend the posting of invoices and are not known."""
    known = env["ir.config_parameter"].sudo().get_param(KNOWN_PARAMETER) or ""
    known = KNOWN_ADDONS | {name.strip() for name in known.split(",")}
    found = set()
    for name in BOOKED_MODELS:
        model = env[name]
        methods = {"create", "write", "_post", "_create_analytic_lines"}
        methods |= {
            field.compute
            for field in model._fields.values()
            if field.store and isinstance(field.compute, str)
        }
        methods |= {method.__name__ for method in model._constraint_methods}
        for klass in type(model).__mro__:
            parts = klass.__module__.split(".")
            if parts[:2] == ["odoo", "addons"] and parts[2] not in known:
                if not methods.isdisjoint(klass.__dict__):
                    found.add(parts[2])
    return sorted(found)


def automations(env):
    """Return the automation rules that run when invoices are made."""
    if "base.automation" not in env:
        return []
    rules = env["base.automation"].sudo().search([("model_name", "in", BOOKED_MODELS)])
    return rules.mapped("name")


def partners_of(env, ids, company):
    """Return {id: {name, fingerprint, rank}} of customers that stand alone.

    A contact of a firm, and whoever has contacts, is addressed and invoiced in ways
    that depend on them.
    """
    env["res.partner"].flush_model()
    found = {
        partner_id: {"name": name, "rank": rank, "print": prints}
        for partner_id, name, rank, prints in env.execute_query(
            SQL(
                """
                SELECT p.id, p.complete_name, coalesce(p.customer_rank, 0),
                       (to_jsonb(p) - %s::text[])::text
                       || (coalesce(p.vat, '') <> '')::text
                  FROM res_partner p
                 WHERE p.id = ANY(%s) AND p.parent_id IS NULL
                   AND p.commercial_partner_id = p.id
                   AND NOT EXISTS (SELECT FROM res_partner child
                                    WHERE child.parent_id = p.id)
                """,
                IDENTITY,
                list(ids),
            )
        )
    }
    # an address, or a tax number, may lead to a fiscal position
    Position = env["account.fiscal.position"].with_company(company)
    if Position.search_count(
        [*Position._check_company_domain(company), ("auto_apply", "=", True)], limit=1
    ):
        for partner in env["res.partner"].browse(found):
            position = Position._get_fiscal_position(partner)
            found[partner.id]["print"] += f"/{position.id}"
    return found


def key_of(bill):
    """Return what invoices that are alike have in common."""
    head = {k: v for k, v in bill.vals.items() if k not in OWN_OF_HEAD}
    if head.get("partner_shipping_id") == bill.vals["partner_id"]:
        head["partner_shipping_id"] = "the customer"
    lines = [
        (
            sorted((k, v) for k, v in line.items() if k not in OWN_OF_LINE),
            sorted(OWN_OF_LINE.intersection(line)),
            sign(line["quantity"]),
            sign(line["price_unit"]),
            bool(line.get("discount")),
        )
        for line in bill.lines
    ]
    own = [
        (name, bool(bill.vals[name]))
        for name in sorted(OWN_OF_HEAD.intersection(bill.vals) - {"invoice_line_ids"})
    ]
    return json.dumps(
        [head, own, lines, bill.partner["print"], bill.estate_id],
        default=str,
        sort_keys=True,
    )


def sign(number):
    return (number > 0) - (number < 0)
