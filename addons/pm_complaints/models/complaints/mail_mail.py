from odoo import models


class MailMail(models.Model):
    _name = "mail.mail"
    _inherit = ["mail.mail", "pm.about.complaint.mixin"]
    _about = "model"
