from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Planned services were marked as repeated faults, and faults after them too."""
    if not version or not column_exists(cr, "maintenance_request", "is_repeat"):
        return
    cr.execute(
        """
        UPDATE maintenance_request request
           SET is_repeat = FALSE
         WHERE request.is_repeat
           AND (request.maintenance_type = 'preventive'
                OR EXISTS (
                   SELECT FROM maintenance_request service
                    WHERE service.property_id = request.property_id
                      AND service.fault_category_id = request.fault_category_id
                      AND service.maintenance_type = 'preventive'
                      AND service.done_at <= request.reported_at)
                AND NOT EXISTS (
                   SELECT FROM maintenance_request before
                     JOIN pm_fault_category category
                       ON category.id = before.fault_category_id
                    WHERE before.property_id = request.property_id
                      AND before.fault_category_id = request.fault_category_id
                      AND before.id <> request.id
                      AND before.maintenance_type = 'corrective'
                      AND before.state <> 'cancelled'
                      AND before.done_at <= request.reported_at
                      AND before.done_at >= request.reported_at
                          - greatest(category.repeat_days, 30) * INTERVAL '1 day'))
        """
    )
