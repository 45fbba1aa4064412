from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine import text_diff

# the chain and the end of a version follow from its steps
# where a version holds, and so who may keep it
PLACES = {"company_id", "estate_id", "estate_ids"}


class PmVersionMixin(models.AbstractModel):
    """A text that holds in one version at a time, and whose earlier ones are kept.

    Each version is a record. The versions of one text form a chain: they share
    ``origin_id``, the first of them. A version is drafted, approved (see
    ``pm.approval.mixin``), and comes into force at once or, approved earlier, on
    ``valid_from``; the version that held until then is replaced. What is in force
    is not edited: ``action_new_version`` drafts the next version from it.

    A model that inherits this names the fields whose content a version fixes in
    ``_version_fields`` and declares the links of the chain, which cannot be declared
    without knowing the model::

        _name = "pm.thing"
        _inherit = ["pm.version.mixin", "mail.thread", "mail.activity.mixin"]
        _version_fields = ["name", "text", "line_ids"]

        origin_id = fields.Many2one(
            "pm.thing", "First Version", readonly=True, copy=False, index=True,
            ondelete="restrict",
        )
        previous_id = fields.Many2one(
            "pm.thing", "Previous Version", readonly=True, copy=False,
            index="btree_not_null", ondelete="restrict",
        )
        version_ids = fields.One2many("pm.thing", "origin_id", "Versions")

    Lines (One2many with ``copy=True``) go along into the next version; in the
    comparison each is one line: its ``_version_text()`` or its display name.
    """

    _name = "pm.version.mixin"
    _description = "Has Versions"
    _inherit = ["pm.chain.mixin", "pm.approval.mixin", "pm.cron.mixin"]
    _state_to = ["in_force", "scheduled"]
    _cancel_state = "withdrawn"
    _open_states = ("draft", "approval", "scheduled")
    _version_fields = []
    # fixed together with those, but not compared: they are no content
    _version_locked_fields = []

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approval", "In Approval"),
            ("scheduled", "Approved, Not Yet in Force"),
            ("in_force", "In Force"),
            ("replaced", "Replaced"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
    )
    valid_from = fields.Date(
        "In Force From",
        copy=False,
        help="Empty: from the day of the approval.",
    )
    valid_to = fields.Date("In Force Until", readonly=True, copy=False)
    changes = fields.Html(
        "What Changed", compute="_compute_changes", compute_sudo=True, sanitize=False
    )

    _in_force_unique = models.UniqueIndex(
        "(origin_id) WHERE state = 'in_force'", "Another version is in force."
    )
    _open_unique = models.UniqueIndex(
        "(origin_id) WHERE state IN ('draft', 'approval', 'scheduled')",
        "Another version is being worked on. Finish that one first.",
    )

    @api.depends("previous_id")
    @api.depends_context("lang")
    def _compute_changes(self):
        for record in self:
            record.changes = bool(record.previous_id) and self.env["ir.qweb"]._render(
                "pm_core.version_changes",
                {"changes": record._version_changes()},
                lang=self.env.lang,
            )

    @api.model_create_multi
    def create(self, vals_list):
        today = fields.Date.context_today(self)
        for vals in vals_list:
            if vals.get("state") == "in_force":
                vals.setdefault("valid_from", today)
            if vals.get("origin_id"):
                # a version of an existing text replaces it one day, so it is made by
                # somebody who may change that text
                self.browse(vals["origin_id"]).check_access("write")
        records = super().create(vals_list)
        for record in records.sudo().filtered(lambda record: not record.origin_id):
            record._as_step().origin_id = record
        return records

    def write(self, vals):
        self._check_unlocked(vals)
        result = super().write(vals)
        if PLACES & vals.keys():
            # the record rules were asked about the company and estate before the write
            self.check_access("write")
        return result

    def _update_field_translations(self, field_name, *args, **kwargs):
        self._check_unlocked([field_name])
        return super()._update_field_translations(field_name, *args, **kwargs)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(record)s, version %(version)s, is kept on file. Withdraw "
                        "it instead of deleting it.",
                        record=record.display_name,
                        version=record.version,
                    )
                )

    def action_submit(self):
        # whoever submits what nobody is responsible for takes it on
        if "user_id" in self._fields:
            self.filtered(lambda record: not record.user_id).user_id = self.env.user
        return super().action_submit()

    def action_new_version(self):
        """Open the version that is being worked on, drafting it where there is none.

        :raises UserError: this version is not in force, nor withdrawn last
        """
        self.ensure_one()
        return (self._open_version() or self._new_version())._form()

    def action_repeal(self):
        """Take the version out of force, without another one instead.

        :raises UserError: not in force
        """
        self._check_in_state("in_force", "scheduled")
        self.check_access("write")
        today = fields.Date.context_today(self)
        for record in self:
            record.sudo()._as_step().write(
                {
                    "state": "withdrawn",
                    "valid_to": max(today, record.valid_from or today),
                }
            )

    def _new_version(self):
        """Draft the next version of the chain as a copy of this one."""
        self.ensure_one()
        self._check_in_state("in_force", "withdrawn")
        return self._as_step().copy(self._prepare_next_version())

    def _approve(self):
        """Put the approved version in force, or keep it until its day has come."""
        today = fields.Date.context_today(self)
        later = self.filtered(
            lambda record: record.valid_from and record.valid_from > today
        )
        later._as_step().write(
            {"state": "scheduled", "approval_date": fields.Datetime.now()}
        )
        now = (self - later)._as_step()
        now.approval_date = fields.Datetime.now()
        now._put_in_force()

    def _put_in_force(self):
        """Make each version the one in force in its chain, from its day or today."""
        today = fields.Date.context_today(self)
        replaced = {
            record.origin_id: record
            for record in self.search(
                [
                    ("origin_id", "in", self.origin_id.ids),
                    ("state", "=", "in_force"),
                ]
            )
        }
        for record in self._as_step():
            start = record.valid_from or today
            before = replaced.get(record.origin_id)
            if before:
                last_day = start - timedelta(days=1)
                before._as_step().write(
                    {
                        "state": "replaced",
                        "valid_to": max(last_day, before.valid_from or last_day),
                    }
                )
                # at once, as the unique index lets only one version be in force
                before.flush_recordset()
            record.write({"state": "in_force", "valid_from": start, "valid_to": False})
            record._after_in_force(before)

    def _after_in_force(self, before):
        """Do more when a version comes into force; models extend it.

        :param before: the version that it replaces, or None
        """

    @api.model
    def _cron_put_in_force(self):
        """Put what was approved for today or earlier in force, in every model."""
        today = fields.Date.context_today(self)
        domain = Domain("state", "=", "scheduled") & Domain("valid_from", "<=", today)
        mixin = self.env.registry["pm.version.mixin"]
        for name, model in self.env.registry.items():
            if model._abstract or not issubclass(model, mixin):
                continue
            due = self.env[name].search(domain)
            if not due._cron_each(lambda version: version._put_in_force(), domain):
                return

    def _failure_summary(self):
        return self.env._(
            "It cannot come into force: look whether another one of the same number is "
            "in force"
        )

    def _check_unlocked(self, names):
        """Refuse to change the content of what is no draft.

        :raises UserError: naming the record and the way out
        """
        locked = {*self._version_fields, *self._version_locked_fields, "valid_from"}
        if self.env.su:
            # the steps enter the day on which a version comes into force
            locked.discard("valid_from")
        if locked.isdisjoint(names):
            return
        for record in self:
            if record.state == "approval":
                raise UserError(
                    self.env._(
                        "%s is in approval. Take the request back to change it.",
                        record.display_name,
                    )
                )
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(record)s, version %(version)s, is no draft any more. Make "
                        "a new version to change it.",
                        record=record.display_name,
                        version=record.version,
                    )
                )

    # COMPARISON

    def _version_changes(self):
        """Compare with the previous version, field by field.

        :return: list of dict: ``label`` of the field and ``rows`` as of
            ``text_diff.compare``; fields that did not change are left out
        """
        self.ensure_one()
        changes = []
        for name in self._version_fields:
            old = self.previous_id._version_lines(name)
            new = self._version_lines(name)
            if old != new:
                label = self._fields[name]._description_string(self.env)
                rows = text_diff.shorten(text_diff.compare(old, new))
                changes.append({"label": label, "rows": rows})
        return changes

    def _version_lines(self, name):
        """The content of a field as lines of text, as people read it."""
        self.ensure_one()
        field, value = self._fields[name], self[name]
        if field.type in ("integer", "float", "monetary"):
            return [f"{value:g}"] if value else []
        if not value:
            return []
        if field.type == "many2many":
            return sorted(value.mapped("display_name"))
        if field.type == "one2many":
            return [
                line._version_text()
                if hasattr(line, "_version_text")
                else line.display_name
                for line in value
            ]
        if field.type == "html":
            return text_diff.html_lines(value)
        return self._version_text_of(field, value).splitlines()

    def _version_text_of(self, field, value):
        if field.type == "selection":
            return dict(field._description_selection(self.env))[value]
        if field.type == "many2one":
            return value.display_name
        if field.type == "boolean":
            return self.env._("Yes")
        if field.type == "date":
            return format_date(self.env, value)
        return str(value)
