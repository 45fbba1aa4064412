from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

# what a customer has once, and two may have differently
SINGLE_VALUES = ("ref", "phone", "email", "pm_id_number", "pm_estate_id")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Customers who are one, or who were entered twice, become one.

    Odoo moves what names a contact with one UPDATE a table, which a unique index
    over the contact stops, and deletes what a unique constraint would double. Rows
    of ours that would coincide are made one before that, each kind by its rule.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """A login goes with its contact: merging may make it somebody else's.

        :raises AccessError: one of them has a login, and the user is no administrator
        """
        Partner = self.env["res.partner"]
        with_login = Partner.sudo().browse(partner_ids).filtered("user_ids")
        others = with_login.filtered(lambda one: one.user_ids != self.env.user)
        if others and not Partner._pm_changes_identities():
            raise AccessError(
                self.env._(
                    "%s has a login, which would become that of the other contact. An "
                    "administrator merges them.",
                    others[0].name,
                )
            )
        return super()._merge(partner_ids, dst_partner, extra_checks)

    @api.model
    def _pm_merge_rules(self):
        """Return {model: how two rows of it become one}, for every model that has a
        unique index over a contact.

        The rule is called with the row that stays and the one that goes, and moves
        everything that only the latter has.
        """
        return {
            "pm.occupancy": self._pm_join_occupancies,
            "pm.contract.party": self._pm_join_parties,
            "pm.notice.recipient": self._pm_join_recipients,
            # the number of a customer; see _update_values
            "res.partner": None,
        }

    @api.model
    def _pm_merge_keys(self):
        """Return {model: the fields beside the contact that tell rows apart}."""
        return {
            "pm.occupancy": ("property_id", "role", "date_from"),
            "pm.contract.party": ("contract_id", "role"),
            "pm.notice.recipient": ("notice_id",),
        }

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        for model, key in self._pm_merge_keys().items():
            self._pm_join_rows(model, key, src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _pm_join_rows(self, model, key, src_partners, dst_partner):
        """Make one of the rows that would coincide after the merge."""
        rows_sudo = self.env[model].sudo()._as_step().with_context(active_test=False)
        partners = dst_partner | src_partners
        found = rows_sudo.search([("partner_id", "in", partners.ids)], order="id")
        join = self._pm_merge_rules()[model]
        for rows in found.grouped(lambda r: tuple(r[name] for name in key)).values():
            if len(rows) < 2:
                continue
            kept = self._pm_kept_row(rows, dst_partner)
            for row in rows - kept:
                join(kept, row)
                self._update_foreign_keys_generic(model, row, kept)
                self._update_reference_fields_generic(model, row, kept)
                self._pm_delete_joined(row)

    @api.model
    def _pm_delete_joined(self, row):
        """Delete a row whose content another one has now.

        Not with ``unlink``: what forbids to take a party off an agreed contract is
        about the party, who stays.
        """
        self.env.flush_all()
        self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", row._name),
                ("res_id", "=", row.id),
                ("res_field", "!=", False),
            ]
        ).unlink()
        self.env.execute_query(
            SQL(
                "DELETE FROM %s WHERE id = %s RETURNING id",
                SQL.identifier(row._table),
                row.id,
            )
        )
        self.env.invalidate_all()

    @api.model
    def _pm_kept_row(self, rows, dst_partner):
        """What was signed or read stays, else what the kept contact has."""
        return rows.sorted(
            lambda row: (
                not ("signed_on" in row and row.signed_on),
                not ("read_date" in row and row.read_date),
                row.partner_id != dst_partner,
                row.id,
            )
        )[:1]

    @api.model
    def _pm_join_occupancies(self, kept, row):
        """The longer period, both shares together, both cars and both notes."""
        ends = [kept.date_to, row.date_to]
        vals = {
            "date_to": max(ends) if all(ends) else False,
            "share": min(100, kept.share + row.share),
            "license_plate": _both(kept.license_plate, row.license_plate),
            "note": _both(kept.note, row.note),
        }
        # the shares of a day are counted without the row that goes
        row.share = 0
        kept.write(vals)

    @api.model
    def _pm_join_parties(self, kept, row):
        vals = {
            name: row[name]
            for name in ("signatory", "signatory_title")
            if row[name] and not kept[name]
        }
        if vals:
            kept.write(vals)
        if row.signature:
            self.env["ir.attachment"].sudo().create(
                {
                    "name": self.env._(
                        "Signature of %(name)s, %(date)s",
                        name=row.partner_id.name,
                        date=row.signed_on,
                    ),
                    "datas": row.signature,
                    "res_model": "pm.contract",
                    "res_id": row.contract_id.id,
                }
            )

    @api.model
    def _pm_join_recipients(self, kept, row):
        """Read is read since the first time; each channel keeps its message."""
        dates = [date for date in (kept.read_date, row.read_date) if date]
        kept.read_date = min(dates, default=False)
        by_channel = {one.channel: one for one in kept.delivery_ids}
        for delivery in row.delivery_ids:
            other = by_channel.get(delivery.channel)
            if not other:
                delivery.recipient_id = kept
            elif delivery.state == "sent" != other.state:
                other.unlink()
                delivery.recipient_id = kept
            else:
                delivery.unlink()

    def _update_values(self, src_partners, dst_partner):
        """What both have is not lost with the one that goes: the kept one's chatter
        says it. A customer number is unique at its estate, so it is freed first."""
        sources = src_partners.sudo()._as_step()
        kept = dst_partner.sudo()._as_step()
        lost = self._pm_lost_values(sources, kept)
        numbers = [one.ref for one in (kept, *sources) if one.ref]
        openids = self._pm_wechat_openids(sources | kept)
        sources.ref = False
        sources.flush_recordset(["ref"])
        result = super()._update_values(src_partners, dst_partner)
        if numbers and kept.ref != numbers[0]:
            kept.ref = numbers[0]
        for company, openid in openids.items():
            company_kept = kept.with_company(company)
            company_kept.pm_wechat_openid = company_kept.pm_wechat_openid or openid
        if lost:
            kept.message_post(body=lost)
        return result

    @api.model
    def _pm_lost_values(self, sources, kept):
        """Return what the merged contacts had otherwise, as one text."""
        lines = []
        for source in sources:
            for name in SINGLE_VALUES:
                value = source[name]
                if not value or not kept[name] or value == kept[name]:
                    continue
                field = kept._fields[name]
                shown = source.pm_id_masked if name == "pm_id_number" else value
                lines.append(
                    self.env._(
                        "%(name)s was merged; %(field)s there: %(value)s.",
                        name=source.display_name,
                        field=field._description_string(self.env),
                        value=shown.display_name
                        if isinstance(shown, models.BaseModel)
                        else shown,
                    )
                )
        return "\n".join(lines)

    @api.model
    def _pm_wechat_openids(self, partners):
        """Return {company: openid} of the first of ``partners`` that has one."""
        openids = {}
        for company in self.env["res.company"].sudo().search(Domain.TRUE):
            for partner in partners.with_company(company):
                if partner.pm_wechat_openid:
                    openids.setdefault(company, partner.pm_wechat_openid)
        return openids

    def _update_reference_fields(self, src_partners, dst_partner):
        """The papers of merged customers go to the one that stays.

        Else they would be deleted with the contacts that go.
        """
        result = super()._update_reference_fields(src_partners, dst_partner)
        self._pm_move_documents(src_partners, dst_partner)
        self._pm_move_folders(src_partners, dst_partner)
        return result

    def _pm_move_documents(self, src_partners, dst_partner):
        Document = self.env["pm.document"].sudo().with_context(active_test=False)
        found = Document.search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", (src_partners | dst_partner).ids),
            ]
        )
        moved = found.filtered(lambda line: line.res_id != dst_partner.id)
        # a checklist has one line a type: those with a file stay
        empty = found.filtered(lambda line: line.is_checklist and not line.has_file)
        filled = (found - empty).type_id
        obsolete = empty.filtered(lambda line: line.type_id in filled) | (moved & empty)
        obsolete.unlink()
        (moved - obsolete).is_checklist = False
        (moved - obsolete).res_id = dst_partner.id
        if obsolete:
            dst_partner._ensure_checklist()

    def _pm_move_folders(self, src_partners, dst_partner):
        Folder = self.env["dms.directory"].sudo()
        place = [("res_model", "=", "res.partner")]
        kept = Folder.search([*place, ("res_id", "=", dst_partner.id)], limit=1)
        for folder in Folder.search([*place, ("res_id", "in", src_partners.ids)]):
            if not kept:
                folder.res_id = dst_partner.id
                kept = folder
                continue
            for file in folder.file_ids:
                name = file._pm_free_name(file.name, kept.id)
                file.write({"directory_id": kept.id, "name": name})
            folder.invalidate_recordset(["file_ids"])
            folder.unlink()


def _both(*values):
    """Join what differs and is there."""
    return ", ".join(dict.fromkeys(value for value in values if value)) or False
