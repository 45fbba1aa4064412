from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .pm_complaint import OPEN, RANKS


class PmComplaint(models.Model):
    """Two that are the same become one; one that is two things becomes two."""

    _inherit = "pm.complaint"

    duplicate_of_id = fields.Many2one(
        "pm.complaint",
        "Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    duplicate_ids = fields.One2many(
        "pm.complaint", "duplicate_of_id", "Merged", readonly=True
    )
    likely_duplicate_ids = fields.Many2many(
        "pm.complaint",
        string="Likely the Same",
        compute="_compute_likely_duplicate_ids",
    )
    split_from_id = fields.Many2one(
        "pm.complaint",
        "Split from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    split_ids = fields.One2many(
        "pm.complaint", "split_from_id", "Split off", readonly=True
    )

    _not_own_duplicate = models.Constraint(
        "CHECK (id <> duplicate_of_id AND id <> split_from_id AND id <> previous_id)",
        "A complaint is no duplicate and no part of itself.",
    )

    @api.depends("property_id", "category_id", "state")
    def _compute_likely_duplicate_ids(self):
        """Open ones of the same place and category: one query for all."""
        known = self.filtered("category_id")
        found = self.search(
            Domain("property_id", "in", known.property_id.ids)
            & Domain("category_id", "in", known.category_id.ids)
            & Domain("state", "in", OPEN)
        )
        for complaint in self:
            complaint.likely_duplicate_ids = found.filtered(
                lambda other, own=complaint: (
                    other.property_id == own.property_id
                    and other.category_id == own.category_id
                    and other != own._origin
                )
            )

    def action_merge(self, into_id):
        """These are the same as another one: not a word of them is lost.

        Words, files, measures and disputes go to the one that stays, and whoever
        reported any of them is answered.

        :param into_id: id of the open complaint of the same estate that stays
        """
        self._check_desk()
        self._check_in_state(*OPEN)
        target = self.browse(into_id).exists()
        target.check_access("write")
        if not target or target.state not in OPEN or target in self:
            raise UserError(
                self.env._(
                    "Choose an open complaint that stays, other than the one merged."
                )
            )
        for complaint in self:
            if complaint.estate_id != target.estate_id:
                raise UserError(
                    self.env._(
                        "%(complaint)s and %(target)s are in different estates.",
                        complaint=complaint.display_name,
                        target=target.display_name,
                    )
                )
            complaint._merge_into(target)

    def _merge_into(self, target):
        source, kept = self.sudo()._as_step(), target.sudo()._as_step()
        kept.write(
            {
                "evidence_ids": [Command.link(file.id) for file in source.evidence_ids],
                "concerned_user_ids": [
                    Command.link(user.id) for user in source.concerned_user_ids
                ],
                "is_confidential": kept.is_confidential or source.is_confidential,
                "findings": self._joined_text(kept.findings, source.findings),
                "heard": self._joined_text(kept.heard, source.heard),
                **(
                    {"severity": source.severity}
                    if RANKS.get(source.severity, 9) < RANKS.get(kept.severity, 9)
                    else {}
                ),
            }
        )
        # a measure may be about a disputed charge of its own complaint
        source.dispute_ids.complaint_id = kept
        source.rectification_ids.complaint_id = kept
        source.person_ids.complaint_id = kept
        source.duplicate_ids.duplicate_of_id = kept
        target._take_step(
            "merged",
            note="\n".join(
                [
                    source.display_name,
                    *filter(
                        None,
                        (
                            source.reporter_name or source.partner_id.name,
                            source.description,
                            source.remedy_sought,
                            *source.step_ids.filtered(
                                lambda step: step.step in ("add", "merged")
                            ).mapped("note"),
                        ),
                    ),
                ]
            ),
        )
        self._take_step(
            "merge",
            "merged",
            note=target.display_name,
            duplicate_of_id=target.id,
            cluster_id=False,
            end_reason=self.env._("merged into %s", target.number),
            closed_at=fields.Datetime.now(),
        )
        source.activity_unlink(["pm_complaints.mail_activity_complaint"])
        self._tell_customer("merge", target.number)

    @staticmethod
    def _joined_text(*texts):
        return "\n\n".join(filter(None, texts)) or False

    def _reporters_of(self):
        """This one and those merged into it: everybody who is to be answered."""
        return self | self.duplicate_ids

    def action_split(self, text=None, category_id=None):
        """Two things in one letter: the second one becomes a case of its own.

        :param text: what the second one is about
        :param category_id: id of its ``pm.complaint.category``
        """
        self.ensure_one()
        self._check_desk()
        self._check_in_state(*OPEN)
        self._need(text, self.env._("what the second case is about"))
        category = self.env["pm.complaint.category"].browse(category_id or []).exists()
        category.check_access("read")
        old = self.sudo()
        part = self._report(
            old.property_id,
            text,
            kind=old.kind,
            channel=old.channel_id.code,
            category=category,
            partner=old.partner_id,
            reporter={
                "name": old.reporter_name,
                "phone": old.reporter_phone,
                "email": old.reporter_email,
            },
            is_anonymous=old.is_anonymous,
            values={
                "split_from_id": old.id,
                "evidence_ids": [Command.link(file.id) for file in old.evidence_ids],
                "concerned_user_ids": [Command.set(old.concerned_user_ids.ids)],
                "is_confidential": old.is_confidential,
            },
        )
        self._take_step("split", note=part.display_name)
        return part.with_env(self.env)._open_form()
