from odoo import api, fields, models
from odoo.exceptions import UserError


class PmKey(models.Model):
    """A key, card or remote control: what it opens, where it hangs, how many."""

    _name = "pm.key"
    _pm_copyable = True
    _description = "Key or Card"
    _inherit = ["pm.estate.mixin"]
    _order = "estate_id, code, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    code = fields.Char("Number", required=True)
    name = fields.Char("Opens", required=True)
    kind = fields.Selection(
        [
            ("key", "Key"),
            ("card", "Card"),
            ("remote", "Remote Control"),
            ("other", "Other"),
        ],
        required=True,
        default="key",
    )
    active = fields.Boolean(default=True)
    property_id = fields.Many2one(string="Place", check_company=True)
    kept_at = fields.Char("Hangs at", help="Box and hook, or drawer.")
    copies = fields.Integer(default=1, required=True)
    note = fields.Text()
    move_ids = fields.One2many("pm.key.move", "key_id", "Lendings")
    out_count = fields.Integer("Copies Out", compute="_compute_counts")
    lost_count = fields.Integer("Copies Lost", compute="_compute_counts")
    available = fields.Integer(
        compute="_compute_counts", help="Copies that hang where they belong."
    )
    holders = fields.Char(compute="_compute_counts")

    _copies_sound = models.Constraint(
        "CHECK (copies >= 0)", "There is no negative number of copies."
    )
    _code_unique = models.UniqueIndex(
        "(estate_id, code) WHERE active", "The estate has a key of this number."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for key in self:
            key.display_name = " ".join(filter(None, (key.code, key.name)))

    @api.depends("copies", "move_ids.state", "move_ids.quantity")
    def _compute_counts(self):
        """One query for all: what is out, lost, and with whom."""
        moves = self.env["pm.key.move"].search(
            [("key_id", "in", self.ids), ("state", "in", ("out", "lost"))]
        )
        by_key = moves.grouped("key_id")
        none = moves.browse()
        for key in self:
            own = by_key.get(key._origin, none)
            out = own.filtered(lambda move: move.state == "out")
            key.out_count = sum(out.mapped("quantity"))
            key.lost_count = sum((own - out).mapped("quantity"))
            key.available = key.copies - key.out_count - key.lost_count
            key.holders = ", ".join(filter(None, out.mapped("holder"))) or False

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for key in self:
            if key.sudo().move_ids:
                raise UserError(
                    self.env._(
                        "%s was issued before and stays on record. Archive it.",
                        key.display_name,
                    )
                )

    def action_issue(self):
        """Open the form in which the key is handed out."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Issue a Key"),
            "res_model": "pm.key.move",
            "view_mode": "form",
            "context": {"default_key_id": self.id},
        }
