import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine import Tariff, TariffError


class PmTariffTemplate(models.Model):
    """A published tariff of the catalogue, from which estates make their own."""

    _name = "pm.tariff.template"
    _description = "Published Tariff"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    unit = fields.Char(required=True)
    source = fields.Char(
        required=True, translate=True, help="Who published it, and where."
    )
    validity = fields.Char(translate=True, help="Where and when it holds or held.")
    document = fields.Text(
        required=True, help="The tariff in its JSON form, as tariffs are exchanged."
    )
    prices = fields.Html("Prices in Words", compute="_compute_prices")

    @api.depends("document", "unit")
    @api.depends_context("company", "lang")
    def _compute_prices(self):
        tariffs = self.env["pm.tariff"]
        for template in self:
            try:
                read = Tariff(template._document())
            except (TariffError, ValidationError):
                template.prices = False
                continue
            template.prices = tariffs._prices_table(
                read, template.unit or "", self.env.company.currency_id
            )

    @api.constrains("document")
    def _check_document(self):
        for template in self:
            try:
                Tariff(template._document())
            except TariffError as error:
                named = self.env["pm.tariff"].new({"name": template.name})
                raise ValidationError(named._explain(error)) from error

    def _document(self):
        self.ensure_one()
        try:
            return json.loads(self.document)
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "%(template)s: this is no JSON: %(error)s",
                    template=self.name,
                    error=error,
                )
            ) from error

    def action_use(self):
        """Make a tariff of the company from this one, and open it."""
        self.ensure_one()
        self.check_access("read")
        tariffs = self.env["pm.tariff"]
        if tariffs.search_count([("name", "=", self.name)], limit=1):
            raise UserError(
                self.env._("There is a tariff %s already. Open that one.", self.name)
            )
        tariff = tariffs._from_document(
            {
                **self._document(),
                "name": self.name,
                "unit": self.unit,
                "source": self.source,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.tariff",
            "res_id": tariff.id,
            "view_mode": "form",
        }
