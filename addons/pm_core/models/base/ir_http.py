import inspect
import re

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, NotFound, abort

from odoo import models
from odoo.http import Response, request

from ...tools.forms import NO_TEXT

# none of them belongs into an address, and the database takes no NUL at all
_NO_ADDRESS = re.compile(r"[\x00-\x1f\x7f]")
_NUMBER = re.compile(r"<int:(\w+)>")
# ids and page numbers are columns of four bytes
_LARGEST = 2**31 - 1


class _Refused(Exception):
    """A parameter is not what the route takes; the message names it."""


class IrHttp(models.AbstractModel):
    """What comes in by our addresses is read in one place, whatever the route.

    A controller of ours gets text where it names a parameter, a number where one of
    its addresses says ``<int:name>``, and a file where it asks for one: it need not
    look. What is something else is refused here, with status 400 or 404, or as
    ``{"error": …}`` where the page asked by JSON. A route is ours when one of our
    addons has its method.
    """

    _inherit = "ir.http"

    @classmethod
    def _pm_is_ours(cls, endpoint):
        return endpoint.func.__module__.startswith("odoo.addons.pm_")

    @classmethod
    def _match(cls, path_info):
        # before anything looks for a page, or redirects, by this address
        if _NO_ADDRESS.search(path_info):
            raise BadRequest()
        return super()._match(path_info)

    @classmethod
    def _pre_dispatch(cls, rule, args):
        if cls._pm_is_ours(rule.endpoint):
            too_large = any(
                isinstance(value, int) and abs(value) > _LARGEST
                for value in args.values()
            )
            if rule.endpoint.routing["type"] == "jsonrpc":
                # an exception would answer with the lines of the program
                if too_large or not cls._pm_has_params():
                    abort(Response(status=404 if too_large else 400))
            elif too_large:
                raise NotFound()
            # compared with the right one before our methods are called
            elif not request.httprequest.form.get("csrf_token", "").isascii():
                raise BadRequest()
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _pm_has_params(cls):
        try:
            return isinstance(request.get_json_data().get("params", {}), dict)
        except (AttributeError, ValueError):
            return False

    @classmethod
    def _dispatch(cls, endpoint):
        if cls._pm_is_ours(endpoint):
            try:
                request.params = cls._pm_read_params(endpoint, request.params)
            except _Refused as error:
                if endpoint.routing["type"] == "jsonrpc":
                    return {"error": str(error)}
                raise BadRequest(str(error)) from None
        return super()._dispatch(endpoint)

    @classmethod
    def _pm_read_params(cls, endpoint, params):
        """Return the parameters of a route of ours as it may use them.

        :raises _Refused: naming what cannot be read
        """
        named = inspect.signature(endpoint.func).parameters
        for name, parameter in named.items():
            if parameter.default is parameter.empty and not (
                name in params or parameter.kind is parameter.VAR_KEYWORD
            ):
                raise _Refused(request.env._("%s is missing.", repr(name)))
        numbers = {
            name
            for route in endpoint.routing["routes"]
            for name in _NUMBER.findall(route)
        }
        # a parameter that may be left out is a text: a form may send a file for any
        texts = {
            name
            for name, parameter in named.items()
            if parameter.default is not parameter.empty
        }
        return {
            name: cls._pm_read_param(name, value, name in numbers, name in texts)
            for name, value in params.items()
            # what no method asks for by name is nobody's to read, whatever it is
            if name in named or isinstance(value, str)
        }

    @classmethod
    def _pm_read_param(cls, name, value, is_number, is_text):
        if value is None or (isinstance(value, FileStorage) and not is_text):
            return value
        refused = _Refused(
            request.env._("%s is not what is asked for here. Correct it.", repr(name))
        )
        if is_number:
            try:
                number = int(value)
            except (TypeError, ValueError):
                raise refused from None
            if abs(number) > _LARGEST:
                raise refused
            return number
        if not isinstance(value, str) or NO_TEXT.search(value):
            raise refused
        try:
            value.encode()
        except UnicodeEncodeError:
            raise refused from None
        return value

    @classmethod
    def _post_dispatch(cls, response):
        """No other site shows our pages inside its own, for people to click on."""
        result = super()._post_dispatch(response)
        if (response.mimetype or "") == "text/html":
            response.headers.setdefault(
                "Content-Security-Policy", "frame-ancestors 'self'"
            )
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        return result
