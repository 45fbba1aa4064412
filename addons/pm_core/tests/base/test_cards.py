import re

from lxml import etree

from odoo.tests import TransactionCase, tagged

READS = re.compile(r"\brecord\.(\w+)\.")


@tagged("post_install", "-at_install")
class TestCards(TransactionCase):
    """What a card asks of its record is loaded with it."""

    def test_a_card_reads_only_fields_that_its_view_has(self):
        views = self.env["ir.ui.view"].search(
            [("type", "=", "kanban"), ("mode", "=", "primary")]
        )
        names = views.get_external_id()
        ours = views.filtered(lambda view: names[view.id].startswith("pm_"))
        self.assertTrue(ours)
        for view in ours:
            arch = view.get_combined_arch()
            loaded = {node.get("name") for node in etree.fromstring(arch).iter("field")}
            with self.subTest(view=names[view.id]):
                self.assertFalse(set(READS.findall(arch)) - loaded)
