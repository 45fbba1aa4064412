from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine import TariffError, price
from .prices import price_rows, price_text, terms


class PmTariff(models.Model):
    """Prices by quantity, such as those of water or power, with dated versions.

    What a version says is fixed once it is confirmed: bills refer to it. New prices are
    a new version that holds from a day on, and a use across that day is split.
    """

    _name = "pm.tariff"
    _pm_copyable = True
    _description = "Tariff"
    _inherit = ["pm.setting.mixin", "mail.thread"]
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    unit = fields.Char(
        required=True, help="What the quantity is counted in, e.g. m³ or kWh."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    source = fields.Char(help="Who published these prices, and where.")
    version_ids = fields.One2many("pm.tariff.version", "tariff_id")
    current_version_id = fields.Many2one(
        "pm.tariff.version",
        "Holds Today",
        compute="_compute_current_version_id",
        help="The confirmed version whose prices hold today.",
    )
    summary = fields.Char("Prices Today", compute="_compute_current_version_id")

    _name_unique = models.UniqueIndex(
        "(company_id, COALESCE(estate_id, 0), name) WHERE active",
        "There is a tariff of this name already.",
    )

    @api.depends("version_ids.state", "version_ids.date_from", "version_ids.date_to")
    @api.depends_context("tz")
    def _compute_current_version_id(self):
        today = fields.Date.context_today(self)
        for tariff in self:
            held = tariff._versions().filtered(
                lambda version: not version.date_from or version.date_from <= today
            )[-1:]
            over = held.date_to and held.date_to < today
            tariff.current_version_id = False if over else held
            tariff.summary = tariff.current_version_id.summary

    def copy(self, default=None):
        """With its versions, as drafts that may be changed."""
        copies = super().copy(default)
        for tariff, made in zip(self, copies, strict=True):
            for version in tariff.version_ids:
                version._make(made, version._tariff())
        return copies

    def write(self, vals):
        """A tariff moves only to an estate that the user may see."""
        if vals.get("estate_id"):
            self.env["pm.property"].browse(vals["estate_id"]).check_access("read")
        return super().write(vals)

    def _versions(self):
        """The confirmed versions, the earliest first."""
        self.ensure_one()
        return self.version_ids.filtered(
            lambda version: version.state == "confirmed"
        ).sorted(
            lambda version: version.date_from or fields.Date.from_string("0001-01-01")
        )

    def _price(
        self,
        quantity,
        used_before=0,
        persons=None,
        date_from=None,
        date_to=None,
        registers=None,
    ):
        """Price what was used; see :func:`engine.tariffs.price`.

        Without days the version that holds today is asked; where none does, the only
        one that there is.

        :return: object with ``amount`` (``Decimal``) and ``steps`` that add up to it
        :raises UserError: what has no price, naming the tariff and the way out
        """
        self.ensure_one()
        versions = self._versions()
        if not date_from:
            current = self.current_version_id
            versions = current if current or len(versions) > 1 else versions
        if not versions:
            raise UserError(
                self.env._(
                    "%s has no confirmed version that holds then. Confirm one first.",
                    self.display_name,
                )
            )
        try:
            return price(
                [
                    (version.date_from or None, version._tariff())
                    for version in versions
                ],
                quantity,
                used_before=used_before or 0,
                persons=persons,
                date_from=date_from or None,
                date_to=date_to or None,
                registers=registers,
            )
        except TariffError as error:
            raise UserError(self._explain(error)) from error

    def _explain(self, error):
        """What is wrong, in the reader's language."""
        name, values = self.display_name or "", error.values
        texts = {
            "negative": self.env._("%s: a quantity below zero has no price.", name),
            "days": self.env._("%s: the last day is before the first.", name),
            "no_price_on": self.env._(
                "%(tariff)s has no price on %(day)s. Add a version for that day.",
                tariff=name,
                day=values.get("day"),
            ),
            "more_than_whole": self.env._(
                "%(tariff)s: a register counted %(counted)s, which is more than the "
                "whole of %(whole)s.",
                tariff=name,
                **{key: values.get(key) for key in ("counted", "whole")},
            ),
            "no_register": self.env._(
                "%(tariff)s needs a value of the register %(register)s.",
                tariff=name,
                register=values.get("register"),
            ),
            "beyond_last_band": self.env._(
                "%(tariff)s has no price above %(limit)s. Add a band without a limit.",
                tariff=name,
                limit=values.get("limit"),
            ),
            "season_needs_days": self.env._(
                "%s has seasons: enter the days of the use.", name
            ),
            "fee_needs_days": self.env._(
                "%s has a fee for each day: enter the days of the use.", name
            ),
            "scale_needs_days": self.env._(
                "%s scales its limits to the days: enter the days of the use.", name
            ),
            "no_parts": self.env._("%s: there are no prices yet.", name),
            "bands_order": self.env._(
                "%(tariff)s: the limit %(limit)s does not come after %(before)s. Only "
                "the last band may be without a limit.",
                tariff=name,
                limit=values.get("limit"),
                before=values.get("before"),
            ),
            "household_limits": self.env._(
                "%(tariff)s: %(part)s has %(limits)s limits, and %(given)s are widened "
                "for large households. Widen all or none.",
                tariff=name,
                **{key: values.get(key) for key in ("part", "limits", "given")},
            ),
            "too_many_decimals": self.env._(
                "%(tariff)s: %(value)s has more than 10 decimals. Round %(key)s.",
                tariff=name,
                **{key: values.get(key) for key in ("key", "value")},
            ),
            "unknown_key": self.env._(
                "%(tariff)s: nobody knows what %(key)s means.",
                tariff=name,
                key=values.get("key"),
            ),
        }
        return texts.get(error.reason) or self.env._(
            "%(tariff)s: %(value)s cannot be read as %(key)s.",
            tariff=name,
            value=values.get("value", values.get("mode")),
            key=values.get("key", "rounding"),
        )

    def _prices_table(self, tariff, unit, currency):
        """What a tariff of the engine says, as a table: in words, no document."""
        return self.env["ir.qweb"]._render(
            "pm_billing.pm_tariff_prices",
            {
                "rows": price_rows(self.env, tariff, currency, unit),
                "terms": terms(self.env, tariff, currency),
                "has_seasons": bool(tariff.seasons),
            },
        )

    def _steps_table(self, priced):
        """The steps of an amount as a table for a page or a form."""
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "pm_billing.pm_tariff_steps",
            {
                "priced": priced,
                "tariff": self,
                "currency": self.currency_id,
                "labels": self._step_labels(),
                "price": lambda value: price_text(self.env, value, self.currency_id),
            },
        )

    def _step_labels(self):
        return {
            "base": self.env._("Base fee"),
            "included": self.env._("Included in the base fee"),
            "minimum": self.env._("Up to the minimum"),
            "tax": self.env._("Tax"),
            "rounding": self.env._("Rounding"),
        }

    def action_try(self):
        """Open the window that prices a quantity and shows each step."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try It"),
            "res_model": "pm.tariff.try",
            "view_mode": "form",
            "target": "new",
            "context": {"default_tariff_id": self.id},
        }
