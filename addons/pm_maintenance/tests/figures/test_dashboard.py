import json

from odoo.tests import tagged

from ..common import OrderCase


@tagged("post_install", "-at_install")
class TestDashboards(OrderCase):
    """Each number and chart of the shipped dashboards can be read by who has them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user(
            "pm_dashboard_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.make_order()
        group = cls.env.ref("pm_maintenance.dashboard_group_property")
        cls.dashboards = cls.env["spreadsheet.dashboard"].search(
            [("dashboard_group_id", "=", group.id)]
        )

    def _asked(self, document):
        """(model, domain, group by, measure) of each card and chart."""
        for pivot in document["pivots"].values():
            for measure in pivot["measures"]:
                yield pivot["model"], pivot["domain"], [], measure["id"]
        for figure in document["sheets"][0]["figures"]:
            meta = figure["data"].get("metaData")
            if meta:
                domain = figure["data"]["searchParams"]["domain"]
                yield meta["resModel"], domain, meta["groupBy"], meta["measure"]

    def test_what_is_shown_can_be_read(self):
        self.assertTrue(self.dashboards)
        for dashboard in self.dashboards:
            document = json.loads(dashboard.spreadsheet_data)
            for model, domain, groups, measure in self._asked(document):
                total = measure if measure == "__count" else f"{measure}:sum"
                with self.subTest(model=model, domain=domain, measure=measure):
                    mine = self.env[model].with_user(self.manager)
                    mine.formatted_read_group(domain, groups, [total])

    def test_cards_of_the_same_records_ask_once(self):
        """Each is a request of its own while the dashboard opens."""
        for dashboard in self.dashboards:
            document = json.loads(dashboard.spreadsheet_data)
            asked = [
                (pivot["model"], str(pivot["domain"]))
                for pivot in document["pivots"].values()
            ]
            self.assertEqual(len(asked), len(set(asked)), dashboard.name)

    def test_filters_and_menus_are_there(self):
        for dashboard in self.dashboards:
            document = json.loads(dashboard.spreadsheet_data)
            shown = [*document["pivots"].values()]
            shown += [
                {**figure["data"]["metaData"], **figure["data"]}
                for figure in document["sheets"][0]["figures"]
                if "metaData" in figure["data"]
            ]
            for each in shown:
                model = self.env[each.get("model") or each["resModel"]]
                for match in each["fieldMatching"].values():
                    field = model._fields[match["chain"]]
                    self.assertEqual(field.type, match["type"], field)
            for menu in document["chartOdooMenusReferences"].values():
                self.assertTrue(self.env.ref(menu).action)

    def test_only_managers_open_it(self):
        operations = self.env.ref("pm_maintenance.dashboard_operations")
        self.assertTrue(operations.with_user(self.manager).has_access("read"))
        self.assertFalse(operations.with_user(self.technician).has_access("read"))
