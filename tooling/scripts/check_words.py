"""Odoo shell script: what a user who reads Chinese still meets in English.

The .po files may be complete and a label be English all the same: records that Odoo
makes by itself, texts of other addons. So this asks the registry of a database what the
web client would ask it in ``zh_CN``, and writes each text without a Chinese character
into the file ``PM_WORDS``, with the first place where it is met.
"""

import os
import re
from collections import defaultdict

from lxml import etree

from odoo.tools.translate import TRANSLATED_ATTRS, TranslationModuleReader

LANG = "zh_CN"
CHINESE = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[A-Za-z]{2,}")
# Mark-up, styles, and what the program fills in: no words.
NO_WORDS = re.compile(
    r"<[^>]*>|&(?:amp;)?\w+;|%\(\w+\)[sdrf]|%[sdrf]|\{\{.*?\}\}|\$?\{[^}]*\}"
    r"|width: [\d.]+%;",
    re.DOTALL,
)

# Texts that are the same in Chinese.
KEPT = {
    "ID": "what everybody calls it",
    "UUID": "what everybody calls it",
    "PDF": "a format",
    "XLSX": "a format",
    "UTF-8": "a character encoding",
    "UTF-16": "a character encoding",
    "JSON": "a format, as the manuals of SMS providers call it",
    "GET": "an HTTP method, as those manuals call it",
    "POST": "an HTTP method, as those manuals call it",
    "mm": "a unit, as on drawings",
    "https://": "how an address begins",
    "wx…": "how an identifier of WeChat begins",
    "exe,msi": "examples of file extensions",
    "mail.catchall.domain": "the name of a parameter",
    "id": "the name of a column",
    "import_id": "the name of a column",
    "meter_id": "the name of a column",
    "parent_id": "the name of a column",
    "API": "what everybody calls it",
    "kWh": "a unit",
    ".o_domain_show_selection_button {display: none}": "a style",
    "PIN": "as Odoo's own Chinese has it",
    "Peppol Endpoint": "as Odoo's own Chinese has it",
    "Webhook UUID": "as Odoo's own Chinese has it",
    "Full Chart": "read out with an icon whose text Odoo translates",
    "Qweb": "a proper name",
    "odoo": "a proper name",
    "Odoo": "a proper name",
}
# Columns whose text is no text for people.
CODE_COLUMNS = {"ir.actions.report,print_report_name"}
# Selections of names: time zones, languages, European formats and registers.
NAMES = {"tz", "lang", "invoice_edi_format", "peppol_eas"}
# Odoo's own addons of which all is met, not only what our screens show of them.
PAGES = {"portal"}
# All addons share this form; our part of it is among the records.
SHARED_FORMS = {"res.config.settings"}


class Words:
    """Collects what is English, text by text."""

    def __init__(self, env):
        self.env = env(context={"lang": LANG})
        self.found = defaultdict(list)
        addon = env["ir.module.module"].search([("name", "=", "pm_core")])
        self.addons = addon | addon.downstream_dependencies()
        self.names = set(self.addons.mapped("name"))

    def note(self, kind, text, place):
        """Keep a text if it has words and none of them is Chinese."""
        text = (text or "").strip()
        if CHINESE.search(text) or text in KEPT:
            return
        words = NO_WORDS.sub(" ", text)
        if WORD.search(words) and words.strip() not in KEPT:
            self.found[text].append(f"{kind} {place}")

    def fields(self):
        """Labels, help texts and choices of all fields of ours."""
        for name in sorted(self.env):
            model = self.env[name]
            own = model._original_module in self.names
            if own:
                self.note("model", self.env["ir.model"]._get(name).name, name)
            for field, description in model.fields_get(
                attributes=["type", "string", "help", "selection"]
            ).items():
                if own or self.names.intersection(model._fields[field]._modules):
                    self._field(f"{name}.{field}", field, description)

    def _field(self, place, name, description):
        self.note("label", description.get("string"), place)
        self.note("help", description.get("help"), place)
        if name not in NAMES and description.get("type") != "reference":
            for _value, label in description.get("selection") or ():
                self.note("choice", str(label), place)

    def records(self):
        """All that can be translated in our addons, and in those of OCA.

        Odoo's own are taken as they are, but for what our screens show of them.
        """
        needed = self.addons.upstream_dependencies(exclude_states=("uninstalled",))
        community = needed.filtered(
            lambda addon: (
                addon.name in PAGES
                or "Odoo Community Association" in (addon.author or "")
            )
        )
        for addon in sorted(self.names) + sorted(community.mapped("name")):
            reader = TranslationModuleReader(self.env.cr, [addon], LANG)
            for _module, kind, name, place, source, translated, _note in reader:
                if name in CODE_COLUMNS:
                    continue
                text = translated or source
                parts = texts_of(f"<t>{text}</t>") if kind == "model_terms" else [text]
                for part in parts:
                    self.note(f"{addon} {kind}", part, place)
        for addon in self.addons.with_env(self.env):
            self.note("addon", addon.shortdesc, addon.name)
            self.note("addon", addon.summary, addon.name)

    def screens(self):
        """What the windows of our menus and of our addons' actions show."""
        for menu in self._menus():
            self.note("menu", menu.name, menu.complete_name)
        for action in self._actions():
            self.note("action", action.name, action.xml_id)
            self.note("action", action.help, action.xml_id)
            if action.res_model in self.env and action.res_model not in SHARED_FORMS:
                self._window(action)

    def _menus(self):
        root = self.env.ref("pm_core.pm_core_menu_root")
        return self.env["ir.ui.menu"].search([("id", "child_of", root.id)])

    def _actions(self):
        data = self.env["ir.model.data"].search(
            [
                ("module", "in", sorted(self.names)),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        windows = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        for action in self._menus().mapped("action"):
            if action and action._name == "ir.actions.act_window":
                windows |= action
        return windows.exists()

    def _window(self, action):
        views = action.views + [(action.search_view_id.id, "search")]
        answer = self.env[action.res_model].get_views(views)
        for kind, view in answer["views"].items():
            place = f"{action.xml_id} {kind}"
            for text in texts_of(view["arch"]):
                self.note("view", text, place)
        for model, description in answer["models"].items():
            for field, values in description["fields"].items():
                self._field(f"{action.xml_id} {model}.{field}", field, values)


def texts_of(arch):
    """The texts of a view: what is between its tags, and in attributes for people."""
    root = etree.fromstring(arch, etree.XMLParser(recover=True))
    for node in root.iter(etree.Element):
        # nothing shows the name of the view itself
        if node is not root:
            yield from (
                value for name, value in node.items() if name in TRANSLATED_ATTRS
            )
        if node.tag != "code":
            yield node.text
        yield node.tail


words = Words(env)
words.fields()
words.records()
words.screens()
lines = [
    f"{text[:120]!r}: {places[0]}" + (f", {len(places)} places" if places[1:] else "")
    for text, places in sorted(words.found.items())
]
with open(os.environ["PM_WORDS"], "w", encoding="utf-8") as stream:
    stream.write("\n".join(lines))
