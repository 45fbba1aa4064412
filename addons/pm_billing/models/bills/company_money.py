from odoo import fields
from odoo.tools import float_repr


class CompanyMoney(fields.Monetary):
    """Money in the currency of the record's company, for models with many records.

    To learn the currency, Odoo makes a record for each amount that it inserts, and an
    environment for each that it caches.
    """

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        company_id = (values or {}).get("company_id")
        if not company_id:
            return super().convert_to_column_insert(value, record, values, validate)
        currency = record.env["res.company"].browse(company_id).sudo().currency_id
        return float_repr(currency.round(float(value or 0.0)), currency.decimal_places)

    def convert_to_cache(self, value, record, validate=True):
        if value and validate and len(record) == 1:
            companies = record._fields["company_id"]._get_cache(record.env)
            if company_id := companies.get(record.id):
                company = record.env["res.company"].browse(company_id)
                return company.sudo().currency_id.round(float(value))
        return super().convert_to_cache(value, record, validate)
