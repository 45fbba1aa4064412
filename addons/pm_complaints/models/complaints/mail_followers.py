from odoo import models


class MailFollowers(models.Model):
    """Who follows a complaint is who complained, among others."""

    _name = "mail.followers"
    _inherit = ["mail.followers", "pm.about.complaint.mixin"]
