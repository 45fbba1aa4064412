from odoo import SUPERUSER_ID, api

# Depend on the kinds of contracts, which are loaded after the columns are made.
BY_KIND = (
    "kind_id",
    "notice_days",
    "notice_days_other",
    "notice_date",
    "notice_date_other",
    "expiring_date",
    "date_end",
)


def migrate(cr, version):
    """Bring contracts of before approval and signing along.

    Their states (draft, active, ended) keep their names. What had left the draft
    has a number; what had ended, ended on its last day. Parties are made from the
    company and the other party; who signed is on paper.
    """
    if not version:
        return
    cr.execute("UPDATE pm_contract SET is_numbered = TRUE WHERE state <> 'draft'")
    cr.execute("UPDATE pm_contract SET closed_on = date_to WHERE state = 'ended'")
    env = api.Environment(cr, SUPERUSER_ID, {})
    contracts = env["pm.contract"].search([])
    for name in BY_KIND:
        env.add_to_compute(contracts._fields[name], contracts)
    contracts.flush_recordset()
    contracts._update_parties()
