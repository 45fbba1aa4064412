from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestPost(PropertyCase):
    """What a post has to do, and the weights of what it is appraised by."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpi = cls.env["pm.kpi"].create({"name": "Uniform", "kind": "manual"})
        cls.post = cls.env["hr.job"].create(
            {
                "name": "Test Guard",
                "pm_responsibilities": "<p>Walks the rounds</p>",
                "pm_kpi_ids": [Command.create({"kpi_id": cls.kpi.id, "weight": 30})],
                "pm_criterion_ids": [
                    Command.create({"name": "Manners", "weight": 10}),
                    Command.create({"name": "Discipline", "weight": 20}),
                ],
            }
        )

    def test_weights_are_scaled_to_100(self):
        hr = self.make_user("pm_post_hr", "pm_core.group_pm_hr", self.estate)
        self.assertIn("60", self.post._pm_appraisal_problem())
        self.post.with_user(hr).action_pm_scale_weights()
        self.assertEqual(self.post.pm_kpi_ids.weight, 50)
        self.assertEqual(
            [round(line.weight, 2) for line in self.post.pm_criterion_ids],
            [16.7, 33.3],
        )
        self.assertIsNone(self.post._pm_appraisal_problem())
        self.post.pm_kpi_ids.weight = self.post.pm_criterion_ids.weight = 0
        with self.assertRefused(UserError, "Test Guard"):
            self.post.with_user(hr).action_pm_scale_weights()

    def test_description_is_printed(self):
        manager = self.make_user(
            "pm_post_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(manager)
            ._render_qweb_html("pm_core.report_post", self.post.ids)
        )
        for text in ("Test Guard", "Walks the rounds", "Uniform", "Manners", "60"):
            self.assertIn(text, html.decode())

    def test_one_directory_for_each(self):
        """HR finds colleagues among the employees; the others have colleagues only."""
        directories = {
            self.env.ref(f"pm_core.pm_core_menu_{name}").id: name
            for name in ("colleague", "employee")
        }
        for group, seen in [
            ("user", {"colleague"}),
            ("estate_manager", {"colleague"}),
            ("hr", {"employee"}),
            ("admin", {"employee"}),
        ]:
            user = self.make_user(f"pm_menu_{group}", f"pm_core.group_pm_{group}")
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            with self.subTest(group=group):
                self.assertEqual(
                    {directories[i] for i in directories if i in menus}, seen
                )
