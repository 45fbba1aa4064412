import base64
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine import statement_files
from ...engine.statement_cells import FileError

TRADE = ("wechat_trade", "alipay_trade")


class PmStatementFile(models.Model):
    """A statement file of a bank or channel: read once, and matched.

    A trade bill is no bank statement: its rows are compared with receipts. Fund bills
    and statements of banks become statement lines, by OCA's importer. Whatever file a
    row comes in, and however often, its key books it once.
    """

    _name = "pm.statement.file"
    _description = "Statement File"
    _inherit = ["mail.thread", "pm.state.mixin"]
    _order = "id desc"
    _rec_name = "filename"
    _check_company_auto = True

    filename = fields.Char("File Name", required=True)
    file = fields.Binary(required=True, attachment=True)
    fingerprint = fields.Char(readonly=True, copy=False, index="btree_not_null")
    journal_id = fields.Many2one(
        "account.journal",
        "Account or Channel",
        required=True,
        index=True,
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    mapping_id = fields.Many2one(
        "account.statement.import.sheet.mapping",
        help="Needed for files of banks only; those of channels are known.",
    )
    kind = fields.Selection(
        [
            ("bank", "Bank Statement"),
            ("wechat_trade", "WeChat Pay Trade Bill"),
            ("wechat_fund", "WeChat Pay Fund Bill"),
            ("alipay_trade", "Alipay Trade Bill"),
            ("alipay_fund", "Alipay Fund Bill"),
        ],
        readonly=True,
        copy=False,
    )
    row_count = fields.Integer(
        "Rows in the File", readonly=True, copy=False, aggregator=None
    )
    new_count = fields.Integer("New", readonly=True, copy=False, aggregator=None)
    known_count = fields.Integer(
        "Known", readonly=True, copy=False, aggregator=None, help="Of earlier files."
    )
    row_ids = fields.One2many("pm.statement.row", "file_id", "Rows", readonly=True)
    held_count = fields.Integer("Held", compute="_compute_counts")
    open_count = fields.Integer("Not Matched", compute="_compute_counts")
    line_ids = fields.One2many(
        "account.bank.statement.line", "pm_file_id", "Statement Lines", readonly=True
    )
    state = fields.Selection(
        [("draft", "New"), ("read", "Read")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _user_columns = dict.fromkeys(
        ("filename", "file", "journal_id", "mapping_id"), ("draft",)
    )

    @api.depends("row_ids.state", "line_ids.is_reconciled")
    def _compute_counts(self):
        for file in self:
            rows = file.row_ids
            file.held_count = len(rows.filtered(lambda row: row.state == "held"))
            file.open_count = len(rows.filtered(lambda row: row.state == "open")) + len(
                file.line_ids.filtered(lambda line: not line.is_reconciled)
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_read(self):
        self._check_in_state("draft")

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def action_read(self):
        """Read the file, keep what is new, and match it.

        :raises UserError: no statement, or its rows are not what its own sums say
        """
        self.check_access("write")
        self._check_in_state("draft")
        for file in self:
            content = base64.b64decode(file.with_context(bin_size=False).file)
            table = file._read_table(content)
            file_sudo = file.sudo()._as_step()
            file_sudo.write(
                {
                    "state": "read",
                    "kind": table.kind,
                    "fingerprint": sha256(content).hexdigest(),
                    "row_count": len(table.rows) + len(table.held),
                }
            )
            file_sudo._hold(table.held)
            if table.kind in TRADE:
                new = file_sudo._keep_trades(table)
            else:
                new = file_sudo._import_lines(table)
            file_sudo.new_count = new
            held = len(file_sudo.row_ids.filtered(lambda row: row.state == "held"))
            file_sudo.known_count = file_sudo.row_count - held - new
            file_sudo.action_match()

    def _read_table(self, content):
        try:
            table = statement_files.read(content, self.filename)
        except FileError as error:
            raise UserError(
                self.env._(
                    "%(file)s cannot be read as a statement: %(reason)s. Choose the "
                    "file as the bank or channel gives it out.",
                    file=self.filename,
                    reason=self._explain(error),
                )
            ) from error
        if table.differences:
            raise UserError(
                self.env._(
                    "%(file)s does not add up to its own summary (said / found): "
                    "%(differences)s. Nothing was read; have the file sent again.",
                    file=self.filename,
                    differences="; ".join(table.differences),
                )
            )
        channel = self.journal_id.pm_channel
        if table.kind.split("_")[0] != (channel or "bank"):
            kinds = dict(self._fields["kind"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(file)s is of the kind %(kind)s, which is not of the account "
                    "%(journal)s. Choose the right account, or say in its settings how "
                    "it is matched.",
                    file=self.filename,
                    kind=kinds[table.kind],
                    journal=self.journal_id.name,
                )
            )
        return table

    def _hold(self, held):
        """Keep rows that cannot be read, with the reason: they stop no other."""
        self.env["pm.statement.row"].create(
            [
                {
                    "file_id": self.id,
                    "state": "held",
                    "text": " | ".join(filter(None, row.values()))[:500],
                    "reason": self._explain(error),
                }
                for row, error in held
            ]
        )

    def _keep_trades(self, table):
        """Keep the rows of a trade bill that are new; return how many.

        A number that is known with another amount is not the same transaction: its
        row is held.
        """
        Row = self.env["pm.statement.row"]
        known = {
            row.key: row
            for row in Row.search(
                Domain("journal_id", "=", self.journal_id.id)
                & Domain("key", "in", [row["_key"] for row in table.rows])
            )
        }
        vals_list, others = [], []
        for row in table.rows:
            vals = Row._vals_of_trade(table.kind, row)
            former = known.get(row["_key"])
            if not former:
                vals_list.append({**vals, "file_id": self.id})
            elif self.currency_id.compare_amounts(former.amount, vals["amount"]):
                others.append((row, FileError("known_key", value=former.amount)))
            else:
                # a refund that was under way may be done meanwhile
                former.status = vals["status"]
        Row.create(vals_list)
        self._hold(others)
        return len(vals_list)

    def _import_lines(self, table):
        """Hand the rows to OCA's importer; return how many lines are new."""
        mapping = self._mapping(table.kind)
        if not table.rows:
            return 0
        Line = self.env["account.bank.statement.line"]
        before = Line.search([("journal_id", "=", self.journal_id.id)], order="id desc")
        highest = before[:1].id or 0
        content = statement_files.to_csv(table)
        importer = (
            self.env["account.statement.import"]
            .with_company(self.company_id)
            .with_context(journal_id=self.journal_id.id)
            ._as_step("pm_statement")
            .create(
                {
                    "statement_file": base64.b64encode(content),
                    "statement_filename": f"{self.filename}.csv",
                    "sheet_mapping_id": mapping.id,
                }
            )
        )
        result = {"statement_ids": [], "notifications": []}
        importer.import_single_file(content, result)
        lines = Line.search(
            [("journal_id", "=", self.journal_id.id), ("id", ">", highest)]
        )
        lines.pm_file_id = self
        return len(lines)

    def _mapping(self, kind):
        mapping = self.mapping_id or self.journal_id.default_sheet_mapping_id
        if kind != "bank":
            mapping = self.env.ref(f"pm_billing.mapping_{kind}", False)
        if not mapping:
            raise UserError(
                self.env._(
                    "Choose the mapping of %s: which column of the file is which.",
                    self.filename,
                )
            )
        return mapping

    def action_match(self):
        """Match what is not matched yet: with receipts, bills, fees, transfers."""
        self.check_access("write")
        for file in self.sudo()._as_step():
            file.row_ids.filtered(lambda row: row.state == "open")._match()
            file.line_ids.filtered(lambda line: not line.is_reconciled)._pm_match()

    def action_view_lines(self):
        """The statement lines of the file, in the list in which they are matched."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "account_reconcile_oca.action_bank_statement_line_reconcile_all"
            ),
            "domain": [("pm_file_id", "=", self.id)],
        }
