from odoo import SUPERUSER_ID, api

SPLIT = (
    "amount_paid",
    "amount_credited",
    "amount_written_off",
    "amount_receivable",
    "amount_residual",
    "payment_state",
)


def migrate(cr, version):
    """Say of old matches by what they settled, and split what charges received."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    _split_matches(env)
    Charge = env["pm.charge"]
    charges = Charge.search([])
    for name in SPLIT:
        env.add_to_compute(Charge._fields[name], charges)
    Charge.flush_model()
    # the rate as shipped; one that was changed stays as it is
    kpi = env.ref("pm_billing.kpi_collection_rate", raise_if_not_found=False)
    if kpi and (kpi.numerator_field, kpi.denominator_field) == (
        "amount_paid",
        "amount",
    ):
        kpi.denominator_field = "amount_receivable"


def _split_matches(env):
    """As if they were matched again, one after the other."""
    for part in env["account.partial.reconcile"].search([], order="id"):
        if part.pm_amount_money or part.pm_amount_credited:
            continue
        vals = {
            "debit_move_id": part.debit_move_id.id,
            "credit_move_id": part.credit_move_id.id,
            "amount": part.amount,
        }
        env["account.partial.reconcile"]._pm_say_what_settles([vals])
        part.write(
            {
                "pm_amount_money": vals.get("pm_amount_money", 0.0),
                "pm_amount_credited": vals.get("pm_amount_credited", 0.0),
            }
        )
