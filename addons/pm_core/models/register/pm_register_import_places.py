from odoo import Command, models
from odoo.exceptions import UserError


def _float(number):
    """A ``Decimal`` as the ORM takes it; None stays None: the cell is empty."""
    return None if number is None else float(number)


class PmRegisterImport(models.Model):
    """The estate and its places: buildings, entrances, units and parking spaces."""

    _inherit = "pm.register.import"

    def _get_estate(self):
        """Return the estate of this name, made when the company has none."""
        domain = [
            ("kind", "=", "estate"),
            ("name", "=", self.estate_name.strip()),
            ("company_id", "=", self.company_id.id),
        ]
        Property = self.env["pm.property"].with_context(active_test=False)
        estate = Property.search(domain)
        if not estate and Property.sudo().search_count(domain, limit=1):
            raise UserError(
                self.env._(
                    "The estate %s exists and is not among yours. Ask an "
                    "administrator to assign it to you.",
                    self.estate_name,
                )
            )
        if not estate:
            # with all rights: until the estate is among the user's own, which is the
            # next step, the record rules hide it from its maker
            estate_sudo = (
                self.env["pm.property"]
                .sudo()
                .create(
                    {
                        "kind": "estate",
                        "name": self.estate_name.strip(),
                        "code": self.env["ir.sequence"].next_by_code("pm.estate"),
                        "company_id": self.company_id.id,
                    }
                )
            )
            self.env.user.sudo().pm_estate_ids = [Command.link(estate_sudo.id)]
            estate = estate_sudo.sudo(self.env.su)
        return estate

    def _import_places(self, register, estate):
        """Bring in buildings, entrances, units and parking; return them by code."""
        buildings = self._sync_buildings(register, estate)
        entrances = self._sync_entrances(register, estate, buildings)
        units = self._sync_units(register, estate, entrances)
        lots = self._sync_lots(register, estate)
        spaces = self._sync_spaces(register, estate, lots)
        return {**buildings, **entrances, **units, **lots, **spaces}

    def _sync_buildings(self, register, estate):
        codes = dict.fromkeys(row.building for row in register.entrances.values())
        return self._sync_places(
            "building",
            estate,
            {
                code: {"parent_id": estate.id, "name": self.env._("Building %s", code)}
                for code in codes
            },
        )

    def _sync_entrances(self, register, estate, buildings):
        return self._sync_places(
            "entrance",
            estate,
            {
                f"{row.building}-{row.entrance}": {
                    "parent_id": buildings[row.building].id,
                    "name": self.env._("Entrance %s", row.entrance),
                    "floor_count": row.floor_count,
                    "has_lift": row.has_lift,
                }
                for row in register.entrances.values()
            },
        )

    def _sync_units(self, register, estate, entrances):
        return self._sync_places(
            "unit",
            estate,
            {
                code: {
                    "parent_id": entrances[f"{unit.building}-{unit.entrance}"].id,
                    "name": unit.number,
                    "floor": unit.floor,
                    "layout": unit.layout,
                    "gross_area": float(unit.gross_area),
                    "inside_area": _float(unit.inside_area),
                    "usage": unit.usage,
                    "reference_rent": _float(unit.rent),
                }
                for code, unit in register.units.items()
            },
        )

    def _sync_lots(self, register, estate):
        names = {space.lot: space.lot_name for space in register.spaces.values()}
        return self._sync_places(
            "parking_lot",
            estate,
            {
                f"P{lot}": {
                    "parent_id": estate.id,
                    "name": self.env._("Car Park %s", lot),
                    "layout": name,
                }
                for lot, name in names.items()
            },
        )

    def _sync_spaces(self, register, estate, lots):
        return self._sync_places(
            "parking",
            estate,
            {
                code: {
                    "parent_id": lots[f"P{space.lot}"].id,
                    "name": space.number,
                    "gross_area": _float(space.area),
                }
                for code, space in register.spaces.items()
            },
        )

    def _sync_places(self, kind, estate, wanted):
        domain = [("estate_id", "=", estate.id), ("kind", "=", kind)]
        keep_names = kind in ("building", "entrance", "parking_lot")
        for code, vals in wanted.items():
            vals.update(kind=kind, code=code)
        return self._sync(
            kind,
            self.env["pm.property"].with_context(active_test=False).search(domain),
            "code",
            wanted,
            only_new=("name",) if keep_names else (),
        )
