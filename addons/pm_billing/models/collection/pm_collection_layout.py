from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class PmCollectionLayout(models.Model):
    """How the files of one bank look: what goes out, and how its answer is read.

    Banks agree no common form. The columns are chosen here, by administrators.
    """

    _name = "pm.collection.layout"
    _description = "File Layout of Bank Collection"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Collected by",
        required=True,
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        check_company=True,
        help="The bank account on which the money comes in.",
    )
    form = fields.Selection(
        [("xlsx", "Workbook (XLSX)"), ("csv", "Text (CSV)")],
        "File Format",
        required=True,
        default="xlsx",
    )
    encoding = fields.Selection(
        [("utf-8-sig", "UTF-8"), ("gb18030", "GB 18030")],
        required=True,
        default="gb18030",
        help="Of text files.",
    )
    column_ids = fields.One2many(
        "pm.collection.column",
        "layout_id",
        "Columns",
        default=lambda self: self._default_column_ids(),
    )
    reference_heading = fields.Char(
        "Column of the Reference",
        required=True,
        default="流水号",
        help="Of the answer: what we gave each row.",
    )
    result_heading = fields.Char(
        "Column of the Result", required=True, default="处理结果"
    )
    success_texts = fields.Char(
        "Collected Where It Says",
        required=True,
        default="成功,0000",
        help="Separated by commas. Anything else is a failure.",
    )
    reason_heading = fields.Char("Column of the Reason", default="失败原因")
    amount_heading = fields.Char(
        "Column of the Amount",
        default="金额",
        help="Where it is given, it has to be the amount that was asked for.",
    )
    is_answer_in_cents = fields.Boolean(
        "Answer in Cents",
        compute="_compute_is_answer_in_cents",
        store=True,
        readonly=False,
        precompute=True,
        help="The column of the amount is in cents, as in the file that goes out; some "
        "banks answer in yuan.",
    )

    @api.depends("column_ids.source")
    def _compute_is_answer_in_cents(self):
        for layout in self:
            layout.is_answer_in_cents = "cents" in layout.column_ids.mapped("source")

    @api.model
    def _default_column_ids(self):
        return [
            Command.create({"sequence": index, "heading": heading, "source": source})
            for index, (heading, source) in enumerate(
                [
                    ("流水号", "reference"),
                    ("户名", "holder"),
                    ("账号", "account"),
                    ("开户行", "bank"),
                    ("协议号", "agreement"),
                    ("金额", "amount"),
                    ("备注", "note"),
                ]
            )
        ]

    @api.constrains("column_ids", "reference_heading")
    def _check_columns(self):
        for layout in self:
            sources = set(layout.column_ids.mapped("source"))
            if not {"reference", "account", "amount"} <= sources | (
                {"amount"} if "cents" in sources else set()
            ):
                raise UserError(
                    self.env._(
                        "%s: the file needs columns with the reference, the account "
                        "and the amount.",
                        layout.name,
                    )
                )

    def _succeeded(self, text):
        """Whether the bank says that it has the money."""
        self.ensure_one()
        texts = self.success_texts.replace("，", ",").split(",")
        return (text or "").strip() in {row.strip() for row in texts if row.strip()}
