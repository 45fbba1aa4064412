from collections import Counter
from datetime import date

from odoo import Command, api, fields, models

from ..shared.pm_sync_mixin import BATCH

# roles that several people have beside each other
SHARED_ROLES = {"family", "other"}


class PmRegisterImport(models.Model):
    """The customers of the workbook, and what they hold."""

    _inherit = "pm.register.import"

    def _import_customers(self, register, estate):
        """Bring in the customers; return them by their number."""
        this_year = fields.Date.context_today(self).year
        wanted = {
            code: {
                "ref": code,
                "pm_estate_id": estate.id,
                "company_id": self.company_id.id,
                "name": customer.name,
                "lang": self.env.user.lang,
                "is_company": customer.is_company or customer.name.endswith("公司"),
                "comment": customer.contact,
                "phone": customer.phone,
                "pm_gender": customer.gender,
                "pm_id_number": customer.id_number,
                "pm_birth_year": customer.age and this_year - customer.age,
            }
            for code, customer in register.customers.items()
        }
        # personal data belong to the import whatever the importer may read later
        Partner = self.env["res.partner"].with_context(active_test=False).sudo()
        partners = Partner.search([("pm_estate_id", "=", estate.id)])
        for partner in partners.filtered("user_ids"):
            self._keep_identity(partner, wanted.get(partner.ref, {}))
        for partner in partners._pm_served_elsewhere():
            self._keep_identity(
                partner, wanted.get(partner.ref, {}), "served_elsewhere"
            )
        return self._sync(
            "customer",
            partners,
            "ref",
            wanted,
            only_new=("lang", "pm_birth_year", "comment"),
        )

    def _keep_identity(self, partner, vals, why="has_login"):
        """Leave out what the person or an administrator changes, and say so."""
        words = {
            "has_login": self.env._(
                "%(customer)s has a login and is otherwise in the workbook "
                "(%(field)s). It stays as it is: it is changed by that person, or by "
                "an administrator."
            ),
            "served_elsewhere": self.env._(
                "%(customer)s is a customer of other estates too and is otherwise in "
                "the workbook (%(field)s). It stays as it is: it is changed by "
                "somebody who works with all of them, as a company manager, or by "
                "that person."
            ),
        }
        for name in ("phone", "is_company"):
            value = vals.pop(name, None)
            if value is not None and partner._pm_differs(name, value):
                self._as_step().issue_ids = [
                    Command.create(
                        {
                            "severity": "warning",
                            "code": why,
                            "value": value if name == "phone" else False,
                            "message": words[why]
                            % {
                                "customer": partner.name,
                                "field": partner._fields[name]._description_string(
                                    self.env
                                ),
                            },
                        }
                    )
                ]

    def _import_occupancies(self, register, places, customers):
        """Note who holds which unit and parking space since when."""
        wanted = []
        for code, unit in register.units.items():
            starts = [day for day in unit.fees.values() if day]
            wanted += [
                {
                    "property_id": places[code].id,
                    "partner_id": customers[customer].id,
                    "role": role,
                    "date_from": min(starts, default=self.date_effective),
                    "share": self._share(unit, role),
                }
                for customer, role in unit.holders.items()
            ]
        for code, space in register.spaces.items():
            if space.customer:
                wanted.append(
                    {
                        "property_id": places[code].id,
                        "partner_id": customers[space.customer].id,
                        "role": space.role,
                        "date_from": space.date_from or self.date_effective,
                        "date_to": space.date_to,
                        "license_plate": space.license_plate,
                        "note": space.note,
                    }
                )
        self._sync_occupancies(wanted)

    @api.model
    def _share(self, unit, role):
        """Owners who are named together own equal parts until somebody says more."""
        owners = list(unit.holders.values()).count("owner")
        return 100 if role != "owner" or owners < 2 else int(10000 / owners) / 100

    def _sync_occupancies(self, wanted):
        """Open what is new; a changed holder ends the earlier one the day before.

        Where the workbook names several in one role (a family), each is added, and
        nobody follows anybody.
        """
        named = Counter((vals["property_id"], vals["role"]) for vals in wanted)
        rows = self.env["pm.occupancy"].search(
            [("property_id", "in", [vals["property_id"] for vals in wanted])]
        )
        known = rows.grouped(
            lambda row: (row.property_id.id, row.role, row.partner_id.id, row.date_from)
        )
        holders = rows.filtered(
            lambda row: not row.date_to or row.date_to >= self.date_effective
        ).grouped(lambda row: (row.property_id.id, row.role))
        to_create, counts = [], {"created": 0, "changed": 0, "same": 0}
        for vals in wanted:
            place = vals["property_id"], vals["role"]
            over = (vals.get("date_to") or date.max) < self.date_effective
            rows = (not over and holders.get(place)) or known.get(
                (*place, vals["partner_id"], vals["date_from"])
            )
            if not rows:
                counts["created"] += 1
                to_create.append(vals)
            elif vals["partner_id"] in rows.partner_id.ids:
                row = rows.filtered(
                    lambda r, v=vals: r.partner_id.id == v["partner_id"]
                )
                difference = self._difference(
                    row[0], vals, only_new=("date_from", "share")
                )
                counts["changed" if difference else "same"] += 1
                if difference:
                    row[0].write(difference)
            elif vals["role"] in SHARED_ROLES or (
                named[place] > 1 and vals["role"] != "owner"
            ):
                counts["created"] += 1
                to_create.append(vals)
            elif len(rows) > 1 or named[place] > 1:
                self._report_co_owned(rows, vals)
            else:
                counts["changed"] += 1
                to_create += self._hand_over(rows, vals)
        for start in range(0, len(to_create), BATCH):
            self.env["pm.occupancy"].create(to_create[start : start + BATCH])
            self._report_progress(
                min(start + BATCH, len(to_create)),
                len(to_create),
                self.env._("Occupancies"),
            )
        self._add_figures("occupancy", **counts)

    def _hand_over(self, occupancy, vals):
        """End ``occupancy`` and return the values of what follows it.

        One that would not have lasted a day was a mistake in the earlier file and
        is put right in place.
        """
        if occupancy.date_from >= self.date_effective:
            occupancy.partner_id = vals["partner_id"]
            return []
        occupancy.date_to = fields.Date.subtract(self.date_effective, days=1)
        return [{**vals, "date_from": self.date_effective}]

    def _report_co_owned(self, rows, vals):
        prop = rows.property_id
        customer = self.env["res.partner"].browse(vals["partner_id"])
        self._as_step().issue_ids = [
            Command.create(
                {
                    "severity": "warning",
                    "code": "co_owned",
                    "value": prop.code,
                    "message": self.env._(
                        "%(property)s is held by %(owners)s together; the workbook "
                        "names %(customer)s. Change the owners on the unit.",
                        property=prop.display_name,
                        owners=", ".join(rows.partner_id.mapped("name")),
                        customer=customer.name,
                    ),
                }
            )
        ]
