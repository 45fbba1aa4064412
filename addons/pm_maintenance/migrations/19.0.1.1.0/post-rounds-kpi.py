from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """The figure of patrols was entered by hand, and is measured from now on.

    What was entered stays, as results of its period; where the company has made the
    figure its own, it stays as it is.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    patrol = env.ref("pm_core.kpi_patrol", raise_if_not_found=False)
    if not patrol or patrol.kind != "manual":
        return
    convert_file(
        env,
        "pm_maintenance",
        "data/inspections/pm_kpi_data.xml",
        idref={},
        mode="init",
        noupdate=True,
    )
