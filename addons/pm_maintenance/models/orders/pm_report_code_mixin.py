import secrets

from odoo import fields, models

from odoo.addons.pm_core.tools.qr import data_url


class PmReportCodeMixin(models.AbstractModel):
    """Has a code that is put up there: who scans it reports a fault without a login.

    The place of the report follows from what the code is of: :meth:`_report_place`.
    """

    _name = "pm.report.code.mixin"
    _description = "Has a Code for Reports"

    report_token = fields.Char(
        copy=False,
        readonly=True,
        groups="base.group_system",
        index="btree_not_null",
        help="Opens the public page on which a fault is reported.",
    )

    def _report_place(self):
        """The ``pm.property`` at which a fault is reported by this code."""
        raise NotImplementedError

    def _provide_report_token(self):
        for record in self.sudo().filtered(lambda record: not record.report_token):
            record._as_step().report_token = secrets.token_urlsafe(12)

    def _report_url(self):
        """The address in the code; it shows nothing but names.

        :raises AccessError: who may not see it prints no code for it either: reports
            are rendered for whoever names an id
        """
        self.ensure_one()
        self.check_access("read")
        self._provide_report_token()
        return f"{self.get_base_url()}/fault/{self.sudo().report_token}"

    def _report_code(self):
        """The code as a data URL: a picture that needs no server to be printed."""
        return data_url(self._report_url())
