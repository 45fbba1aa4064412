from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """How well reports are logged was entered by hand, and is measured from now on.

    What was entered stays, as results of its period; where the company has made the
    figure its own, it stays as it is.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    logged = env.ref("pm_core.kpi_logged", raise_if_not_found=False)
    if not logged or logged.kind != "manual":
        return
    # its words follow by former.csv, where they are still the ones that were shipped
    note = logged.note
    convert_file(
        env,
        "pm_maintenance",
        "data/figures/pm_kpi_logged_data.xml",
        idref={},
        mode="init",
        noupdate=True,
    )
    logged.note = note
