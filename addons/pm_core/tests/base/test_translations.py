from odoo.tests import TransactionCase
from odoo.tools.translate import code_translations


class TestTranslations(TransactionCase):
    """Texts that Odoo's loading leaves in English get the words there are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.Module = cls.env["ir.module.module"]

    def _selection(self, model, field, value):
        return self.env["ir.model.fields.selection"].search(
            [
                ("field_id.model", "=", model),
                ("field_id.name", "=", field),
                ("value", "=", value),
            ]
        )

    def _in(self, lang, record):
        """What a choice is called in a language, if it is."""
        self.env.cr.execute(
            "SELECT name->>%s FROM ir_model_fields_selection WHERE id = %s",
            [lang, record.id],
        )
        return self.env.cr.fetchone()[0]

    def _in_french(self, record):
        return self._in("fr_FR", record)

    def _call(self, record, words, lang):
        self.env.cr.execute(
            "UPDATE ir_model_fields_selection "
            "SET name = name || jsonb_build_object(%s, %s) WHERE id = %s",
            [lang, words, record.id],
        )

    def _call_in_french(self, record, words):
        self._call(record, words, "fr_FR")

    def test_choices_from_a_mixin(self):
        """A model says what the mixin says, whichever addon that is of."""
        for mixin, model, field, value in (
            ("mail.activity.mixin", "pm.contract", "activity_state", "overdue"),
            ("tier.validation", "pm.contract", "validation_status", "pending"),
            ("pm.price.mixin", "pm.contract.line", "method", "whole"),
        ):
            with self.subTest(mixin=mixin):
                inherited = self._selection(model, field, value)
                self._call_in_french(self._selection(mixin, field, value), "Mot")
                self.assertFalse(self._in_french(inherited))
                self.Module._pm_fill_inherited_texts("fr_FR")
                self.assertEqual(self._in_french(inherited), "Mot")

    def test_own_words_stay(self):
        inherited = self._selection("pm.contract", "activity_state", "overdue")
        mixin = self._selection("mail.activity.mixin", "activity_state", "overdue")
        self._call_in_french(mixin, "Mot")
        self._call_in_french(inherited, "Autre")
        self.Module._pm_fill_inherited_texts("fr_FR")
        self.assertEqual(self._in_french(inherited), "Autre")

    def test_a_label_that_changed_is_called_what_the_file_calls_it(self):
        """Also where the file names the mixin's label only."""
        self.env["res.lang"]._activate_lang("zh_CN")
        core = self.Module._get("pm_core")
        core._update_translations(["zh_CN"])
        inherited = self._selection("pm.contract.line", "method", "whole")
        before = self._in("zh_CN", inherited)
        self.assertTrue(before)
        self._call(inherited, "以前的说法", lang="zh_CN")
        other = self._selection("res.partner", "activity_state", "overdue")
        self._call(other, "别的说法", lang="zh_CN")
        core._update_translations(["zh_CN"])
        self.assertEqual(self._in("zh_CN", inherited), before)
        self.assertEqual(self._in("zh_CN", other), "别的说法")

    def test_another_addon_with_the_same_english(self):
        """*Draft* of one addon need not be called what it is in another."""
        ours = self._selection("pm.contract", "state", "draft")
        self.Module._pm_fill_inherited_texts("fr_FR")
        before = self._in_french(ours)
        other = self._selection("res.partner", "activity_state", "overdue")
        self.env.cr.execute(
            "UPDATE ir_model_fields_selection SET name = "
            """'{"en_US": "Draft", "fr_FR": "Mot"}' WHERE id = %s""",
            [other.id],
        )
        self.Module._pm_fill_inherited_texts("fr_FR")
        self.assertEqual(self._in_french(ours), before)

    def test_code_of_others(self):
        """An addon without Chinese speaks it, from our file."""
        code_translations.python_translations.pop(("dms", "zh_CN"), None)
        text = "The file name is invalid."
        self.assertNotIn(
            text, code_translations.get_python_translations("dms", "zh_CN")
        )
        self.Module._pm_lend_code_texts("zh_CN")
        texts = code_translations.get_python_translations("dms", "zh_CN")
        self.assertEqual(texts[text], "文件名无效。")
        # what the addon says itself stays
        self.assertEqual(
            self.Module._pm_with({"a": "own", "b": "b"}, {"a": "lent", "b": "lent"}),
            {"a": "own", "b": "lent"},
        )

    def test_scripts_of_others(self):
        self.Module._pm_lend_code_texts("zh_CN")
        messages = code_translations.get_web_translations("dms", "zh_CN")["messages"]
        self.assertIn(
            ("Upload", "上传"), [(text["id"], text["string"]) for text in messages]
        )
