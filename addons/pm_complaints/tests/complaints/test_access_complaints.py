"""Who may do what with complaints."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.pm_core.tests import access


@tagged("post_install", "-at_install")
class TestEveryModel(TransactionCase):
    def test_every_model_is_in_a_matrix(self):
        self.assertFalse(
            access.models_of(self.env, "pm_complaints") - access.listed_models()
        )
