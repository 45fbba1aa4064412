from odoo.tools import sql


def migrate(cr, version):
    """Keep what fixed amounts came to: one for the whole contract is a choice now.

    Suppliers were paid a fixed amount once, and a plan offered it once, whatever the
    number of units.
    """
    if not version:
        return
    if sql.table_exists(cr, "pm_service_plan_line"):
        cr.execute(
            "UPDATE pm_service_plan_line SET method = 'whole' WHERE method = 'fixed'"
        )
    cr.execute(
        """
        UPDATE pm_contract_line line
           SET method = 'whole'
          FROM pm_contract contract
         WHERE contract.id = line.contract_id
           AND contract.kind = 'supplier'
           AND line.method = 'fixed'
        """
    )
    if sql.table_exists(cr, "pm_contract_amendment_fee"):
        cr.execute(
            """
            UPDATE pm_contract_amendment_fee fee
               SET method = 'whole'
              FROM pm_contract_amendment amendment
              JOIN pm_contract contract ON contract.id = amendment.contract_id
             WHERE amendment.id = fee.amendment_id
               AND contract.kind = 'supplier'
               AND fee.method = 'fixed'
            """
        )
        cr.execute(
            """
            UPDATE pm_contract_amendment_line line
               SET new_value = jsonb_set(new_value, '{method}', '"whole"')
              FROM pm_contract_amendment amendment
              JOIN pm_contract contract ON contract.id = amendment.contract_id
             WHERE amendment.id = line.amendment_id
               AND contract.kind = 'supplier'
               AND line.what = 'fee'
               AND line.new_value ->> 'method' = 'fixed'
            """
        )
