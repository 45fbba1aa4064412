"""Tax invoices: asked for once, sent out, read back, taken back by a red letter."""

import base64
import io
import re

import openpyxl
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, new_test_user
from odoo.tools import mute_logger

from ...engine.plain_tables import read_table, write_csv, write_xlsx
from ..common import BillingCase

NUMBER = "26442000000012345678"
FIRM = {"title": "深圳甲公司", "tax_id": "91440300MA5EXAMPLE", "kind": "special"}


@freeze_time("2026-11-10")
class TestTaxInvoice(BillingCase, HttpCase):
    """262.00 of November, 6 % in it: 14.15 of 250.00, and 0.68 of 12.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees(cls.unit)
        cls.bill()
        cls.charges = cls.open_charges(cls.owner)
        cls.receive(cls.owner, 262.0)
        cls.clerk = cls.make_staff("pm_tax_clerk", "pm_billing.group_pm_billing_clerk")
        cls.accountant = cls.make_staff(
            "pm_tax_account",
            "account.group_account_invoice,account.group_account_readonly",
        )
        cls.resident = new_test_user(
            cls.env,
            login="tax_owner",
            password="tax_owner",
            groups="base.group_portal",
            partner_id=cls.owner.id,
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )

    def ask(self, user=None, **vals):
        return (
            self.env["pm.tax.invoice"]
            .with_user(user or self.clerk)
            ._ask(self.owner, self.charges, {"title": "王小明", **vals})
        )

    def send(self, invoices):
        action = invoices.with_user(self.accountant).action_write_file()
        file = self.env["pm.tax.file"].browse(action["res_id"])
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(file.file)))
        rows = list(book.active.iter_rows(values_only=True))
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    def read_back(self, *rows, name="issued.xlsx"):
        headings = ["单据编号", "发票号码", "开票日期", "价税合计", "红蓝", "失败原因"]
        rows = [[*row, *[""] * (6 - len(row))] for row in rows]
        file = (
            self.env["pm.tax.file"]
            .with_user(self.accountant)
            .create(
                {
                    "filename": name,
                    "file": base64.b64encode(write_xlsx(headings, rows)),
                }
            )
        )
        file.action_read()
        return file

    def test_amounts_are_those_of_the_bill(self):
        invoice = self.ask()
        self.assertEqual(
            (invoice.amount_total, invoice.amount_tax, invoice.amount_untaxed),
            (262.0, 14.83, 247.17),
        )
        self.assertEqual(invoice.line_ids.mapped("tax_percent"), [6.0, 6.0])
        self.assertTrue(invoice.name.startswith("TI2026-"))
        with self.assertRefused(UserError, "on the tax invoice"):
            self.ask()

    def test_what_a_title_needs(self):
        for vals in (
            {"title": " "},
            {"kind": "special"},
            {"tax_id": "12"},
            {"tax_id": "中文9144030012345"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.ask(**vals)
        invoice = self.ask(kind="special", tax_id=" 91440300ma5example ")
        self.assertEqual(invoice.tax_id, "91440300MA5EXAMPLE")

    def test_out_and_back(self):
        invoice = self.ask(**FIRM)
        rows = self.send(invoice)
        self.assertEqual(invoice.state, "sent")
        self.assertEqual([row["价税合计"] for row in rows], ["250.00", "12.00"])
        self.assertEqual([row["税额"] for row in rows], ["14.15", "0.68"])
        self.assertEqual({row["购方税号"] for row in rows}, {FIRM["tax_id"]})
        self.assertEqual({row["发票类型"] for row in rows}, {"增值税专用发票"})
        with self.assertRefused(UserError, "Nothing to send"):
            invoice.with_user(self.accountant).action_write_file()
        file = self.read_back(
            [invoice.name, NUMBER, "2026-11-12", "262.00"],
            ["TI2020-00001", NUMBER[:-1] + "9", "2026-11-12", "1.00"],
        )
        self.assertEqual((invoice.state, invoice.number), ("issued", NUMBER))
        self.assertEqual(str(invoice.date), "2026-11-12")
        self.assertEqual(file.held_count, 1)
        self.assertIn("No request", file.row_ids[1].reason)
        # the same row in another file changes nothing, and is no problem
        again = self.read_back([invoice.name, NUMBER, "2026-11-12", "262.00"])
        self.assertEqual((again.held_count, len(again.row_ids)), (0, 1))
        with self.assertRefused(UserError, "read already"):
            self.read_back([invoice.name, NUMBER, "2026-11-12", "262.00"])

    def test_rows_that_are_held(self):
        invoice = self.ask()
        self.send(invoice)
        for row, why in (
            ([invoice.name, "12345678", "2026-11-12", "262.00"], "20 digits"),
            ([invoice.name, NUMBER, "2026-11-12", "261.00"], "comes to 261"),
            ([invoice.name, "", "", ""], "no number"),
            ([invoice.name, "", "", "", "", "税号错误"], "税号错误"),
            ([invoice.name, NUMBER, "2026-11-12", "262.00", "红字"], "No red letter"),
        ):
            with self.subTest(why):
                file = self.read_back(row)
                self.assertEqual((file.held_count, invoice.state), (1, "sent"))
                self.assertIn(why, file.row_ids.reason)
        file.row_ids.note = "Told the clerk"
        file.row_ids.action_looked_into()
        self.assertEqual((file.held_count, file.row_ids.state), (0, "settled"))
        with self.assertRefused(UserError, "cannot be read"):
            self.env["pm.tax.file"].with_user(self.accountant).create(
                {"filename": "x.csv", "file": base64.b64encode(b"a,b\n1,2\n")}
            ).action_read()

    @mute_logger("odoo.sql_db")
    def test_a_number_once(self):
        invoice = self.ask()
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            invoice.number = "123"
            self.env.flush_all()
        invoice.invalidate_recordset()
        invoice.number = NUMBER
        invoice.action_issue()
        with self.assertRefused(UserError, "this step needs|only"):
            invoice.number = NUMBER[::-1]

    def test_its_charges_stay_once_it_is_sent(self):
        invoice = self.ask()
        with freeze_time("2026-12-01"):
            other = self.bill("2026-12-01", "2026-12-31").charge_ids[0]
        self.send(invoice)
        lines = self.env["pm.tax.invoice.line"].with_user(self.clerk)
        line = invoice.line_ids[0].with_user(self.clerk)
        for step in (
            lambda: lines.create({"tax_invoice_id": invoice.id, "charge_id": other.id}),
            lambda: line.write({"charge_id": other.id}),
            line.unlink,
        ):
            with self.assertRefused(UserError, "this step needs"):
                step()
        self.assertEqual(invoice.line_ids.charge_id, self.charges)
        invoice.with_user(self.clerk).action_cancel()
        line.unlink()

    def test_red_letter_frees_the_charges(self):
        invoice = self.ask(number=NUMBER)
        invoice.action_issue()
        with self.assertRefused(UserError, "why"):
            invoice.action_ask_red()
        invoice.write({"red_reason": "wrong", "red_confirmation": "4403 0126 0001"})
        invoice.action_ask_red()
        self.assertEqual(invoice.red_confirmation, "440301260001")
        (row,) = self.send(invoice)
        self.assertEqual(
            (row["价税合计"], row["税额"], row["红冲原因"], row["原发票号码"]),
            ("-262.00", "-14.83", "开票有误", NUMBER),
        )
        with self.assertRefused(UserError, "on the tax invoice"):
            self.ask()
        red = NUMBER[:-1] + "0"
        self.read_back([invoice.name, red, "2026-11-20", "-262.00", "红字"])
        self.assertEqual((invoice.state, invoice.red_number), ("red", red))
        self.assertEqual(self.ask().amount_total, 262.0)

    def test_an_allowance_takes_back_a_part(self):
        invoice = self.ask(number=NUMBER)
        invoice.action_issue()
        invoice.write({"red_reason": "allowance", "red_amount": 26.2})
        invoice.action_ask_red()
        (row,) = self.send(invoice)
        self.assertEqual((row["价税合计"], row["税额"]), ("-26.20", "-1.48"))
        invoice.red_number = NUMBER[::-1]
        invoice.action_red()
        # the rest stands, so that the charges are on no other
        with self.assertRefused(UserError, "on the tax invoice"):
            self.ask()

    def test_never_more_than_was_billed(self):
        """Of 250.00 that are not paid 10.00 are let go after it was asked for."""
        with freeze_time("2026-12-01"):
            run = self.bill("2026-12-01", "2026-12-31")
        charge = run.charge_ids.filtered(lambda row: row.fee_item_id == self.service)
        invoice = (
            self.env["pm.tax.invoice"]
            .with_user(self.clerk)
            ._ask(self.owner, charge, {"title": "王小明", "number": NUMBER})
        )
        waiver = self.env["pm.waiver"].create(
            {
                "partner_id": self.owner.id,
                "property_id": self.unit.id,
                "charge_ids": charge.ids,
                "percent": 4.0,
                "reason": "Lift stood still",
            }
        )
        waiver.sudo()._as_step().amounts = waiver._planned()
        waiver._book()
        self.assertEqual(charge.amount_receivable, 240.0)
        with self.assertRefused(UserError, "240.00 is billed"):
            invoice.action_issue()
        (row,) = self.send(invoice)
        self.assertEqual((row["价税合计"], row["税额"]), ("240.00", "13.58"))
        invoice.action_issue()
        self.assertEqual(invoice.amount_total, 240.0)

    def test_delivered_by_mail(self):
        invoice = self.ask(number=NUMBER, email="w@example.com")
        invoice.action_issue()
        with self.assertRefused(UserError, "Attach"):
            invoice.action_deliver()
        invoice.file_ids = self.env["ir.attachment"].create(
            {
                "name": "f.ofd",
                "raw": b"ofd",
                "res_model": invoice._name,
                "res_id": invoice.id,
            }
        )
        invoice.action_deliver()
        mail = self.env["mail.mail"].search([("email_to", "=", "w@example.com")])
        self.assertEqual(mail.attachment_ids.mapped("name"), ["f.ofd"])
        self.assertTrue(invoice.delivered_on)

    def test_clerks_do_not_write_files(self):
        with self.assertRefused(AccessError, "."):
            self.ask().action_write_file()

    def test_from_the_list_of_charges(self):
        self.ask(**FIRM).action_cancel()
        action = self.charges.with_user(self.clerk).action_ask_tax_invoice()
        invoice = self.env["pm.tax.invoice"].browse(action["res_id"])
        self.assertEqual((invoice.title, invoice.tax_id), tuple(FIRM.values())[:2])

    # -- portal ----------------------------------------------------------

    def post(self, bill, **vals):
        self.authenticate("tax_owner", "tax_owner")
        page = self.url_open("/my/tax-invoices").text
        self.assertRegex(page, r"breadcrumb-item active\"[^>]*>Tax Invoices<")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        data = {"csrf_token": token, "bill": bill.id, **vals}
        return self.url_open("/my/tax-invoices/ask", data=data)

    def test_a_resident_asks(self):
        move = self.charges.move_id
        answer = self.post(move, title="甲公司", kind="special")
        self.assertIn("alert-danger", answer.text)
        answer = self.post(move, **FIRM)
        invoice = self.env["pm.tax.invoice"].search([])
        self.assertEqual((invoice.title, invoice.state), (FIRM["title"], "asked"))
        self.assertEqual(len(invoice.line_ids), 2)
        self.assertIn(FIRM["title"], answer.text)
        # asked for, so it cannot be asked for again
        self.assertNotIn('name="bill"', answer.text)
        self.assertNotIn("Ask for a Tax Invoice</h5>", answer.text)
        invoice.write({"number": NUMBER})
        invoice.file_ids = self.env["ir.attachment"].create(
            {"name": "f.pdf", "raw": b"%PDF"}
        )
        path = f"/my/tax-invoices/{invoice.id}/{invoice.file_ids.id}"
        self.assertEqual(self.url_open(path).status_code, 404)
        invoice.action_issue()
        self.assertIn(path, self.url_open("/my/tax-invoices").text)
        self.assertEqual(self.url_open(path).content, b"%PDF")
        invoice.sudo()._as_step().partner_id = self.owners[1]
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_not_of_a_bill_that_is_open_or_of_another(self):
        with freeze_time("2026-12-01"):
            run = self.bill("2026-12-01", "2026-12-31")
        answer = self.post(run.charge_ids.move_id, title="x")
        self.assertIn("alert-danger", answer.text)
        self.assertFalse(self.env["pm.tax.invoice"].search([]))

    # -- tables ----------------------------------------------------------

    def test_tables(self):
        rows = [["=1+1", "-5", "a"], ["", "", ""]]
        text = write_csv(["x", "y", "z"], rows).decode("utf-8-sig")
        self.assertEqual(text.splitlines()[1], "'=1+1,-5,a")
        found = read_table(write_xlsx(["x", "y", "z"], rows), "t.xlsx", ["x"])
        self.assertEqual(found, [(2, {"x": "=1+1", "y": "-5", "z": "a"})])
