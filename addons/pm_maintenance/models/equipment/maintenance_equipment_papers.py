from odoo import models
from odoo.fields import Domain


class MaintenanceEquipment(models.Model):
    """The papers of a machine: certificates that expire, reports, drawings, manuals."""

    _name = "maintenance.equipment"
    _inherit = ["maintenance.equipment", "pm.document.mixin"]
    _document_subject = "equipment"
    _document_kind_field = None
    # a list is made when somebody looks at it: Odoo's own machines have none
    _document_on_create = False

    def _document_types_by_record(self, types=None):
        """What the law asks for is asked of machines of an estate."""
        none = self.env["pm.document.type"]
        return {
            machine: found if machine.property_id else none
            for machine, found in super()._document_types_by_record(types).items()
        }

    def _document_kind_domain(self, doc_type):
        of_estates = Domain("property_id", "!=", False)
        return super()._document_kind_domain(doc_type) & of_estates

    def _document_estate(self):
        return self.estate_id

    def _document_responsible(self):
        """Whoever looks after the machine, or manages its estate."""
        managers = self.env.ref("pm_core.group_pm_estate_manager")
        return self.technician_user_id or managers._pm_members(self.estate_id)[:1]
