from lxml import etree

from odoo.tests import tagged

from ..common import OrderCase


@tagged("post_install", "-at_install")
class TestPivots(OrderCase):
    """Each pivot and chart of ours can be read, and has words in Chinese."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user(
            "pm_pivot_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.views = cls.env["ir.ui.view"].search([("type", "in", ("pivot", "graph"))])
        cls.views = cls.views.filtered(
            lambda view: (view.xml_id or "").startswith("pm_maintenance.")
        )

    def _asked(self, view):
        """Groups and measures of a view, as the manager's client gets it."""
        model = self.env[view.model].with_user(self.manager)
        arch = etree.fromstring(model.get_view(view.id, view.type)["arch"])
        groups, measures = [], []
        for node in arch.iter("field"):
            name, interval = node.get("name"), node.get("interval")
            if node.get("invisible") or name == "__count":
                continue
            if node.get("type") == "measure":
                measures.append(name)
            else:
                dates = model._fields[name].type in ("date", "datetime")
                groups.append(f"{name}:{interval or 'month'}" if dates else name)
        return model, groups, measures

    def test_all_are_read_by_the_manager(self):
        self.make_order()
        self.assertGreater(len(self.views), 12)
        for view in self.views:
            with self.subTest(view=view.xml_id):
                model, groups, measures = self._asked(view)
                self.assertTrue(groups)
                totals = [
                    f"{name}:{model._fields[name].aggregator}" for name in measures
                ]
                model.formatted_read_group([], groups, ["__count", *totals])

    def test_words_are_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search(
            [("name", "in", ("pm_core", "pm_maintenance"))]
        )._update_translations(["zh_CN"])
        for view in self.views:
            model, groups, measures = self._asked(view)
            names = [name.split(":")[0] for name in (*groups, *measures)]
            described = model.with_context(lang="zh_CN").fields_get(names, ["string"])
            for name, found in described.items():
                with self.subTest(view=view.xml_id, name=name):
                    self.assertRegex(found["string"], "[\u4e00-\u9fff]")

    def measures_of(self, name):
        return self._asked(self.env.ref(f"pm_maintenance.{name}"))[2]

    def test_what_a_manager_compares(self):
        """Hours and cost, in time and right the first time; coverage of rounds."""
        figures = self.measures_of("pm_order_report_view_pivot")
        rates = {"response_rate", "arrival_rate", "finish_rate", "first_time_rate"}
        self.assertLessEqual(
            {*rates, "redo_rate", "repeat_rate", "hours", "cost"}, {*figures}
        )
        self.assertLessEqual(
            {"hours", "material_cost", "cost"},
            {*self.measures_of("maintenance_request_view_pivot_costs")},
        )
        self.assertLessEqual(
            {"point_count", "point_done"},
            {*self.measures_of("pm_inspection_view_pivot")},
        )
        _model, groups, _measures = self._asked(
            self.env.ref("pm_maintenance.pm_compliance_view_pivot")
        )
        self.assertEqual(groups, ["estate_id", "kind", "state"])

    def test_lists_of_managers_go_into_workbooks(self):
        right = "base.group_allow_export"
        self.assertTrue(self.manager.has_group(right))
        self.assertFalse(self.technician.has_group(right))
        self.assertFalse(self.dispatcher.has_group(right))
