import base64
import re
from urllib.parse import parse_qs, urlsplit

import lxml.etree
import lxml.html

from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tools import file_open
from odoo.tools.mimetypes import guess_mimetype

# what fetches or runs something, and says nothing on paper
_NOT_PRINTED = (
    "script",
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "link",
    "base",
    "meta",
    "video",
    "audio",
    "source",
    "track",
    "portal",
)
_SOURCES = (
    "src",
    "srcset",
    "poster",
    "background",
    "data",
    "href",
    "{http://www.w3.org/1999/xlink}href",
    "xlink:href",
)
_CSS_IMPORT = re.compile(r"@import[^;]*;?", re.IGNORECASE)
_CSS_URL = re.compile(r"url\(\s*[\"']?([^)\"']*)[\"']?\s*\)", re.IGNORECASE)
_PICTURE = re.compile(
    r"/web/(?:image|content)/(?:(?P<model>[a-z][\w.]*)/)?(?P<id>\d+)"
    r"(?:-[^/]*)?(?:/(?P<field>[a-z]\w*))?(?:/[^/]*)?"
)
_STATIC = re.compile(r"/(?P<path>\w+/static/[\w./-]+\.(?:png|jpe?g|gif|svg|webp))")
_BARCODE = re.compile(r"/report/barcode(?:/(?P<type>\w+)/(?P<value>.+))?")


class IrActionsReport(models.Model):
    """What is printed shows pictures of this database, and fetches nothing.

    A text that somebody wrote may name any address, of this machine and its network
    too, and the program that prints would ask there with the rights of the server.
    Pictures become part of the page before it is printed; every other source goes.
    """

    _inherit = "ir.actions.report"

    def _prepare_html(self, html, report_model=False):
        return super()._prepare_html(self._pm_with_own_pictures(html), report_model)

    @api.model
    def _pm_with_own_pictures(self, html):
        """Return the page with its own pictures in it, and without other sources."""
        parser = lxml.html.HTMLParser(encoding="utf-8")
        if isinstance(html, str):
            html = html.encode()
        root = lxml.html.document_fromstring(html, parser=parser)
        lxml.etree.strip_elements(root, *_NOT_PRINTED, with_tail=False)
        for node in root.iter(lxml.etree.Element):
            if node.tag == "style":
                node.text = self._pm_own_style(node.text or "")
            if "style" in node.attrib:
                node.set("style", self._pm_own_style(node.get("style")))
            for name in _SOURCES:
                if name in node.attrib and node.tag != "a":
                    picture = self._pm_own_source(node.get(name))
                    if picture:
                        node.set(name, picture)
                    else:
                        del node.attrib[name]
        return lxml.html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")

    @api.model
    def _pm_own_style(self, style):
        # an escape can spell what is looked for in another way
        if "\\" in style:
            return ""
        return _CSS_URL.sub(
            lambda found: f"url({self._pm_own_source(found.group(1)) or 'data:,'})",
            _CSS_IMPORT.sub("", style),
        )

    @api.model
    def _pm_own_source(self, source):
        """Return what a page may show for ``source``, or None.

        Data as it is, a picture of this database as data, a place in the page.
        """
        source = source.strip()
        if source.startswith("#") or source.lower().startswith("data:image/"):
            return source
        path = source.removeprefix(self.get_base_url())
        if not path.startswith("/") or path.startswith("//"):
            return None
        try:
            content = self._pm_picture(urlsplit(path))
        except (AccessError, MissingError, UserError, OSError, ValueError):
            return None
        mimetype = guess_mimetype(content or b"", default="")
        if not mimetype.startswith("image/"):
            return None
        return f"data:{mimetype};base64,{base64.b64encode(content).decode()}"

    @api.model
    def _pm_picture(self, address):
        """Return the bytes of a picture that this database has, or None.

        With the rights of who prints, never with those by which a report is made: a
        text may name the number of any file.
        """
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        if found := _PICTURE.fullmatch(address.path):
            binary = self.env["ir.binary"].with_user(self._pm_printing_user())
            name = found["field"] or "raw"
            record = binary._find_record(
                res_model=found["model"] or "ir.attachment",
                res_id=int(found["id"]),
                access_token=query.get("access_token"),
                field=name,
            ).with_context(bin_size=False)
            if not isinstance(record._fields.get(name), fields.Binary):
                return None
            content = record[name] or b""
            # attachments have their content as it is, other fields as base64
            return content if name == "raw" else base64.b64decode(content)
        if found := _STATIC.fullmatch(address.path):
            with file_open(found["path"], "rb") as picture:
                return picture.read()
        if found := _BARCODE.fullmatch(address.path):
            kind = found["type"] or query.pop("barcode_type", "")
            value = found["value"] or query.pop("value", "")
            return self.barcode(kind, value, **query)
        return None

    @api.model
    def _pm_printing_user(self):
        """Who prints; the program itself prints what everybody may see."""
        user = self.env.user
        return self.env.ref("base.public_user") if user._is_superuser() else user
