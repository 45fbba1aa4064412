import re

from odoo import models
from odoo.http import request

# where contractors had their orders; Odoo's own sales have theirs there
BEFORE = re.compile(r"/my/orders(/\d+)?/?")


class IrHttp(models.AbstractModel):
    """Messages of long ago lead contractors to where their orders were."""

    _inherit = "ir.http"

    @classmethod
    def _serve_fallback(cls):
        """Asked where nothing else answers: the address is nobody else's then."""
        moved = BEFORE.fullmatch(request.httprequest.path)
        if moved:
            return request.redirect(f"/my/work-orders{moved[1] or ''}", code=301)
        return super()._serve_fallback()
