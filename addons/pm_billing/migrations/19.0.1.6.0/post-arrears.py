from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """What comes in of old arrears counts in the manager's appraisal.

    The rate of this year's fees makes room for it. Where the company weighs in its own
    way it is listed and does not count, until somebody gives it a weight.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})

    def found(name):
        record = env.ref(name, raise_if_not_found=False)
        return record and record.exists()

    policy = found("pm_core.policy_finance")
    for name in ("kpi_old_arrears", "kpi_receipt_cancelled"):
        kpi = found(f"pm_billing.{name}")
        if policy and kpi:
            policy.kpi_ids += kpi
    old = found("pm_billing.job_kpi_manager_old_arrears")
    current = found("pm_billing.job_kpi_manager_collection")
    if not old or old.job_id.pm_weight <= 100:
        return
    if current and current.weight == 20 and old.job_id.pm_weight == 105:
        current.weight = 15
    else:
        old.weight = 0
