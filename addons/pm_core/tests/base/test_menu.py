from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged

from ..menus import ROOT, menus_of


@tagged("post_install", "-at_install")
class TestMenu(TransactionCase):
    """The menu of the job, and the rest under *More*."""

    def _loaded(self, user):
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        return menus, menus[self.env.ref(ROOT).id]

    def _entries(self, menus, menu):
        """The external ids of what can be opened from ``menu``."""
        if not menu["children"]:
            return {menu["xmlid"]}
        return set().union(
            *(self._entries(menus, menus[key]) for key in menu["children"])
        )

    def _parts(self, user):
        """What is in the sections, and what is under *More*."""
        menus, root = self._loaded(user)
        daily, more = set(), set()
        for key in root["children"]:
            found = self._entries(menus, menus[key])
            if menus[key]["xmlid"] == "pm_core.pm_core_menu_more":
                more |= found
            else:
                daily |= found
        return daily, more

    def test_the_rest_is_under_more(self):
        for role in ("user", "service", "hr", "estate_manager", "company_manager"):
            group = self.env.ref(f"pm_core.group_pm_{role}")
            user = new_test_user(
                self.env, login=f"menu_{role}", groups=f"pm_core.group_pm_{role}"
            )
            hidden = self.env["ir.ui.menu"].with_user(user)._load_menus_blacklist()
            all_menus = menus_of(user).filtered(lambda m, ids=hidden: m.id not in ids)
            names = set(all_menus.sudo().get_external_id().values())
            listed = set(group.pm_menu_ids.get_external_id().values())
            with self.subTest(role=role):
                daily, more = self._parts(user)
                self.assertEqual(daily | more, names, "nothing is lost")
                self.assertFalse(daily & more)
                settings = {name for name in daily - listed if "menu_" in name}
                configuration = self.env.ref("pm_core.pm_core_menu_configuration")
                for name in settings:
                    path = self.env.ref(name).parent_path
                    self.assertTrue(path.startswith(configuration.parent_path), name)

    def test_the_app_opens_with_the_work_of_today(self):
        user = new_test_user(
            self.env, login="menu_staff", groups="pm_core.group_pm_user"
        )
        _menus, root = self._loaded(user)
        mine = self.env.ref("pm_core.pm_core_menu_duty_mine")
        self.assertEqual(root["action_id"], mine.action.id)

    def test_administrators_have_the_whole_menu(self):
        admin = new_test_user(
            self.env, login="menu_admin", groups="pm_core.group_pm_admin"
        )
        _daily, more = self._parts(admin)
        self.assertFalse(more)

    def test_two_roles_have_the_menus_of_both(self):
        both = new_test_user(
            self.env,
            login="menu_both",
            groups="pm_core.group_pm_service,pm_core.group_pm_hr",
        )
        daily, _more = self._parts(both)
        for role in ("service", "hr"):
            group = self.env.ref(f"pm_core.group_pm_{role}")
            listed = set(group.pm_menu_ids.get_external_id().values())
            self.assertFalse(listed - daily - {"pm_core.pm_core_menu_colleague"})


@tagged("post_install", "-at_install")
class TestPortalHome(HttpCase):
    def test_what_is_theirs(self):
        new_test_user(
            self.env,
            login="portal_home",
            password="portal_home",
            groups="base.group_portal",
        )
        self.authenticate("portal_home", "portal_home")
        page = self.url_open("/my/home").text
        self.assertIn("<title>My Account</title>", page)
        for present in ("/my/account", "/my/security", "/my/properties"):
            self.assertIn(f'href="{present}"', page)
        for absent in ("/my/dms", "/my/addresses"):
            self.assertNotIn(absent, page)
        for url, title in (
            ("/my/properties", "My Properties"),
            ("/my/property-contracts", "Contracts"),
            ("/my/service-plans", "Service Plans"),
            ("/my/notices", "Notices"),
        ):
            with self.subTest(url=url):
                answer = self.url_open(url)
                self.assertEqual(answer.status_code, 200)
                self.assertIn(f"<title>{title}</title>", answer.text)
