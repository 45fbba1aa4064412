from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Figures that were entered by hand are measured from now on.

    What was entered stays, as results of its period. Where the company has made one of
    them its own, measured otherwise, all stay as they are: a person decides.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    arrival = env.ref("pm_core.kpi_repair_arrival", raise_if_not_found=False)
    if not arrival or arrival.kind != "manual":
        return
    convert_file(
        env,
        "pm_maintenance",
        "data/figures/pm_kpi_data.xml",
        idref={},
        mode="init",
        noupdate=True,
    )
