from werkzeug.exceptions import Forbidden, TooManyRequests

from odoo import models
from odoo.http import request

from .pm_sms_gateway import LIMIT

RPC = "/json/2/<__model__>/<__method__>"
OPEN_MODEL = "pm.api"


class IrHttp(models.AbstractModel):
    """What a key of an API access opens: one model, so many times an hour.

    Its user has no rights on any model anyhow. But ``/json/2`` calls every public
    method, also of models that ask for no right, and other routes take a bearer key
    too: so it is refused here, before anything is called.
    """

    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        if request.env.uid:
            client = request.env["pm.api.client"]._of_user(request.env.user)
            if client:
                cls._pm_check_api(client, rule, args)
            elif request.env.user.has_group("pm_complaints.group_pm_api"):
                raise Forbidden()
        if (
            rule.rule.startswith("/pm/sms/")
            and (request.httprequest.content_length or 0) <= LIMIT
        ):
            # what is signed is the body as it came; reading a form would use it up
            request.httprequest.get_data(cache=True)
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _pm_check_api(cls, client, rule, args):
        """:raises HTTPException: something else than the model, or too often"""
        if rule.rule != RPC or args.get("__model__") != OPEN_MODEL:
            raise Forbidden(
                request.env._("This key opens /json/2/%s and nothing else.", OPEN_MODEL)
            )
        if client._is_too_often():
            raise TooManyRequests(
                request.env._(
                    "More than %s calls in this hour. Try again when it is over.",
                    client.hourly_limit,
                )
            )
