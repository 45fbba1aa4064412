"""The reconciling of lines shows the words of the user's language."""

from ..common import BillingCase


class TestStatementWords(BillingCase):
    def test_choices_of_a_line_speak_the_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        lines = self.env["account.bank.statement.line"].with_context(lang="zh_CN")
        for field, model, origin in (
            ("reconcile_mode", "account.journal", "reconcile_mode"),
            ("manual_move_type", "account.move", "move_type"),
        ):
            choice = self.env["ir.model.fields.selection"].search(
                [("field_id.model", "=", model), ("field_id.name", "=", origin)],
                limit=1,
            )
            choice.with_context(lang="zh_CN").name = "中文选项"
            choices = dict(lines.fields_get([field])[field]["selection"])
            with self.subTest(field=field):
                self.assertEqual(choices[choice.value], "中文选项")
