from odoo.modules.migration import load_script
from odoo.tests import TransactionCase
from odoo.tools.misc import file_path


class TestComplaintMigration(TransactionCase):
    """What version 1.1.0 changes of the rules that are there."""

    def test_rules_follow_who_handles_the_case(self):
        path = file_path("pm_complaints/migrations/19.0.1.1.0/post-rules.py")
        script = load_script(path, "pm_complaints_post_rules")
        rules = {name: self.env.ref(f"pm_complaints.{name}") for name in script.RULES}
        # a new database has them as they are meant
        self.assertEqual(
            {name: rule.domain_force for name, rule in rules.items()}, script.RULES
        )
        own = "[('complaint_id.estate_id', 'in', user.pm_estate_ids.ids)]"
        for rule in rules.values():
            rule.domain_force = script.BEFORE
        rules["pm_complaint_reply_rule_estate"].domain_force = own
        for _time in range(2):
            script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(
            {name: rule.domain_force for name, rule in rules.items()},
            {**script.RULES, "pm_complaint_reply_rule_estate": own},
        )

    def test_rules_of_figures_ask_the_figures(self):
        path = file_path("pm_complaints/migrations/19.0.1.2.0/post-rules.py")
        script = load_script(path, "pm_complaints_post_rules_2")
        rules = [self.env.ref(f"pm_complaints.{name}") for name in script.BEFORE]
        for rule, before in zip(rules, script.BEFORE.values(), strict=True):
            # a new database has them as they are meant
            self.assertEqual(rule.domain_force, script.AFTER)
            rule.domain_force = before
        own = "[(1, '=', 1)]"
        rules[1].domain_force = own
        for _time in range(2):
            script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual([rule.domain_force for rule in rules], [script.AFTER, own])
