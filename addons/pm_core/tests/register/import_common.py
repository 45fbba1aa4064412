from ..common import (
    PropertyCase,
    make_workbook,
    register_rows,
)


class RegisterImportCase(PropertyCase):
    """A manager who brings in register workbooks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user(
            "pm_import_manager", "pm_core.group_pm_estate_manager", cls.estate
        )

    def run_import(self, estate_name="Import Estate", user=None, **changes):
        record = self.make_import(
            make_workbook(register_rows(**changes)), estate_name, user or self.manager
        )
        record.action_import()
        return record

    def figures(self, record):
        return {name: counts for name, *counts in record.figures}

    def count_all(self):
        return {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in ("pm.property", "pm.occupancy", "res.partner", "pm.contract")
        }

    def place(self, record, code):
        return self.env["pm.property"].search(
            [("estate_id", "=", record.property_id.id), ("code", "=", code)]
        )
