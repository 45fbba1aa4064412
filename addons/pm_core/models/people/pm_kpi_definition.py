import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .pm_kpi import FAILURES

NUMERIC = ("integer", "float", "monetary")
# settings that name columns of the records
SETTINGS = (
    "measure_field",
    "numerator_field",
    "denominator_field",
    "date_field",
    "estate_path",
    "employee_path",
    "user_path",
)


class PmKpi(models.Model):
    """What a KPI measures, checked so that a mistake is refused with its reason."""

    _inherit = "pm.kpi"

    # who only reads a KPI reads it in words; the web client shows names of columns
    definition = fields.Text("How It Is Taken", compute="_compute_definition")

    @api.depends(*SETTINGS, "model_id", "kind")
    @api.depends_context("lang")
    def _compute_definition(self):
        for kpi in self:
            lines = [
                self.env._(
                    "%(setting)s: %(value)s",
                    setting=self._fields[name]._description_string(self.env),
                    value=kpi._in_words(kpi[name]),
                )
                for name in SETTINGS
                if kpi[name] and kpi.model in self.env
            ]
            kpi.definition = "\n".join(lines)

    def _in_words(self, path):
        """A path of columns as forms call them."""
        model, words = self.env[self.model], []
        for name in path.split("."):
            field = model._fields.get(name)
            if not field:
                # the setting is wrong, and says so elsewhere
                return path
            words.append(field._description_string(self.env))
            model = self.env[field.comodel_name] if field.comodel_name else model
        return " › ".join(words)

    def _check_settings(self):
        """Refuse settings that do not fit the records.

        :raises ValidationError: naming the KPI, the setting and the reason
        """
        self._check_written()
        self.sudo()._check_by_trying()

    def _check_written(self):
        """Refuse what can be seen to be wrong without asking the database."""
        self.ensure_one()
        kpi_sudo = self.sudo()
        if self.model not in self.env:
            raise self._wrong("model_id", self.env._("They do not exist any more."))
        kpi_sudo._check_condition("domain")
        if self.kind == "ratio":
            kpi_sudo._check_condition("numerator_domain")
        self._check_amounts()
        self._check_path("date_field", ("date", "datetime"))
        for name, comodel in self._path_models().items():
            self._check_path(name, ("many2one",), comodel)

    def _settings_problem(self):
        """Return what is wrong with the settings, in the reader's language, or None."""
        try:
            self._check_written()
        except ValidationError as error:
            return str(error)
        return None

    @api.model
    def _path_models(self):
        return {
            "estate_path": "pm.property",
            "employee_path": "hr.employee",
            "user_path": "res.users",
        }

    def _wrong(self, name, reason):
        """Return the error that says what is wrong with the setting ``name``."""
        return ValidationError(
            self.env._(
                "KPI %(kpi)s: %(setting)s %(value)s is not valid. %(reason)s",
                kpi=self.name,
                setting=self._fields[name].get_description(self.env)["string"],
                value=self[name] or "-",
                reason=reason,
            )
        )

    def _check_condition(self, name):
        domain = self._condition(name)
        for condition in domain.iter_conditions():
            self._check_known(name, condition.field_expr)
        try:
            domain.validate(self.env[self.model])
        except FAILURES as error:
            raise self._wrong(name, str(error).strip()) from error

    def _try_condition(self, name):
        try:
            with self.env.cr.savepoint():
                self.env[self.model].search(self._condition(name), limit=1)
        except FAILURES as error:
            raise self._wrong(name, str(error).strip()) from error

    def _condition(self, name):
        """Return the condition in the field ``name``; only literal values are read.

        :raises ValidationError: no list of conditions
        """
        try:
            parsed = ast.literal_eval((self[name] or "[]").strip())
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as bad:
            raise self._wrong(
                name,
                self.env._(
                    "It cannot be read: write a list of conditions with fixed values, "
                    "such as [('state', '=', 'done')]."
                ),
            ) from bad
        if not isinstance(parsed, list):
            raise self._wrong(name, self.env._("It is not a list of conditions."))
        try:
            return Domain(parsed)
        except (ValueError, TypeError) as bad:
            raise self._wrong(name, str(bad)) from bad

    def _check_amounts(self):
        needed = []
        if self.kind == "ratio" and (self.numerator_field or self.denominator_field):
            needed = ["numerator_field", "denominator_field"]
        elif self.kind == "measure" and self.aggregate != "count":
            needed = ["measure_field"]
        for name in needed:
            field = self.env[self.model]._fields.get(self[name])
            if field is None or field.type not in NUMERIC or not field.store:
                raise self._wrong(
                    name, self.env._("Choose a number that is stored on the record.")
                )

    def _check_known(self, name, path):
        """Refuse a path to a field that does not exist, as far as relations lead."""
        Model = self.env[self.model]
        for part in path.split("."):
            field = Model._fields.get(part)
            if field is None:
                raise self._wrong(name, self.env._("There is no such field: %s.", part))
            if not field.relational:
                return
            Model = self.env[field.comodel_name]

    def _check_path(self, name, types, comodel=None):
        if not self[name]:
            return
        Model, field = self.env[self.model], None
        for part in self[name].split("."):
            field = Model._fields.get(part) if Model is not None else None
            if field is None:
                raise self._wrong(name, self.env._("There is no such field: %s.", part))
            Model = self.env[field.comodel_name] if field.relational else None
        if field.type not in types or (comodel and field.comodel_name != comodel):
            wanted = self.env["ir.model"]._get(comodel).name if comodel else ""
            raise self._wrong(
                name,
                self.env._("It must lead to: %s.", wanted)
                if comodel
                else self.env._("It must be a date."),
            )

    def _check_by_trying(self):
        """Refuse what only the database tells to be wrong.

        Not every field that can be shown can be searched or grouped by.
        """
        self._try_condition("domain")
        if self.kind == "ratio":
            self._try_condition("numerator_domain")
        today = fields.Date.context_today(self)
        try:
            with self.env.cr.savepoint():
                self._grouped(*self._period_of(today), self.env.company)
        except FAILURES as error:
            raise ValidationError(
                self.env._(
                    "KPI %(kpi)s cannot be measured: %(reason)s",
                    kpi=self.name,
                    reason=str(error).strip(),
                )
            ) from error
