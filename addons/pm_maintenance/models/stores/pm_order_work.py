from odoo import api, fields, models

# from then on the hours of an order are a cost in the books
BOOKED = ("done", "verified", "closed", "cancelled")


class PmOrderWork(models.Model):
    """Hours as a cost of the estate: one analytic line for each, once."""

    _inherit = "pm.order.work"

    @api.model_create_multi
    def create(self, vals_list):
        works = super().create(vals_list)
        late = works.sudo().filtered(lambda work: work.request_id.state in BOOKED)
        late._as_step()._book()
        return works

    def write(self, vals):
        result = super().write(vals)
        late = self.sudo().filtered(lambda work: work.request_id.state in BOOKED)
        if vals.keys() & {"start", "stop", "employee_id"}:
            late._as_step()._book()
        return result

    def _book(self):
        """Book hours that are over; what was booked follows what is corrected.

        Hours stay a cost when the work is refused and done again, or the order is
        cancelled: they were worked and paid.
        """
        works = self.sudo().filtered(lambda work: work.stop and work.request_id)
        Line = self.env["account.analytic.line"].sudo()._as_step()
        booked = {
            line.pm_work_id: line
            for line in Line.search([("pm_work_id", "in", works.ids)])
        }
        fresh = []
        for work in works:
            values = work._prepare_analytic_line()
            if not values:
                continue
            if line := booked.get(work):
                line.write(values)
            elif values["amount"]:
                fresh.append(values)
        Line.create(fresh)

    def _day_of_books(self):
        """The day by the clock of the estate."""
        zone = self.request_id.estate_id.tz or "UTC"
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), self.stop
        ).date()

    def _prepare_analytic_line(self):
        order = self.request_id
        account = order.estate_id.analytic_account_id
        if not account:
            return None
        return {
            "name": f"{order.number}: {self.employee_id.name}",
            "date": self._day_of_books(),
            account.plan_id._column_name(): account.id,
            "amount": -self.cost,
            "unit_amount": self.hours,
            "product_uom_id": self.env.ref("uom.product_uom_hour").id,
            "company_id": order.company_id.id,
            "pm_request_id": order.id,
            "pm_work_id": self.id,
            "category": "other",
        }
