from odoo import fields, models


class AccountStatementImportSheetMapping(models.Model):
    """Mappings of files that are cleaned before OCA's importer reads them."""

    _inherit = "account.statement.import.sheet.mapping"

    pm_kind = fields.Selection(
        [
            ("bank", "Bank"),
            ("wechat_fund", "WeChat Pay Fund Bill"),
            ("alipay_fund", "Alipay Fund Bill"),
        ],
        "Cleaned as",
        help="The file is unpacked, decoded and cleaned first (gb18030, zip, "
        "back-ticks, comments, summary). Columns are named as in the file, with plain "
        "brackets.",
    )
