"""Opens the menus of the app as the web client does, as any user.

What is behind a menu is asked for: the views that the user gets, the records with what
the views show of them, the first record with its form, each filter and each grouping of
the search. A view that shows what its reader may not read fails here.
"""

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.tools.safe_eval import datetime, safe_eval, time

ROOT = "pm_core.pm_core_menu_root"
RECORD_VIEWS = ("list", "kanban", "calendar", "form")
ANALYSES = ("pivot", "graph")


def menus_of(user):
    """The menus of the app that ``user`` has and that open something."""
    Menu = user.env["ir.ui.menu"].with_user(user)
    visible = Menu.browse(Menu._visible_menu_ids())
    root = Menu.env.ref(ROOT)
    return visible.filtered(
        lambda menu: menu.action and menu.parent_path.startswith(root.parent_path)
    )


class Window:
    """A window action, opened by a user."""

    def __init__(self, action, user):
        context = self._evaluated(action.sudo().context, user) or {}
        env = action.with_user(user).with_context(
            lang=user.lang, allowed_company_ids=user.company_ids.ids, **context
        )
        self.user = user
        self.model = env.env[action.sudo().res_model]
        self.domain = self._evaluated(action.sudo().domain, user) or []
        views = action.sudo().views + [(action.sudo().search_view_id.id, "search")]
        self.views = {
            kind: etree.fromstring(view["arch"])
            for kind, view in self.model.get_views(
                views, {"toolbar": True, "load_filters": True}
            )["views"].items()
        }

    @staticmethod
    def _evaluated(text, user):
        return safe_eval(
            text or "None",
            {
                "uid": user.id,
                "allowed_company_ids": user.company_ids.ids,
                "active_id": False,
                "context_today": lambda: fields.Date.context_today(user),
                "relativedelta": relativedelta,
                "datetime": datetime,
                "time": time,
            },
        )

    def open(self):
        """Ask for all that the window may show."""
        if self.model._transient:
            self.model.onchange({}, [], self._shown(self.views["form"], self.model))
            return
        found = self.model.search(self.domain, limit=80)
        for kind, arch in self.views.items():
            if kind in RECORD_VIEWS:
                found[: 1 if kind == "form" else 80].web_read(
                    self._shown(arch, self.model)
                )
            elif kind in ANALYSES:
                self._analyse(arch)
        for node in self.views["search"].iter("filter"):
            self._filter(node)
        for node in self.views["search"].iterfind(".//searchpanel/field"):
            multi = node.get("select") == "multi"
            ask = f"search_panel_select_{'multi_' if multi else ''}range"
            getattr(self.model, ask)(node.get("name"))

    def _shown(self, node, model):
        """The specification of what a view shows, as for ``web_read``."""
        shown = {}
        for field in self._fields_in(node):
            definition = model._fields.get(field.get("name"))
            if definition is None:
                continue
            entry = shown.setdefault(definition.name, {})
            if definition.type == "many2one":
                entry["fields"] = {"display_name": {}}
            elif definition.relational:
                comodel = model.env[definition.comodel_name]
                entry.setdefault("fields", {"display_name": {}})
                for view in field:
                    entry["fields"].update(self._shown(view, comodel))
        return shown

    def _fields_in(self, node):
        for child in node:
            if child.tag == "field":
                yield child
            else:
                yield from self._fields_in(child)

    def _analyse(self, arch):
        names = [node.get("name") for node in arch.iter("field")]
        for node in arch.iter("field"):
            name, interval = node.get("name"), node.get("interval")
            if node.get("type") != "measure":
                self._group(f"{name}:{interval}" if interval else name)
        self.model.search_fetch(self.domain, names, limit=80)

    def _filter(self, node):
        if node.get("domain"):
            domain = self._evaluated(node.get("domain"), self.user)
            self.model.search(domain, limit=1)
        context = self._evaluated(node.get("context"), self.user) or {}
        if context.get("group_by"):
            self._group(context["group_by"])

    def _group(self, by):
        field = self.model._fields[by.split(":")[0]]
        if field.type in ("date", "datetime") and ":" not in by:
            by += ":month"
        self.model.formatted_read_group(self.domain, [by], ["__count"])


class MenuCase:
    """For test cases that have ``users`` by role."""

    def open_menus(self, models):
        """Open the menus that show ``models``, for each role that has them."""
        for role, user in self.users.items():
            if user.share or not user.has_group("pm_core.group_pm_user"):
                continue
            for menu in menus_of(user):
                action = menu.action.sudo()
                if action._name == "ir.actions.act_window" and (
                    action.res_model in models
                ):
                    with self.subTest(menu=menu.complete_name, role=role):
                        self.env.invalidate_all()
                        Window(action, user).open()
