from odoo.tools import sql

DELIVERY, NOTICE = "pm_notice_delivery", "pm_notice"


def migrate(cr, version):
    """Why a message failed is a value now; WeChat is one more way to send.

    Databases of 1.0.0, and of the first days of 1.1.0, have no notices yet.
    """
    if sql.column_exists(cr, DELIVERY, "error"):
        _keep_errors(cr)
    if sql.table_exists(cr, NOTICE):
        _keep_ways(cr)


def _keep_errors(cr):
    """What was stored as a text stays as what the other side said."""
    sql.rename_column(cr, DELIVERY, "error", "detail")
    if not sql.column_exists(cr, DELIVERY, "problem"):
        sql.create_column(cr, DELIVERY, "problem", "varchar")
    cr.execute(
        "UPDATE pm_notice_delivery SET problem = 'other' WHERE detail IS NOT NULL"
    )


def _keep_ways(cr):
    """E-mail and SMS stay as they were chosen for each notice.

    One method computes all ways from the kind of the notice, and would do so for the
    others too when the column of the new way is made by the update.
    """
    if not sql.column_exists(cr, NOTICE, "by_wechat"):
        sql.create_column(cr, NOTICE, "by_wechat", "bool")
        cr.execute("UPDATE pm_notice SET by_wechat = FALSE")
