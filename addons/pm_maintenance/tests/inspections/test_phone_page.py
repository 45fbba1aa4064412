import json
import re

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestPhonePage(HttpCase):
    """The page of the rounds, its worker and how it is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, group in (
            ("pm_walker", "pm_maintenance.group_pm_inspector"),
            ("pm_clerk", "pm_core.group_pm_user"),
        ):
            new_test_user(cls.env, login=login, password=login, groups=group)

    def page(self, login="pm_walker"):
        self.authenticate(login, login)
        return self.url_open("/pm/rounds", allow_redirects=False)

    def files(self, page):
        return json.loads(re.search(r'id="pm_files">(.*?)</script>', page.text)[1])

    def test_who_walks_rounds_has_the_page(self):
        self.assertEqual(self.page().status_code, 200)
        self.assertEqual(self.page("pm_clerk").status_code, 404)
        self.authenticate(None, None)
        answer = self.url_open("/pm/rounds", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_page_names_nobody(self):
        """The worker keeps it, and shows it to whoever takes the phone next."""
        user = self.env["res.users"].search([("login", "=", "pm_walker")])
        user.name = "Zhang San of the Night Shift"
        self.assertNotIn(user.name, self.page().text)
        self.assertNotIn("csrf", self.page().text)

    def test_page_is_the_same_each_time(self):
        """Another text would mean to phones that there is a new page."""
        first = self.page().text
        self.authenticate("pm_walker", "pm_walker")  # another session
        self.assertEqual(self.page().text, first)

    def test_all_files_of_the_page_are_there(self):
        page = self.page()
        files = self.files(page)
        self.assertIn("zxing", " ".join(files))
        self.assertEqual(
            {self.url_open(file).status_code for file in files},
            {200},
        )
        for address in re.findall(r'(?:src|href)="(/[^"]*)"', page.text):
            if "manifest" not in address:
                self.assertIn(address, files)

    def test_worker_may_have_the_page(self):
        worker = self.url_open("/pm/rounds/service-worker.js")
        self.assertEqual(worker.headers["Service-Worker-Allowed"], "/pm/rounds")
        self.assertIn("javascript", worker.headers["Content-Type"])
        script = re.search(r'"(/web/assets/[^"]+)"', worker.text)[1]
        self.assertIn("addEventListener", self.url_open(script).text)

    def test_app_on_the_home_screen(self):
        link = re.search(r'rel="manifest"[^>]* href="([^"]+)"', self.page().text)[1]
        manifest = self.url_open(link.replace("&amp;", "&")).json()
        self.assertEqual(manifest["start_url"], "/pm/rounds")
        self.assertEqual(manifest["scope"], "/pm/rounds")
        self.assertEqual(len(manifest["shortcuts"]), 2)
        self.assertEqual(manifest["display"], "standalone")
        for icon in manifest["icons"]:
            self.assertEqual(self.url_open(icon["src"]).status_code, 200)
        # other apps stay as they were
        other = self.url_open(
            "/web/manifest.scoped_app_manifest?app_id=pm_core&path=/odoo"
        ).json()
        self.assertFalse(other["shortcuts"])
