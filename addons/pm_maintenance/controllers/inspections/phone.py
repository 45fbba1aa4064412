import json

from markupsafe import Markup

from odoo import http
from odoo.http import request
from odoo.tools import file_open

from odoo.addons.web.controllers.webmanifest import WebManifest

PAGE = "/pm/rounds"
APP = "pm_rounds"
ICONS = "/pm_maintenance/static/src/rounds/icons"
ZXING = "/web/static/lib/zxing-library/zxing-library.js"
BUNDLE, WORKER_BUNDLE = (
    "pm_maintenance.assets_rounds",
    "pm_maintenance.assets_rounds_worker",
)


def _zxing_version():
    """What tells one release of the library from another, for the phone's cache."""
    with file_open("web/static/lib/zxing-library/version") as version:
        return version.read().strip()


class RoundsPage(http.Controller):
    """The page on the phone with its worker; what it shows comes by other routes.

    The page is the same for everybody of one language: a worker keeps it, and whoever
    is logged in then is told by the answers to its calls.
    """

    def _assets(self, bundle):
        return request.env["ir.qweb"]._get_asset_links(bundle, debug="")

    @http.route(PAGE, type="http", auth="user", methods=["GET"], readonly=True)
    def rounds_page(self):
        if not request.env.user.has_group("pm_maintenance.group_pm_inspector"):
            return request.not_found()
        links = self._assets(BUNDLE)
        styles = [link for link in links if link.endswith(".css")]
        scripts = [link for link in links if link.endswith(".js")]
        zxing = f"{ZXING}?v={_zxing_version()}"
        icon = f"{ICONS}/rounds-192.png"
        files = [*links, zxing, icon]
        page = request.render(
            "pm_maintenance.rounds_page",
            {
                "doctype": Markup("<!DOCTYPE html>"),
                "title": self._app_name(),
                "html_lang": (request.env.lang or "en_US").replace("_", "-"),
                "styles": styles,
                "scripts": scripts,
                "zxing": zxing,
                "icon": icon,
                "manifest": f"/web/manifest.scoped_app_manifest?app_id={APP}"
                f"&path={PAGE}",
                # within a script element: no text of it may end the element
                "files": Markup(json.dumps(files).replace("<", "\\u003c")),
            },
        )
        # the worker keeps it; a cache in between would keep an old one
        page.headers["Cache-Control"] = "no-cache"
        return page

    def _app_name(self):
        return request.env._("Rounds")

    @http.route(
        f"{PAGE}/service-worker.js",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
    )
    def rounds_worker(self):
        """The worker: another bundle is another text, so that browsers replace it."""
        scripts = [link for link in self._assets(WORKER_BUNDLE) if link.endswith(".js")]
        return request.make_response(
            f"importScripts(...{json.dumps(scripts)});\n",
            [
                ("Content-Type", "text/javascript"),
                ("Service-Worker-Allowed", PAGE),
                ("Cache-Control", "no-cache"),
            ],
        )


class RoundsManifest(WebManifest):
    """The page as an app of its own on the home screen, by Odoo's scoped apps."""

    def _get_scoped_app_name(self, app_id):
        if app_id == APP:
            return request.env._("Rounds")
        return super()._get_scoped_app_name(app_id)

    def _get_scoped_app_icons(self, app_id):
        if app_id != APP:
            return super()._get_scoped_app_icons(app_id)
        return [
            {
                "src": f"{ICONS}/rounds-{size}.png",
                "sizes": f"{size}x{size}",
                "type": "image/png",
            }
            for size in (192, 512)
        ]

    def _get_scoped_app_shortcuts(self, app_id):
        shortcuts = super()._get_scoped_app_shortcuts(app_id)
        if app_id != APP:
            return shortcuts
        return [
            *shortcuts,
            {"name": request.env._("Rounds of today"), "url": PAGE},
            {
                "name": request.env._("What waits to be sent"),
                "url": f"{PAGE}#waiting",
            },
        ]
