import base64

from markupsafe import Markup

from odoo.tests import new_test_user, tagged

from ..common import PropertyCase
from ..notices.loopback import LoopbackServer

# the smallest picture, one point
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
# ways in which a text asks for something elsewhere
FETCHING = [
    '<img src="{url}/a.png"/>',
    '<img srcset="{url}/a.png 2x"/>',
    '<img src=" {url}/a.png"/>',
    '<img src="//{host}/a.png"/>',
    '<img src="/\\{host}/a.png"/>',
    '<p style="background-image: url({url}/a.png)">x</p>',
    "<p style=\"background: URL( '{url}/a.png' )\">x</p>",
    '<p style="background: \\75rl({url}/a.png)">x</p>',
    '<style>@import "{url}/a.css"; p {{ background: url({url}/a.png) }}</style>',
    '<iframe src="{url}/a.html"></iframe>',
    '<object data="{url}/a.svg"></object>',
    '<embed src="{url}/a.svg"/>',
    '<video poster="{url}/a.png" src="{url}/a.mp4"></video>',
    '<table background="{url}/a.png"><tr><td>x</td></tr></table>',
    '<svg><image href="{url}/a.png"/><use xlink:href="{url}/a.svg#x"/></svg>',
    '<link rel="stylesheet" href="{url}/a.css"/>',
    '<base href="{url}/"/><img src="a.png"/>',
    '<meta http-equiv="refresh" content="0; url={url}/a.html"/>',
    "<script>fetch('{url}/a')</script>",
    '<img src="file:///etc/hostname"/><iframe src="file:///etc/hostname"></iframe>',
]


@tagged("post_install", "-at_install")
class TestReportPictures(PropertyCase):
    """A text that is printed shows pictures of this database, and asks nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["ir.actions.report"]
        cls.server = LoopbackServer(lambda request: (200, "x"))
        cls.addClassCleanup(cls.server.close)

    def page(self, text):
        return f"<html><head></head><body><main>{text}</main></body></html>"

    def attach(self, **vals):
        return self.env["ir.attachment"].create(
            {"name": "a.png", "raw": PIXEL, "mimetype": "image/png", **vals}
        )

    def shown(self, source, user):
        html = self.Report.with_user(user)._pm_with_own_pictures(
            self.page(f'<img src="{source}"/>')
        )
        return base64.b64encode(PIXEL).decode() in html.decode()

    def test_nothing_is_fetched(self):
        host = self.server.url.partition("//")[2]
        for source in FETCHING:
            text = source.format(url=self.server.url, host=host)
            with self.subTest(source=source):
                html = self.Report._pm_with_own_pictures(self.page(text)).decode()
                self.assertNotIn(host, html)
                self.assertNotIn("/etc/hostname", html)

    def test_the_printer_fetches_nothing_either(self):
        """Two walls: what gets past the first is not fetched by the second."""
        host = self.server.url.partition("//")[2]
        text = "".join(
            source.format(url=self.server.url, host=host) for source in FETCHING
        )
        page = self.Report._pm_compose(self.page(text), "", "", "")
        self.assertIn(host, page)
        if self.Report.get_wkhtmltopdf_state() == "ok":
            self.Report._pm_print(page)
        self.assertFalse(self.server.requests)

    def test_a_clause_is_printed_without_fetching(self):
        contract = self.make_contract(self.estate, partner_id=self.owner.id)
        clause = self.env["pm.contract.clause"].create(
            {
                "contract_id": contract.id,
                "name": "Water",
                "body": Markup("<p>x</p><img src='%s/a.png'/>") % self.server.url,
            }
        )
        self.assertIn(self.server.url, str(clause.body))
        self.Report.with_context(force_report_rendering=True)._render_qweb_pdf(
            "pm_core.pm_contract_report", contract.ids
        )
        self.assertFalse(self.server.requests)

    def test_own_pictures_are_part_of_the_page(self):
        manager = self.make_user(
            "pm_printing_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        picture = self.attach(res_model="pm.property", res_id=self.estate.id)
        for source in (
            f"/web/image/{picture.id}",
            f"/web/image/{picture.id}-abc/a.png",
            f"/web/content/{picture.id}?download=1",
            f"{self.Report.get_base_url()}/web/image/ir.attachment/{picture.id}/raw",
        ):
            with self.subTest(source=source):
                self.assertTrue(self.shown(source, manager))
        html = self.Report._pm_with_own_pictures(
            self.page('<img src="/web/static/img/logo2.png"/>')
        )
        self.assertIn(b"data:image/png;base64,", html)

    def test_pictures_of_others_are_not(self):
        """The number of a file is no right to it, whoever makes the report."""
        other = self.make_estate("Other Garden")
        foreign = self.attach(res_model="pm.property", res_id=other.id)
        token = foreign.generate_access_token()[0]
        staff = self.make_user("pm_printing", "pm_core.group_pm_user", self.estate)
        resident = new_test_user(
            self.env, login="pm_printing_resident", groups="base.group_portal"
        )
        for user in (staff, resident):
            with self.subTest(user=user.login):
                self.assertFalse(self.shown(f"/web/image/{foreign.id}", user))
                self.assertTrue(
                    self.shown(f"/web/image/{foreign.id}?access_token={token}", user)
                )
        sudo = self.Report.with_user(resident).sudo()
        html = sudo._pm_with_own_pictures(
            self.page(f'<img src="/web/image/{foreign.id}"/>')
        )
        self.assertNotIn(b"base64", html)
