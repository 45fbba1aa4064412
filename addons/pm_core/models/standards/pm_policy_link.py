from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval


class PmPolicyLink(models.Model):
    """What carries a policy out: one step from the rule to the records.

    It opens a list of the program, filtered. Links are not part of the text of a
    version: they may be added at any time.
    """

    _name = "pm.policy.link"
    _description = "What Carries a Policy Out"
    _inherit = ["pm.part.mixin"]
    _order = "policy_id, sequence, id"
    _whole = "policy_id"

    policy_id = fields.Many2one(
        "pm.policy", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(
        "What It Shows",
        required=True,
        translate=True,
        help="For example: contracts that expire.",
    )
    kind = fields.Selection(
        [
            ("process", "Process"),
            ("standard", "Standard"),
            ("kpi", "Key Figure"),
            ("stage", "Stage"),
            ("training", "Training"),
        ],
        required=True,
        default="process",
    )
    menu_id = fields.Many2one(
        "ir.ui.menu",
        "List",
        required=True,
        ondelete="cascade",
        domain="[('action', '!=', False)]",
        help="The menu whose list is opened.",
    )
    res_model = fields.Char(compute="_compute_res_model")
    domain = fields.Char(
        "Filter", help="Which records of the list are shown; empty: all."
    )

    @api.depends("menu_id")
    def _compute_res_model(self):
        for link in self:
            action = link.sudo().menu_id.action
            link.res_model = (
                action.res_model
                if action and action._name == "ir.actions.act_window"
                else False
            )

    @api.constrains("menu_id", "domain")
    def _check_target(self):
        for link in self:
            if not link.res_model:
                raise ValidationError(
                    self.env._(
                        "%s opens no list. Choose a menu that shows records.",
                        link.menu_id.display_name,
                    )
                )
            try:
                link._domain().validate(self.env[link.res_model].sudo())
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "The filter of %(link)s cannot be used: %(error)s",
                        link=link.name,
                        error=error,
                    )
                ) from error

    def _domain(self):
        return Domain(literal_eval(self.domain or "[]"))

    def action_open(self):
        """Open the list, for who may see its menu.

        :raises UserError: the menu is not for this user
        """
        self.ensure_one()
        if not self.menu_id._filter_visible_menus():
            raise UserError(
                self.env._(
                    "%(link)s is in a part of the program that you have no access to.",
                    link=self.name,
                )
            )
        action = self.sudo().menu_id.action._get_action_dict()
        own = safe_eval(action.get("domain") or "[]", {"uid": self.env.uid})
        return {
            **action,
            "name": self.name,
            "domain": list(Domain(own) & self._domain()),
        }

    def _version_text(self):
        return self.name
