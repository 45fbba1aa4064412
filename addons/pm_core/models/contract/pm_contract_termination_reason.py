from odoo import fields, models


class PmContractTerminationReason(models.Model):
    """Why a contract was terminated, as staff record and report it."""

    _name = "pm.contract.termination.reason"
    _description = "Termination Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    without_notice = fields.Boolean(
        "No Notice Needed",
        help="The contract may end at once, for example by agreement or after a "
        "serious breach.",
    )
