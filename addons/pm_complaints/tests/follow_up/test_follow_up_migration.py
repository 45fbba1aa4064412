from odoo.modules.migration import load_script
from odoo.tests import TransactionCase
from odoo.tools.misc import file_path


class TestFollowUpMigration(TransactionCase):
    """What version 1.1.0 brings to rules that are there."""

    def test_rules_that_are_there_call_on_days_off_as_before(self):
        rule = self.env["pm.follow.up.rule"].create({"name": "Old", "event": "order"})
        self.assertFalse(rule.days_off)
        self.env.flush_all()
        path = file_path("pm_complaints/migrations/19.0.1.1.0/pre-days-off.py")
        script = load_script(path, "pm_complaints_pre_days_off")
        # a second update changes nothing that somebody chose
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertFalse(rule.days_off)
        self.env.cr.execute("ALTER TABLE pm_follow_up_rule DROP COLUMN days_off")
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertTrue(rule.days_off)
