from odoo import api, fields, models


class PmPortalMixin(models.AbstractModel):
    """A paper that is shown to a customer by a secret link.

    Odoo's ``portal.mixin`` hands the secret to everybody who may read the record, and
    makes one for drafts. Here it is for those who may hand the paper over, who may
    write it; and never for a draft.
    """

    _name = "pm.portal.mixin"
    _description = "Is Shown to a Customer"
    _inherit = ["portal.mixin"]

    access_token = fields.Char(groups="base.group_system")

    def _has_link(self):
        """Whether it may leave the house; a draft does not."""
        raise NotImplementedError

    def _portal_ensure_token(self):
        """Return the secret; none for what is not to be seen outside."""
        self.ensure_one()
        record = self.sudo()._as_step()
        if not record._has_link():
            return ""
        return super(PmPortalMixin, record)._portal_ensure_token()

    def _may_hand_over(self):
        return self.env.su or self.has_access("write")

    def get_portal_url(
        self,
        suffix=None,
        report_type=None,
        download=None,
        query_string=None,
        anchor=None,
    ):
        if self._may_hand_over() and self.sudo()._has_link():
            return super().get_portal_url(
                suffix, report_type, download, query_string, anchor
            )
        query = "&".join(
            part
            for part in (
                f"report_type={report_type}" if report_type else "",
                "download=true" if download else "",
                (query_string or "").removeprefix("&"),
            )
            if part
        )
        return "".join(
            [
                self.access_url,
                suffix or "",
                f"?{query}" if query else "",
                f"#{anchor}" if anchor else "",
            ]
        )

    def _get_share_url(
        self, redirect=False, signup_partner=False, pid=None, share_token=True
    ):
        allowed = self._may_hand_over() and self.sudo()._has_link()
        return super()._get_share_url(
            redirect,
            signup_partner and allowed,
            pid if allowed else None,
            share_token and allowed,
        )

    def _sign_token(self, pid):
        # of ``mail.thread``: the signature for a recipient is made with the secret
        return super(PmPortalMixin, self.sudo())._sign_token(pid)

    @api.model
    def _get_thread_with_access(
        self, thread_id, *, hash=None, pid=None, token=None, **kwargs
    ):
        # of ``mail.thread``: the link opens the page, which asks who it is where that
        # matters; it opens no messages, with what is attached to them, and posts none
        return super()._get_thread_with_access(thread_id, **kwargs)
