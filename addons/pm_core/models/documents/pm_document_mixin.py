from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class PmDocumentMixin(models.AbstractModel):
    """A record that papers belong to: a checklist, files in the archive, a badge.

    What is on the checklist follows from ``pm.document.type``. All attachments of
    the record are filed in its folder of the archive (OCA ``dms``).
    """

    _name = "pm.document.mixin"
    _description = "Has Documents"
    # value of pm.document.type.applies_to, and the selection field of its kinds; None
    # where there are no kinds
    _document_subject = None
    _document_kind_field = "kind"
    # whether the checklist is made with the record, or when it is first looked at
    _document_on_create = True

    pm_document_ids = fields.One2many(
        "pm.document",
        "res_id",
        "Documents",
        domain=lambda self: [("res_model", "=", self._name)],
        copy=False,
        groups="pm_core.group_pm_user",
    )
    pm_document_state = fields.Selection(
        [
            ("complete", "Complete"),
            ("missing", "Missing"),
            ("expiring", "Expiring"),
            ("expired", "Expired"),
        ],
        "Document Status",
        compute="_compute_pm_document_state",
        search="_search_pm_document_state",
        groups="pm_core.group_pm_user",
        help="Whether the required papers are there and valid today.",
    )
    pm_document_missing = fields.Char(
        "Missing Documents",
        compute="_compute_pm_document_state",
        groups="pm_core.group_pm_user",
    )
    pm_document_missing_count = fields.Integer(
        "Number of Missing Documents",
        compute="_compute_pm_document_state",
        groups="pm_core.group_pm_user",
    )
    pm_file_count = fields.Integer(
        "Files", compute="_compute_pm_file_count", groups="pm_core.group_pm_user"
    )

    @api.depends(
        "pm_document_ids.has_file",
        "pm_document_ids.date_expiry",
        "pm_document_ids.type_id",
    )
    @api.depends_context("lang", "uid")
    def _compute_pm_document_state(self):
        """Work out checklist and badge of all records, with a few queries in all."""
        required = self._document_types_by_record()
        held = {}
        rows = self.env["pm.document"]._read_group(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("has_file", "=", True),
            ],
            ["res_id", "type_id"],
            # of several papers of one type the one that lasts longest counts
            ["date_expiry:max", "date_expiry:count", "__count", "date_remind:max"],
        )
        for res_id, doc_type, expiry, dated, count, remind in rows:
            forever = dated < count
            held.setdefault(res_id, {})[doc_type] = (
                (False, False) if forever else (expiry, remind)
            )
        today = fields.Date.context_today(self)
        for record in self:
            papers = held.get(record._origin.id, {})
            missing = required[record].filtered(
                lambda kind, has=papers: kind not in has
            )
            record.pm_document_missing = ", ".join(missing.mapped("name"))
            record.pm_document_missing_count = len(missing)
            if missing:
                record.pm_document_state = "missing"
            elif any(expiry and expiry < today for expiry, _remind in papers.values()):
                record.pm_document_state = "expired"
            elif any(remind and remind <= today for _expiry, remind in papers.values()):
                record.pm_document_state = "expiring"
            else:
                record.pm_document_state = "complete" if required[record] else False

    def _search_pm_document_state(self, operator, value):
        """Missing, expiring or expired; what is complete follows from the others.

        Who looks for what expires also finds records that lack other papers.
        """
        if operator != "in":
            return NotImplemented
        types = self._document_types()
        applies = Domain.OR(self._document_kind_domain(kind) for kind in types)
        domains = {
            "missing": Domain.OR(
                self._document_kind_domain(kind)
                & Domain("id", "not in", self._records_with_file(kind))
                for kind in types
            ),
            "expired": Domain("id", "in", self._records_that_lapse("expired")),
            "expiring": Domain("id", "in", self._records_that_lapse("expiring")),
        }
        domains["complete"] = applies & ~Domain.OR(domains.values())
        return Domain.OR(domains[state] for state in value if state in domains)

    def _records_with_file(self, doc_type):
        """The query of the records that have a paper of this type on file."""
        return (
            self.env["pm.document"]
            ._search(
                Domain("res_model", "=", self._name)
                & Domain("type_id", "=", doc_type.id)
                & Domain("has_file", "=", True)
            )
            .subselect("res_id")
        )

    def _records_that_lapse(self, state):
        """The query of the records of which a paper is expired, or expires soon.

        As in the field, of several papers of one type the one that lasts longest
        counts: a paper that was renewed is not expired.
        """
        today = fields.Date.context_today(self)
        lapse = (
            SQL("max(date_expiry) < %s", today)
            if state == "expired"
            else SQL("max(date_expiry) >= %s AND max(date_remind) <= %s", today, today)
        )
        Document = self.env["pm.document"]
        Document.flush_model(["res_id", "type_id", "date_expiry", "date_remind"])
        papers = Document._search(
            Domain("res_model", "=", self._name) & Domain("has_file", "=", True)
        )
        return SQL(
            "(SELECT res_id FROM pm_document WHERE id IN %s GROUP BY res_id, type_id"
            " HAVING bool_and(date_expiry IS NOT NULL) AND %s)",
            papers.subselect(),
            lapse,
        )

    def _compute_pm_file_count(self):
        counts = dict(
            self.env["dms.file"]
            .sudo()
            ._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
                ["res_id"],
                ["__count"],
            )
        )
        for record in self:
            record.pm_file_count = counts.get(record._origin.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._document_on_create:
            records._ensure_checklist()
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._document_on_create and self._document_kind_field in vals:
            self._ensure_checklist()
        return result

    def unlink(self):
        documents = (
            self.env["pm.document"]
            .sudo()
            .with_context(active_test=False)
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        result = super().unlink()
        documents.unlink()
        return result

    # ------------------------------------------------------------------
    # What belongs on the checklist
    # ------------------------------------------------------------------

    @api.model
    def _document_types(self):
        """The required types of documents of this model."""
        return self.env["pm.document.type"].search(
            [("applies_to", "=", self._document_subject), ("is_required", "=", True)]
        )

    def _document_types_by_record(self, types=None):
        """Return {record: its required types}."""
        types = self._document_types() if types is None else types
        kinds = {
            doc_type: set(doc_type.sudo().kind_ids.mapped("value"))
            for doc_type in types
        }
        by_kind = {}
        result = {}
        for record in self:
            field = self._document_kind_field
            kind = record[field] if field else None
            if kind not in by_kind:
                by_kind[kind] = types.filtered(
                    lambda doc_type, of=kind: (
                        not kinds[doc_type] or of in kinds[doc_type]
                    )
                )
            result[record] = by_kind[kind]
        return result

    @api.model
    def _document_kind_domain(self, doc_type):
        """The domain of the records that ``doc_type`` applies to."""
        kinds = doc_type.sudo().kind_ids.mapped("value")
        if not kinds or not self._document_kind_field:
            return Domain.TRUE
        return Domain(self._document_kind_field, "in", kinds)

    def _ensure_checklist(self, types=None):
        """Put a line for each required type on the checklists that lack it.

        Lines without a file that no longer apply to the record's kind are removed.

        :return: the new lines
        """
        Document = self.env["pm.document"].sudo()._as_step()
        required = self._document_types_by_record(types)
        lines = (
            Document.with_context(active_test=False).search(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)]
            )
            if self.ids
            else Document
        )
        listed = {(line.res_id, line.type_id) for line in lines}
        if types is None:
            lines.filtered(
                lambda line: (
                    line.is_checklist
                    and not line.has_file
                    and line.type_id.is_required
                    and line.type_id not in required[self.browse(line.res_id)]
                )
            ).unlink()
        return Document.create(
            [
                {
                    "res_model": self._name,
                    "res_id": record.id,
                    "type_id": doc_type.id,
                    "is_checklist": True,
                }
                for record, doc_types in required.items()
                for doc_type in doc_types
                if (record.id, doc_type) not in listed
            ]
        )

    def _document_estate(self):
        """The estate that the documents of the record are sorted under."""
        return self.env["pm.property"]

    def _document_responsible(self):
        """Who is reminded of what expires, unless the document names somebody."""
        return self.env["res.users"]

    def _document_folder_name(self):
        """Name of the folder of the record in the archive."""
        return self.display_name

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_pm_documents(self):
        """Open the checklist; it is made where it was not yet."""
        self.ensure_one()
        self.check_access("read")
        if self.has_access("write"):
            self._ensure_checklist()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_document_action"
            ),
            "display_name": self.env._("Documents of %s", self.display_name),
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def action_pm_make_checklist(self):
        """Put what is required on the checklist."""
        self.check_access("write")
        self._ensure_checklist()

    def action_pm_files(self):
        """Open all files of the record, those of the messages too."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("pm_core.dms_file_action"),
            "display_name": self.env._("Files of %s", self.display_name),
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
        }
