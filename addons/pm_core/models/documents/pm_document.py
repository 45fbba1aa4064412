import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, groupby

_logger = logging.getLogger(__name__)


class PmDocument(models.Model):
    """A paper of a contract, a customer or a property, or the lack of it.

    The files are attachments of the record itself, so that whoever may read the
    record may read them, and nobody else. The same holds for the document: its
    access is that of the record, and who may change the record may change it.
    """

    _name = "pm.document"
    _description = "Document"
    _inherit = ["pm.cron.mixin", "pm.about.mixin"]
    _order = "res_model, res_id, sequence, id"
    _rec_name = "type_id"

    res_model = fields.Char(
        "Model",
        required=True,
        index=True,
    )
    res_id = fields.Many2oneReference(
        "Record ID",
        model_field="res_model",
        required=True,
        index=True,
    )
    record_name = fields.Char("Belongs to", compute="_compute_record_name")
    type_id = fields.Many2one(
        "pm.document.type",
        "Document",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('applies_to', '=', applies_to)]",
    )
    applies_to = fields.Selection(
        selection=lambda self: (
            self.env["pm.document.type"]
            ._fields["applies_to"]
            ._description_selection(self.env)
        ),
        string="Kept for",
        compute="_compute_subject",
        store=True,
        precompute=True,
    )
    sequence = fields.Integer(related="type_id.sequence", store=True)
    estate_id = fields.Many2one(
        "pm.property",
        compute="_compute_subject",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    name = fields.Char("Title", help="What tells several papers of one type apart.")
    number = fields.Char(help="Number on the paper, for example of the licence.")
    date_issued = fields.Date("Issued on")
    date_expiry = fields.Date("Valid to", help="Last day of validity.", index=True)
    date_remind = fields.Date(
        "Remind from",
        compute="_compute_date_remind",
        store=True,
        precompute=True,
        index=True,
    )
    reminded = fields.Boolean("Reminder Sent", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain="[('share', '=', False)]",
        help="Is reminded before the paper expires; empty: who is responsible for "
        "the record.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "pm_document_attachment_rel",
        "document_id",
        "attachment_id",
        "Files",
        copy=False,
        bypass_search_access=True,
    )
    has_file = fields.Boolean(
        "On File", compute="_compute_has_file", store=True, precompute=True
    )
    is_required = fields.Boolean(related="type_id.is_required")
    has_expiry = fields.Boolean(related="type_id.has_expiry")
    type_note = fields.Text(related="type_id.note")
    is_checklist = fields.Boolean(readonly=True, copy=False)
    active = fields.Boolean(
        default=True, help="Archive a paper that another one has replaced."
    )
    state = fields.Selection(
        [
            ("missing", "Missing"),
            ("present", "On File"),
            ("expiring", "Expiring"),
            ("expired", "Expired"),
        ],
        "Document Status",
        compute="_compute_state",
        search="_search_state",
    )
    note = fields.Char("Remark")

    _record_idx = models.Index("(res_model, res_id)")
    _line_once = models.UniqueIndex(
        "(res_model, res_id, type_id) WHERE is_checklist AND active",
        "This document is on the checklist already.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_expiry IS NULL OR date_issued IS NULL"
        " OR date_expiry >= date_issued)",
        "A document cannot expire before it was issued.",
    )

    # ------------------------------------------------------------------
    # Computed
    # ------------------------------------------------------------------

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        names = {}
        for model, documents in self.grouped("res_model").items():
            if model in self.env:
                # whoever may see a document may see the name of what it belongs to
                records = self.env[model].sudo().browse(documents.mapped("res_id"))
                for record in records.exists():
                    names[model, record.id] = record.display_name
        for document in self:
            document.record_name = names.get((document.res_model, document.res_id))

    @api.depends("res_model", "res_id")
    def _compute_subject(self):
        for model, documents in self.grouped("res_model").items():
            subject = self.env[model] if self._is_archived(model) else None
            for document in documents:
                if subject is None:
                    document.applies_to = document.estate_id = False
                    continue
                document.applies_to = subject._document_subject
                record = subject.sudo().browse(document.res_id)
                document.estate_id = record._document_estate()

    @api.depends("type_id.remind_days", "date_expiry")
    def _compute_date_remind(self):
        for document in self:
            document.date_remind = document.date_expiry and fields.Date.subtract(
                document.date_expiry, days=document.type_id.remind_days
            )

    # the size is named so that a deleted attachment is noticed
    @api.depends("attachment_ids.file_size")
    def _compute_has_file(self):
        for document in self:
            document.has_file = bool(document.sudo().attachment_ids)

    @api.depends("has_file", "date_expiry", "date_remind")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for document in self:
            if not document.has_file:
                document.state = "missing"
            elif document.date_expiry and document.date_expiry < today:
                document.state = "expired"
            elif document.date_remind and document.date_remind <= today:
                document.state = "expiring"
            else:
                document.state = "present"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        on_file = Domain("has_file", "=", True)
        expired = on_file & Domain("date_expiry", "<", today)
        soon = on_file & Domain("date_remind", "<=", today) & ~expired
        domains = {
            "missing": ~on_file,
            "expired": expired,
            "expiring": soon,
            "present": on_file & ~expired & ~soon,
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.depends("type_id.name", "name")
    def _compute_display_name(self):
        for document in self:
            document.display_name = " ".join(
                part for part in (document.type_id.name, document.name) if part
            )

    # ------------------------------------------------------------------
    # Access follows the record
    # ------------------------------------------------------------------

    @api.model
    def _is_archived(self, model):
        """Whether the files of ``model`` belong to the archive."""
        found = self.env.registry.get(model or "")
        return found is not None and issubclass(
            found, self.env.registry["pm.document.mixin"]
        )

    @api.model
    def _archived_models(self):
        """The names of the models whose files belong to the archive."""
        return [
            name
            for name, model in self.env.registry.items()
            if not model._abstract and self._is_archived(name)
        ]

    @api.model
    def _domain_about_readable(self, domain):
        """The documents among those of ``domain`` whose records the user may read.

        The database is asked about the records that the domain names, or at most
        about those that have documents: never about all customers.
        """
        models, res_ids, ids = (
            self._named_values(domain, name) for name in ("res_model", "res_id", "id")
        )
        if ids is not None and models is None:
            # what is being read
            documents = (
                self.sudo()
                .with_context(active_test=False)
                .search_fetch([("id", "in", ids)], ["res_model", "res_id"])
            )
            models = set(documents.mapped("res_model"))
            res_ids = set(documents.mapped("res_id"))
        env = self.with_context(active_test=False).env
        readable = []
        for name in self._archived_models() if models is None else models:
            if not self._is_archived(name) or not env[name].has_access("read"):
                continue
            among = (
                SQL("(SELECT res_id FROM pm_document WHERE res_model = %s)", name)
                if res_ids is None
                else list(res_ids)
            )
            records = env[name]._search(Domain("id", "in", among))
            readable.append(
                Domain("res_model", "=", name) & Domain("res_id", "in", records)
            )
        return Domain.OR(readable) & self._domain_personal()

    @api.model
    def _sees_personal(self):
        """Whether the user may see papers that say who somebody is."""
        return self.env.su or self.env.user.has_group("pm_core.group_pm_personal_data")

    @api.model
    def _domain_personal(self):
        """The documents that are not closed to the user as personal."""
        if self._sees_personal():
            return Domain.TRUE
        return Domain("type_id.is_personal", "=", False)

    @api.model
    def _personal_attachments(self):
        """Return a query for the files of personal papers, for ``Domain``."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .with_context(active_test=False)
            ._search(
                Domain("pm_document_ids", "any!", [("type_id.is_personal", "=", True)]),
                bypass_access=True,
            )
        )

    def _unreadable_about(self, operation):
        """Who may change the record may change its documents."""
        personal_too = self._sees_personal()
        about = {
            one.id: (one.res_model, one.res_id)
            for one in self.sudo()
            if self._is_archived(one.res_model)
            and (personal_too or not one.type_id.is_personal)
        }
        closed = self.filtered(lambda one: one.id not in about)
        needed = "read" if operation == "read" else "write"
        return closed + self._about_unreadable(about, needed)

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._move_files()
        return documents

    def write(self, vals):
        if not self._writes_freely() and {"res_model", "res_id"} & vals.keys():
            raise UserError(
                self.env._(
                    "A document stays with the record that it was made for. Make a "
                    "new one there."
                )
            )
        if "date_expiry" in vals and "reminded" not in vals:
            vals = {**vals, "reminded": False}
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._move_files()
        return result

    def _move_files(self):
        """Hand new files over to the record, which files them in the archive.

        :raises UserError: a file belongs to another record
        """
        for document in self.filtered("attachment_ids"):
            # with the rights of the user, who may only link files that they may change
            new = document.attachment_ids.filtered(
                lambda file, doc=document: (
                    (file.res_model, file.res_id) != (doc.res_model, doc.res_id)
                )
            )
            foreign = new.filtered(
                lambda file, doc=document: (
                    file.res_id
                    and (file.res_model, file.res_id) != ("pm.document", doc.id)
                )
            )
            if foreign:
                raise UserError(
                    self.env._(
                        "The file %(file)s belongs to another record. Upload it here "
                        "once more.",
                        file=foreign[0].name,
                    )
                )
            new._as_step().with_context(attaching_to_record=True).write(
                {"res_model": document.res_model, "res_id": document.res_id}
            )

    # ------------------------------------------------------------------
    # Actions and reminders
    # ------------------------------------------------------------------

    def action_open_record(self):
        """Open what the document belongs to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    @api.model
    def _cron_remind(self):
        """Remind of papers that expire, once for each expiry date."""
        domain = [
            ("has_file", "=", True),
            ("reminded", "=", False),
            ("date_remind", "<=", fields.Date.context_today(self)),
        ]
        todo = self.search(domain, order="res_model, res_id, id")
        cron = self.env["ir.cron"]
        left = len(todo)
        for model, group in groupby(todo, key=lambda document: document.res_model):
            documents = self.union(*group)
            for start in range(0, len(documents), 100):
                batch = documents[start : start + 100]
                batch = batch.try_lock_for_update().filtered_domain(domain)
                if self._is_archived(model):
                    batch._try_together(lambda papers: papers._remind())
                else:
                    batch.reminded = True
                left -= 100
                if not cron._commit_progress(len(batch), remaining=max(left, 0)):
                    return

    def _remind(self):
        """Plan one activity for each document on its record, for this expiry date."""
        self.reminded = True
        records = self.env[self[0].res_model].browse(self.mapped("res_id"))
        existing = {record.id: record for record in records.exists()}
        for document in self:
            record = existing.get(document.res_id)
            if not record:
                continue
            user = (
                document.user_id or record._document_responsible() or document.write_uid
            )
            if not user.active or user.share or user._is_superuser():
                _logger.info("Nobody to remind of %s", document)
                continue
            record.activity_schedule(
                "pm_core.mail_activity_document",
                date_deadline=document.date_expiry,
                summary=document.with_context(lang=user.lang)._remind_summary(),
                user_id=user.id,
            )

    def _tell_failure(self, message):
        """The log tells: a paper has no activities, and the next night tries again."""

    def _remind_summary(self):
        return self.env._("%(document)s expires", document=self.display_name)
