"""The dialog that asks for the words of a step."""

from odoo.tests import tagged

from .improvement_common import ImprovementCase


@tagged("post_install", "-at_install")
class TestAct(ImprovementCase):
    def test_it_takes_the_step_with_the_words(self):
        improvement = self.suggest().with_user(self.manager)
        asking = improvement.with_context(pm_improvement_step="drop", lang="en_US")
        opened = asking.action_ask()
        self.assertEqual(opened["name"], "Do Not Pursue")
        acts = self.env["pm.improvement.act"].with_user(self.manager)
        act = acts.with_context(**opened["context"]).create({"text": "Too dear."})
        act.action_apply()
        self.assertEqual(
            (improvement.outcome, improvement.close_reason), ("dropped", "Too dear.")
        )
