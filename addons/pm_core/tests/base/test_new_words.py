"""An update brings our new words, and leaves alone what belongs to the company."""

from unittest.mock import patch

from odoo.tests import tagged

from ...models.base import ir_module_module
from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestNewWords(PropertyCase):
    def old_words(self, record, field):
        """Give a record an older Chinese text, as the version before had it."""
        self.env["res.lang"]._activate_lang("zh_CN")
        in_chinese = record.with_context(lang="zh_CN")
        shipped = in_chinese[field]
        in_chinese[field] = "以前的说法"
        return in_chinese, shipped

    def update(self, addon):
        module = self.env["ir.module.module"]._get(addon)
        module._update_translations(["zh_CN"])
        self.env.invalidate_all()

    def test_words_of_ours(self):
        for record, field in (
            (self.env.ref("pm_core.field_pm_contract__state"), "field_description"),
            (self.env.ref("pm_core.pm_core_menu_contract"), "name"),
        ):
            in_chinese, shipped = self.old_words(record, field)
            self.assertNotEqual(in_chinese[field], record[field])
            self.update("pm_core")
            self.assertEqual(in_chinese[field], shipped)
            self.assertNotEqual(shipped, record.with_context(lang="en_US")[field])

    def test_files_are_read_once(self):
        """An update loads one addon after the other, and each asks for all files."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.update("pm_core")
        with patch.object(ir_module_module, "translation_file_reader") as reader:
            self.env["ir.module.module"]._pm_renew_inherited_texts("zh_CN")
        reader.assert_not_called()

    def test_words_of_the_company_stay(self):
        kept = self.env.ref("pm_core.notice_kind_supply")
        in_chinese, _shipped = self.old_words(kept, "name")
        self.update("pm_core")
        self.assertEqual(in_chinese.name, "以前的说法")

    def test_former_words_of_ours_are_replaced(self):
        """What nobody touched since an earlier version says what it says today."""
        self.env["res.lang"]._activate_lang("zh_CN")
        kpi = self.env.ref("pm_core.kpi_greening").with_context(lang="zh_CN")
        shipped, kpi.note = kpi.note, "成活且长势良好的植物占养护植物的比例。"
        self.update("pm_core")
        self.assertEqual(kpi.note, shipped)
        kpi.note = "公司自己的说法"
        self.update("pm_core")
        self.assertEqual(kpi.note, "公司自己的说法")

    def test_english_words_too(self):
        kpi = self.env.ref("pm_core.kpi_greening").with_context(lang="en_US")
        shipped = kpi.note
        kpi.note = "Plants alive and in good shape, of those in care."
        self.update("pm_core")
        self.assertEqual(kpi.note, shipped)
        kpi.note = "Our own words."
        self.update("pm_core")
        self.assertEqual(kpi.note, "Our own words.")

    def test_words_of_others_stay(self):
        kept = self.env.ref("base.menu_administration")
        in_chinese, _shipped = self.old_words(kept, "name")
        self.update("base")
        self.assertEqual(in_chinese.name, "以前的说法")
