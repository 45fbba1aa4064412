from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Cash differences were entered by hand, and are measured from now on.

    What was entered stays, as results of its period; where the company has made the
    figure its own, it stays as it is.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    cash = env.ref("pm_core.kpi_cash", raise_if_not_found=False)
    if not cash or cash.kind != "manual":
        return
    cash.write(
        {
            "kind": "measure",
            "model_id": env["ir.model"]._get_id("pm.cash.close"),
            "domain": "[('state', '=', 'closed'),"
            " ('line_ids', 'any', [('difference', '!=', 0)])]",
            "aggregate": "count",
            "zero_if_empty": True,
            "date_field": "date",
            "estate_path": "estate_id",
            "user_path": "user_id",
        }
    )
