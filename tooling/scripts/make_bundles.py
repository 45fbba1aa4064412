"""Odoo shell script: the scripts and styles of the web client, made once for all.

Otherwise the first page of every clone of this database waits for them.
"""

import re

# Fetched by the web client when it needs them, and named in no view.
LAZY = {
    "web.assets_backend_lazy",
    "web.chartjs_lib",
    "web.fullcalendar_lib",
    "web.ace_lib",
}
# Odoo's own tests, and pages that nobody here opens.
UNUSED = re.compile("test|dark|api_doc|spreadsheet|mail.assets_public|snailmail")

qweb = env["ir.qweb"]
scripts, styles = qweb._get_bundles_to_pregenarate()
for bundle in sorted(LAZY | scripts | styles):
    if not UNUSED.search(bundle):
        if bundle in LAZY | scripts:
            qweb._get_asset_bundle(bundle, css=False).js()
        if bundle in LAZY | styles:
            qweb._get_asset_bundle(bundle, js=False).css()
env.cr.commit()
