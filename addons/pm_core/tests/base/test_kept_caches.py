"""What a test changed is in no cache of the next test: see tooling/pytest_caches.py."""

from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestKeptCaches(TransactionCase):
    """Two tests that change the same and find it as the class has left it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameters = cls.env["ir.config_parameter"]
        cls.parameters.set_param("pm_core.kept", "class")
        cls.reader = new_test_user(cls.env, "pm_cache_reader", "base.group_user")
        cls.view = cls.env["ir.ui.view"].create(
            {
                "name": "Kept",
                "type": "qweb",
                "key": "pm_core.kept",
                "arch": "<p>class</p>",
            }
        )

    def change_and_look(self):
        self.assertEqual(self.parameters.get_param("pm_core.kept"), "class")
        self.assertIn("class", self.env["ir.qweb"]._render(self.view.id))
        users = self.env["res.users"].with_user(self.reader)
        self.assertFalse(users.has_access("create"))
        self.parameters.set_param("pm_core.kept", "test")
        self.view.arch = "<p>test</p>"
        self.reader.group_ids += self.env.ref("base.group_erp_manager")
        self.assertEqual(self.parameters.get_param("pm_core.kept"), "test")
        self.assertIn("test", self.env["ir.qweb"]._render(self.view.id))
        self.assertTrue(users.has_access("create"))

    def test_first(self):
        self.change_and_look()

    def test_second(self):
        self.change_and_look()


@tagged("post_install", "-at_install")
class TestKeptCachesOfTheNextClass(TransactionCase):
    """It comes after the other, and finds nothing of it."""

    def test_nothing_is_left(self):
        parameters = self.env["ir.config_parameter"]
        self.assertFalse(parameters.get_param("pm_core.kept"))
        self.assertFalse(self.env["ir.ui.view"].search([("key", "=", "pm_core.kept")]))
