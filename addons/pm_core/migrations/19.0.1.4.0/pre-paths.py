"""Addresses that Odoo's stock and manufacturing have for actions of their own.

Stock is installed by the update that needs it, and must find them free. In a database
whose ``pm_core`` gets new dependencies as well, stock is loaded before ``pm_core``:
there this file has to run before any module, as ``pre_upgrade_scripts`` of the
configuration.
"""

FREED = {"receipts": "fee-receipts", "work-orders": "maintenance-orders"}


def migrate(cr, version):
    """Give our actions the addresses that they have now."""
    for old, new in FREED.items():
        cr.execute(
            """
            UPDATE ir_act_window action
               SET path = %s
              FROM ir_model_data data
             WHERE data.model = 'ir.actions.act_window'
               AND data.module IN ('pm_billing', 'pm_maintenance')
               AND data.res_id = action.id
               AND action.path = %s
            """,
            [new, old],
        )
