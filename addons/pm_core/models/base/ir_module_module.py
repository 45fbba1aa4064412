import csv
import json
import os
from collections import defaultdict
from functools import lru_cache

from odoo import api, models
from odoo.tools import SQL, file_open, file_path
from odoo.tools.misc import ReadonlyDict
from odoo.tools.translate import (
    JAVASCRIPT_TRANSLATION_COMMENT,
    PYTHON_TRANSLATION_COMMENT,
    code_translations,
    get_po_paths,
    translation_file_reader,
)

# Where the texts are that a model has from a mixin: model, and its translated column.
INHERITED = (
    ("ir.model.fields.selection", "name"),
    ("ir.model.constraint", "message"),
)


@lru_cache(maxsize=32)
def _read_rows(path, columns, changed):
    """See ``IrModuleModule._pm_rows_of``; a file that has changed is another one."""
    with file_open(path, "rb") as file:
        return [
            row
            for row in translation_file_reader(file, fileformat="po")
            if row["type"] == "model" and row["name"] in columns
        ]


class IrModuleModule(models.Model):
    """Fills what Odoo's loading of translations leaves in English.

    Two kinds of text stay untranslated, however complete the files are:

    * labels of a selection and messages of a constraint that a model has from a mixin
      of another addon. Their records belong to the addon of the mixin, and its file was
      loaded before the model was there;
    * what the code of an addon says that has no translation of its own: for code Odoo
      reads only the files of that addon.

    And an update of our addons brings their new words: see ``_update_translations`` and
    ``_pm_replace_former_words``.
    """

    _inherit = "ir.module.module"

    def _update_translations(self, filter_lang=None, overwrite=False):
        """Let an update bring our new words, also where there were words before.

        Odoo keeps a translation that is there already, so that a term that was put
        right stayed wrong in every database but new ones. What is marked to be left
        alone by updates (``noupdate``) keeps the words that a company gave it.
        """
        ours = self & self._pm_ours()
        others = self - ours
        super(IrModuleModule, others)._update_translations(filter_lang, overwrite)
        return super(IrModuleModule, ours)._update_translations(filter_lang, True)

    def _pm_ours(self):
        """``pm_core``, and what builds on it."""
        core = self._get("pm_core").with_env(self.env)
        return core | core.downstream_dependencies()

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        for lang in langs:
            if overwrite:
                self._pm_renew_inherited_texts(lang)
                self._pm_replace_former_words(modules, lang)
            self._pm_fill_inherited_texts(lang)
            self._pm_lend_code_texts(lang)
        return result

    def _register_hook(self):
        super()._register_hook()
        for lang, _name in self.env["res.lang"].get_installed():
            self._pm_lend_code_texts(lang)

    @api.model
    def _pm_fill_inherited_texts(self, lang):
        """Translate a text as its addon translates the same text elsewhere.

        That is how gettext sees it: in the file of one addon, an English text has one
        translation, and the mixin's own record has got it from there.
        """
        for model, column in INHERITED:
            self.env.cr.execute(
                SQL(
                    """
                    WITH texts AS (
                        SELECT text.id, data.module, text.%(column)s AS words
                          FROM %(table)s AS text
                          JOIN ir_model_data AS data
                            ON data.model = %(model)s AND data.res_id = text.id
                    ), known AS (
                        SELECT module, words->>'en_US' AS english,
                               min(words->>%(lang)s) AS translated
                          FROM texts
                         WHERE words ? %(lang)s
                      GROUP BY module, words->>'en_US'
                    )
                    UPDATE %(table)s AS text
                       SET %(column)s = text.%(column)s
                           || jsonb_build_object(%(lang)s, known.translated)
                      FROM texts, known
                     WHERE texts.id = text.id
                       AND known.module = texts.module
                       AND known.english = texts.words->>'en_US'
                       AND NOT texts.words ? %(lang)s
                    """,
                    column=SQL.identifier(column),
                    table=SQL.identifier(self.env[model]._table),
                    model=model,
                    lang=lang,
                )
            )
            self.env[model].invalidate_model([column])
        self.env.registry.clear_cache("stable")

    @api.model
    def _pm_renew_inherited_texts(self, lang):
        """Have these texts say what the file of their addon says now.

        When the English of a label changes, Odoo keeps the translation of the old one;
        the file overwrites it only where it names the record.
        """
        known = self._pm_inherited_words(lang)
        for model, column in INHERITED:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE %(table)s AS text
                       SET %(column)s = text.%(column)s
                           || jsonb_build_object(%(lang)s, known.translated)
                      FROM ir_model_data AS data,
                           jsonb_to_recordset(%(known)s::jsonb)
                               AS known(module text, english text, translated text)
                     WHERE data.model = %(model)s
                       AND data.res_id = text.id
                       AND known.module = data.module
                       AND known.english = text.%(column)s->>'en_US'
                       AND known.translated <> text.%(column)s->>%(lang)s
                    """,
                    column=SQL.identifier(column),
                    table=SQL.identifier(self.env[model]._table),
                    known=json.dumps(known),
                    model=model,
                    lang=lang,
                )
            )
            self.env[model].invalidate_model([column])

    def _pm_inherited_words(self, lang):
        """What the files of our addons call the labels and messages of their models."""
        columns = frozenset(f"{model},{column}" for model, column in INHERITED)
        return [
            {"module": addon, "english": row["src"], "translated": row["value"]}
            for addon in self._pm_ours().mapped("name")
            for path in get_po_paths(addon, lang)
            for row in self._pm_rows_of(path, columns)
            if row["value"] and row["module"] == addon
        ]

    @api.model
    def _pm_replace_former_words(self, addons, lang):
        """Give records that updates leave alone the words of today.

        Only where they still say, to the letter, what an earlier version of the addon
        called them, in English or in ``lang``: all else was written by the company.
        """
        for addon in addons:
            former = self._pm_former_words(addon)
            if not former:
                continue
            columns = frozenset(column for _record, column in former)
            for path in get_po_paths(addon, lang):
                for row in self._pm_rows_of(path, columns):
                    name = f"{row['module']}.{row['imd_name']}"
                    if words := former.get((name, row["name"])):
                        self._pm_replace_words(name, lang, row, words)

    @api.model
    def _pm_replace_words(self, name, lang, row, former):
        record = self.env.ref(name, False)
        if not record:
            return
        column = row["name"].split(",")[1]
        for code, words in (("en_US", row["src"]), (lang, row["value"])):
            spoken = record.with_context(lang=code)
            if words and spoken[column] in former:
                spoken[column] = words

    @staticmethod
    def _pm_former_words(addon):
        """What records of an addon were called in earlier versions.

        :return: ``{(external id, "model,column"): {words, …}}``, all languages together
        """
        try:
            file = file_open(f"{addon}/i18n_extra/former.csv", "r")
        except FileNotFoundError:
            return {}
        former = defaultdict(set)
        with file:
            for row in csv.DictReader(file):
                former[row["record"], row["column"]].add(row["words"])
        return former

    @staticmethod
    def _pm_rows_of(path, columns):
        """The rows of a file that translate certain columns of records.

        They are kept: an update asks for them anew with each of its addons, and to read
        one of our files takes seconds.

        :param columns: a frozen set of ``"model,column"``
        """
        return _read_rows(path, columns, os.path.getmtime(file_path(path)))

    @staticmethod
    def _pm_rows(path):
        with file_open(path, "rb") as file:
            yield from translation_file_reader(file, fileformat="po")

    @api.model
    def _pm_lend_code_texts(self, lang):
        """Have the code of other addons speak ``lang`` from any ``i18n_extra``.

        What an addon translates itself stays, unless that is English too.
        """
        python, javascript = defaultdict(dict), defaultdict(dict)
        for module, row in self._pm_code_texts_for_others(lang):
            if PYTHON_TRANSLATION_COMMENT in row["comments"]:
                python[module][row["src"]] = row["value"]
            if JAVASCRIPT_TRANSLATION_COMMENT in row["comments"]:
                javascript[module][row["src"]] = row["value"]
        for module, texts in python.items():
            own = code_translations.get_python_translations(module, lang)
            code_translations.python_translations[module, lang] = ReadonlyDict(
                self._pm_with(own, texts)
            )
        for module, texts in javascript.items():
            messages = code_translations.get_web_translations(module, lang)["messages"]
            own = {message["id"]: message["string"] for message in messages}
            code_translations.web_translations[module, lang] = ReadonlyDict(
                {
                    "messages": tuple(
                        ReadonlyDict({"id": text, "string": translated})
                        for text, translated in self._pm_with(own, texts).items()
                    )
                }
            )

    @staticmethod
    def _pm_with(own, lent):
        """Texts of an addon, with those that it left in English lent by us."""
        return {**own, **{t: lent[t] for t in lent if own.get(t, t) == t}}

    def _pm_code_texts_for_others(self, lang):
        """Texts that the code of one addon says and the files of another translate."""
        for addon in self.env.registry._init_modules:
            for path in get_po_paths(addon, lang):
                if "i18n_extra" not in path:
                    continue
                for row in self._pm_rows(path):
                    if row["type"] == "code" and row["module"] != addon:
                        yield row["module"], row
