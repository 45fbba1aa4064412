"""Tariffs as documents: how staff give them to each other."""

import base64
import json
from itertools import count

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...engine import Tariff, TariffError
from ..fees.quantities import typed


def _number(value):
    """A number of a field as a document has it: 5.0 is "5", 0.1 is "0.1"."""
    return format(typed(value).normalize(), "f")


def _share(percent):
    """A share of a document from a field that is in percent, without binary noise."""
    return format((typed(percent) / 100).normalize(), "f")


class PmTariff(models.Model):
    _inherit = "pm.tariff"

    document_file = fields.Binary(
        "Document", compute="_compute_document_file", help="The tariff as a JSON file."
    )
    document_name = fields.Char(compute="_compute_document_file")

    @api.depends("name", "version_ids.state")
    def _compute_document_file(self):
        for tariff in self:
            text = json.dumps(tariff._to_document(), ensure_ascii=False, indent=2)
            tariff.document_file = base64.b64encode(text.encode())
            tariff.document_name = f"{tariff.name}.json"

    @api.model
    def _from_document(self, document, **vals):
        """Make a tariff from a document, confirmed and ready to price with.

        The keys are those of :meth:`engine.tariff_document.Tariff.from_document`; one
        with several versions has ``name``, ``unit``, ``source`` and ``versions``, a
        list of the rest.

        A name that is taken gets a number: a document may be read again.

        :param vals: values of the tariff, such as its estate
        :raises UserError: what cannot be read, naming the key
        """
        if not isinstance(document, dict):
            raise UserError(self.env._("A tariff is a table of keys and values."))
        shared = {
            key: document.get(key)
            for key in ("name", "unit", "source")
            if key in document
        }
        rows = document.get("versions")
        if rows is None:
            rows = [{key: document[key] for key in document if key not in shared}]
        elif more := sorted(set(document) - set(shared) - {"versions"}):
            raise UserError(
                self._explain(TariffError("unknown_key", key=more[0], where="document"))
            )
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UserError(
                self.env._("The versions of a tariff are a list of tables.")
            )
        try:
            read = [Tariff({**row, **shared}) for row in rows]
        except TariffError as error:
            named = self.new({"name": shared.get("name")})
            raise UserError(named._explain(error)) from error
        tariff = self.create(
            {
                "name": self._free_name(
                    shared.get("name") or self.env._("Tariff"), vals.get("estate_id")
                ),
                "unit": shared.get("unit") or "m³",
                "source": shared.get("source"),
                **vals,
            }
        )
        versions = self.env["pm.tariff.version"]
        for each in read:
            versions |= tariff.version_ids._make(tariff, each)
        versions.action_confirm()
        return tariff

    @api.model
    def _free_name(self, name, estate_id):
        """Return the name, with a number where the estate has such a tariff."""
        taken = set(
            self.search(
                [
                    ("company_id", "=", self.env.company.id),
                    ("estate_id", "=", estate_id or False),
                    ("name", "=like", f"{name}%"),
                ]
            ).mapped("name")
        )
        names = (f"{name} ({number})" if number > 1 else name for number in count(1))
        return next(found for found in names if found not in taken)

    def _to_document(self):
        """Return the tariff as a document; what is a draft is not in it."""
        self.ensure_one()
        versions = self._versions() or self.version_ids
        documents = [version._to_document() for version in versions]
        if len(documents) == 1:
            return documents[0]
        shared = {"name": self.name, "unit": self.unit, "source": self.source}
        return {
            **{key: value for key, value in shared.items() if value},
            "versions": [
                {key: row[key] for key in row if key not in shared} for row in documents
            ],
        }

    def action_export(self):
        """Download the tariff as a JSON file."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/pm.tariff/{self.id}/document_file?download=true"
            "&filename_field=document_name",
            "target": "download",
        }


class PmTariffVersion(models.Model):
    _inherit = "pm.tariff.version"

    def _make(self, tariff, read):
        """Make a version of ``tariff`` from one that was read."""
        quantity = read.quantity_rounding
        version = self.create(
            {
                "tariff_id": tariff.id,
                "date_from": read.valid_from,
                "date_to": read.valid_to,
                "cycle_months": read.cycle_months,
                "accumulate": read.accumulate,
                "accumulate_from": "{:02d}-{:02d}".format(*read.year_from),
                "scale_days": read.scale_days,
                "rounding_stage": read.stage,
                "rounding_mode": read.mode,
                "rounding_to": float(read.to),
                "quantity_mode": quantity[1] if quantity else False,
                "quantity_to": float(quantity[2]) if quantity else 1.0,
                "tax_percent": float(read.tax_percent),
                "tax_included": read.tax_included,
                "minimum": float(read.minimum),
                "persons_from": read.household.persons_from if read.household else 0,
                "part_ids": [
                    Command.create(self._part_values(part, read)) for part in read.parts
                ],
            }
        )
        for season in read.seasons:
            record = self.env["pm.tariff.season"].create(
                {
                    "version_id": version.id,
                    "name": season.name or "-",
                    "day_from": "{:02d}-{:02d}".format(*season.first),
                    "day_to": "{:02d}-{:02d}".format(*season.last),
                }
            )
            version.part_ids = [
                Command.create(
                    {**self._part_values(part, read), "season_id": record.id}
                )
                for part in season.parts
            ]
        return version

    @api.model
    def _part_values(self, part, read):
        household = read.household
        least = part.at_least
        return {
            "name": part.name,
            "base_fee": float(part.base_fee),
            "base_daily": part.base_daily,
            "included": float(part.included),
            "share_percent": float(part.share * 100),
            "register": part.register,
            "bands_of_total": part.bands_of_total,
            "least_register": least[0] if least else False,
            "least_percent": float(least[1] * 100) if least else 0.0,
            "band_ids": [
                Command.create(
                    {
                        "sequence": place,
                        "up_to": float(band.up_to or 0),
                        "price": float(band.price),
                        "add_per_person": float(household.added(place))
                        if household and band.up_to is not None
                        else 0.0,
                    }
                )
                for place, band in enumerate(part.bands)
            ],
        }

    def _to_document(self):
        """Return this version as the document of a tariff that has it only."""
        self.ensure_one()
        seasons = [
            {
                "name": season.name,
                "from": season.day_from,
                "to": season.day_to,
                "parts": self._documents(season),
            }
            for season in self.season_ids
        ]
        validity = {
            key: day.isoformat()
            for key, day in (("from", self.date_from), ("to", self.date_to))
            if day
        }
        found = {
            "name": self.tariff_id.name,
            "unit": self.tariff_id.unit,
            "source": self.tariff_id.source,
            "validity": validity,
            "cycle_months": self.cycle_months if self.cycle_months != 1 else None,
            "accumulate": self.accumulate,
            "accumulate_from": self._year_from(),
            "scale_days": self.scale_days,
            "tax_percent": _number(self.tax_percent) if self.tax_percent else None,
            "tax_included": self.tax_included,
            "minimum": _number(self.minimum) if self.minimum else None,
            "rounding": {
                "stage": self.rounding_stage,
                "mode": self.rounding_mode,
                "to": _number(self.rounding_to),
            },
            "quantity_rounding": {
                "mode": self.quantity_mode,
                "to": _number(self.quantity_to),
            }
            if self.quantity_mode
            else None,
            "household": self._household_document(),
            "parts": self._documents(self.env["pm.tariff.season"]),
            "seasons": seasons,
        }
        return {key: value for key, value in found.items() if value}

    def _year_from(self):
        """The day on which its year begins, where that is not the calendar's."""
        begins = self.accumulate_from
        return begins if self.accumulate and begins != "01-01" else None

    def _household_document(self):
        """By how much limits are widened; the same for all parts that have limits."""
        if not self.persons_from:
            return None
        added = {
            tuple(_number(band.add_per_person) for band in part.band_ids if band.up_to)
            for part in self.part_ids
            if any(band.up_to for band in part.band_ids)
        }
        if len(added) > 1 and len({each for row in added for each in row}) == 1:
            # parts with more limits and with fewer, all widened by the same
            return {
                "persons_from": self.persons_from,
                "add_per_person": next(iter(added))[0],
            }
        if len(added) > 1:
            raise UserError(
                self.env._(
                    "%s: all parts with limits have to be widened by the same for "
                    "large households.",
                    self.display_name,
                )
            )
        return {
            "persons_from": self.persons_from,
            "add_per_person": [*next(iter(added), ())],
        }

    def _documents(self, season):
        return [
            part._to_document() for part in self.part_ids if part.season_id == season
        ]


class PmTariffPart(models.Model):
    _inherit = "pm.tariff.part"

    def _to_document(self):
        self.ensure_one()
        found = {
            "name": self.name,
            "base_fee": _number(self.base_fee) if self.base_fee else None,
            "base_fee_per": "day" if self.base_daily else None,
            "included": _number(self.included) if self.included else None,
            "share_of_quantity": _share(self.share_percent)
            if self.share_percent != 100
            else None,
            "register": self.register,
            "bands_of": "total" if self.bands_of_total else None,
            "at_least": {
                "register": self.least_register,
                "share": _share(self.least_percent),
            }
            if self.least_register
            else None,
            "bands": [
                {"up_to": _number(band.up_to), "price": _number(band.price)}
                if band.up_to
                else {"price": _number(band.price)}
                for band in self.band_ids
            ],
        }
        return {key: value for key, value in found.items() if value}
