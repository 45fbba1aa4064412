from odoo import fields, models
from odoo.fields import Domain

from .maintenance_request import OPEN, WORKING
from .maintenance_request_report import MAX_PHOTO

PDF = b"%PDF-"
# of a checklist so many items are named that are missing
NAMED = 3


class MaintenanceRequest(models.Model):
    """What proves an order beside photos: checklist, counter readings, papers.

    The checklist and the reading are asked for when the work is done. Papers, as the
    report of a test, often come later: they are asked for before the order is closed.
    """

    _inherit = "maintenance.request"

    check_ids = fields.One2many("pm.order.check", "request_id", "Checklist")
    paper_ids = fields.Many2many(
        "ir.attachment",
        "pm_order_paper_rel",
        "request_id",
        "attachment_id",
        "Papers",
        copy=False,
        help="Service sheets, reports of tests: what has to be on file.",
    )

    def _missing_for_done(self):
        missing = super()._missing_for_done()
        left = self.sudo().check_ids._unanswered()
        if left:
            names = ", ".join(left[:NAMED].mapped("name"))
            missing.append(
                self.env._("items of the checklist: %s", names)
                if len(left) <= NAMED
                else self.env._(
                    "items of the checklist: %(names)s and %(more)s more",
                    names=names,
                    more=len(left) - NAMED,
                )
            )
        if self._needs_reading() and not self._has_reading():
            missing.append(self.env._("the counter reading of the machine"))
        return missing

    def _needs_reading(self):
        """Where a machine is served by its counter, or the category wants to know."""
        order = self.sudo()
        return bool(
            order.equipment_id
            and (order.plan_id.meter_kind or order.fault_category_id.needs_reading)
        )

    def _has_reading(self):
        order = self.sudo()
        kind = order.plan_id.meter_kind
        return any(
            reading.at >= order.reported_at and kind in (False, reading.kind)
            for reading in order.equipment_id.reading_ids
        )

    def _add_reading(self, kind, value):
        """Put down what the counter of the machine says, from a page.

        :raises UserError: the order names no machine
        """
        self._check_in_state(*WORKING)
        self._need(self.equipment_id, self.env._("the machine"))
        self._need(kind in ("hours", "starts"), self.env._("what the counter counts"))
        self.env["pm.equipment.reading"].create(
            {"equipment_id": self.equipment_id.id, "kind": kind, "value": value}
        )

    def _answer_checks(self, texts):
        """Fill in the checklist from a form that shows all of it.

        :param texts: entries by ``done``, ``value`` and ``note`` with the item's id
        """
        self.ensure_one()
        for check in self.check_ids:
            values = {
                "is_done": bool(texts.get(f"done{check.id}")),
                "note": (texts.get(f"note{check.id}") or "")[:500],
            }
            if check.kind == "number":
                values["value"] = (texts.get(f"value{check.id}") or "")[:20]
            if any((check[name] or "") != (values[name] or "") for name in values):
                check.write(values)

    def _missing_for_closing(self):
        """{order: names of what is missing}, of these; papers are read at once."""
        without = self._without_papers()
        missing = {}
        for order in self:
            names = order._missing_for_done()
            if order in without:
                kind = order.sudo().plan_id.paper_type_id.name
                names.append(kind or self.env._("a paper: service sheet or report"))
            if names:
                missing[order] = names
        return missing

    def _without_papers(self):
        """Those of these orders whose papers are asked for and are not there.

        A file of the order will do; where a machine was served, a paper among its
        documents too. Where the plan names the kind of paper, it has to be of that.
        """
        asked = self.sudo().filtered(
            lambda order: (
                order.plan_id.paper_type_id or order.fault_category_id.needs_paper
            )
        )
        asked = asked.filtered(
            lambda order: (
                not order.paper_ids
                or (order.plan_id.paper_type_id and order.equipment_id)
            )
        )
        if not asked:
            return self.browse()
        papers = (
            self.env["pm.document"]
            .sudo()
            .search(
                Domain("res_model", "=", "maintenance.equipment")
                & Domain("res_id", "in", asked.equipment_id.ids)
                & Domain("has_file", "=", True)
            )
        )
        by_machine = papers.grouped("res_id")
        return self.browse(
            order.id
            for order in asked
            if not any(
                order._is_proved_by(paper)
                for paper in by_machine.get(order.equipment_id.id, ())
            )
        )

    def _is_proved_by(self, paper):
        """Whether a document of the machine came of this order: not an older one."""
        kind = self.plan_id.paper_type_id
        filed = max(paper.attachment_ids.mapped("create_date"))
        return kind in (paper.type_id, kind.browse()) and filed >= self.create_date

    def _merge_parts(self, target):
        """The checklist of a service is that of the order which stands for it."""
        self.check_ids._as_step().request_id = target
        return super()._merge_parts(target)

    def _add_papers(self, papers):
        """Service sheets and reports, as photos or PDF, as they were sent.

        :param papers: pairs of file name and content as bytes
        :raises UserError: none, or what is neither
        """
        self._check_in_state(*OPEN, "verified")
        self._need(papers, self.env._("a paper: service sheet or report"))
        self._check_photo_count(papers)
        self._pm_keep_files(
            "paper_ids",
            [
                (name, content)
                if content.startswith(PDF) and len(content) <= MAX_PHOTO
                else self._check_photo(name, content)
                for name, content in papers
            ],
        )
