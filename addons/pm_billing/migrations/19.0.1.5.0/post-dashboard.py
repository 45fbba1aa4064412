import base64
import hashlib

from odoo import SUPERUSER_ID, api
from odoo.tools import file_open

FILE = "pm_billing/data/figures/files/money_dashboard.json"
FORMER = "8494a2b3676407942fcb4290705d291783bc0bf36f5d3a9f5684edfe0d49abd6"


def migrate(cr, version):
    """What was billed for this month and is due in the next one was not counted.

    A dashboard that the company has edited stays as it is.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    money = env.ref("pm_billing.dashboard_money", raise_if_not_found=False)
    if not money or not money.spreadsheet_binary_data:
        return
    held = base64.b64decode(money.spreadsheet_binary_data)
    if hashlib.sha256(held).hexdigest() != FORMER:
        return
    with file_open(FILE, "rb") as file:
        money.spreadsheet_binary_data = base64.b64encode(file.read())
