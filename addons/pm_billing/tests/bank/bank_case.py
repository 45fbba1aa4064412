"""Accounts whose statements are matched, and files of them."""

import base64

from ..common import BillingCase
from . import statement_samples as samples


class BankCase(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill()
        cls.bank = cls._channel("bank", "Test Bank", "TBNK")
        cls.wechat = cls._channel("wechat", "WeChat", "TWX", "财付通")
        cls.alipay = cls._channel("alipay", "Alipay", "TAP")
        cls.bank.default_sheet_mapping_id = cls.env.ref("pm_billing.mapping_bank")

    @classmethod
    def _channel(cls, kind, name, code, text=False):
        journal = cls.env["account.journal"].create(
            {
                "name": name,
                "code": code,
                "type": "bank",
                "pm_channel": kind,
                "pm_settlement_text": text,
            }
        )
        journal.action_pm_set_up_channel()
        return journal

    def take(self, amount, journal, partner=None, **extra):
        partner = partner or self.owner
        return self.env["pm.receipt"]._receive(
            partner, self.open_charges(partner), amount, journal, **extra
        )

    def read_in(self, journal, content, name="file.csv", **vals):
        file = self.env["pm.statement.file"].create(
            {
                "filename": name,
                "file": base64.b64encode(content),
                "journal_id": journal.id,
                **vals,
            }
        )
        file.action_read()
        return file

    def balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def transfers(self, *rows):
        total, found = 0.0, []
        for text, amount, payer, message in rows:
            total += amount
            found.append(("2026-11-10", text, amount, total, payer, message))
        return found

    def read_transfers(self, *rows):
        """Read a statement of the bank; ``rows``: (text, amount, payer, message)."""
        return self.read_in(self.bank, samples.bank_csv(self.transfers(*rows)))
