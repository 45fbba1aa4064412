from odoo import Command, api, fields, models


class PmRegisterImport(models.Model):
    _inherit = "pm.register.import"

    @api.model
    def _figure_labels(self):
        return {
            **super()._figure_labels(),
            "fee_item": self.env._("Fee items"),
            "contract_line": self.env._("Contract fees"),
            "fee": self.env._("Fees of properties"),
        }

    def _import_more(self, register, estate, places):
        """Take the fees over: items, the contract that carries them, and who pays."""
        super()._import_more(register, estate, places)
        if not register.fees:
            return
        items = self._import_fee_items(register, estate)
        contract = self._get_contract(register, estate)
        lines = self._import_contract_lines(register, contract, items)
        self._import_fees(register, places, items, lines)

    def _import_fee_items(self, register, estate):
        tax = self.company_id._pm_get_fee_tax()
        if not tax:
            self.message_post(
                body=self.env._(
                    "%s has no sales tax of 6 %%; the fee items carry no tax. Choose "
                    "the tax on the fee items before the first bill run.",
                    self.company_id.name,
                )
            )
        wanted = {
            code: {
                "code": code,
                "estate_id": estate.id,
                "company_id": self.company_id.id,
                "name": row.name,
                "category": row.category,
                "method": row.method,
                "price": float(row.price),
                "surcharge": float(row.surcharge),
                "cycle": row.cycle,
                "timing": row.timing,
                "tax_ids": tax.ids,
            }
            for code, row in register.fees.items()
        }
        # the price list comes with the register, whatever else the importer may do
        FeeItem = self.env["pm.fee.item"].sudo().with_context(active_test=False)
        items = FeeItem.search([("estate_id", "=", estate.id)])
        return self._sync("fee_item", items, "code", wanted, only_new=("tax_ids",))

    def _get_contract(self, register, estate):
        """Return the contract that carries the fees of the old system."""
        # what was signed is on paper, its clauses are not ours to guess
        Contract = self.env["pm.contract"]._as_step("pm_without_clauses")
        contract = Contract.search(
            [("estate_id", "=", estate.id), ("taken_over", "=", True)], limit=1
        )
        if contract:
            return contract
        starts = [row.date_from for row in register.fees.values() if row.date_from]
        ends = [row.date_to for row in register.fees.values()]
        contract = Contract.create(
            {
                "title": self.env._("Property service of %s", estate.name),
                "kind": "preliminary",
                "estate_id": estate.id,
                "date_from": min(starts, default=self.date_effective),
                "date_to": max(ends) if all(ends) else False,
            }
        )
        contract._take_over()
        return contract

    def _import_contract_lines(self, register, contract, items):
        """Bring the agreed prices in; a fee that one usage alone pays is kept to it."""
        usages = {}
        for unit in register.units.values():
            for code in unit.fees:
                usages.setdefault(code, set()).add(unit.usage)
        wanted = {
            items[code]: {
                "contract_id": contract.id,
                "fee_item_id": items[code].id,
                "name": row.name,
                "method": row.method,
                "price": float(row.price),
                "surcharge": float(row.surcharge),
                "date_from": row.date_from,
                "date_to": row.date_to,
                "property_kind": "parking" if "车位" in row.name else "unit",
                "property_usage": (
                    min(usages[code]) if len(usages.get(code, ())) == 1 else False
                ),
            }
            for code, row in register.fees.items()
        }
        existing = contract.line_ids.filtered("fee_item_id").sudo()
        return self._sync(
            "contract_line",
            existing,
            "fee_item_id",
            wanted,
            only_new=("property_kind", "property_usage"),
        )

    def _import_fees(self, register, places, items, lines):
        """Bring each unit's fees up to date; one that is no longer named ends."""
        wanted = {}
        for code, unit in register.units.items():
            for fee_code, date_from in unit.fees.items():
                row = register.fees[fee_code]
                start = date_from or row.date_from or self.date_effective
                wanted[places[code].id, items[fee_code].id] = {
                    "property_id": places[code].id,
                    "fee_item_id": items[fee_code].id,
                    "contract_line_id": lines[items[fee_code]].id,
                    "date_from": start,
                    "date_to": row.date_to,
                }
        lines_sudo = self.env["pm.contract.line"].concat(*lines.values()).sudo()
        units = [places[code].id for code in register.units]
        Fee = self.env["pm.fee"].sudo()._as_step()
        existing = Fee.search(
            [("contract_line_id", "in", lines_sudo.ids), ("property_id", "in", units)],
            order="date_from",
        )
        history = existing.grouped(lambda fee: (fee.property_id.id, fee.fee_item_id.id))
        charged = self._charged_days(existing)
        # of fees that follow each other the last one is brought up to date
        records = {key: fees[-1] for key, fees in history.items()}
        changed = 0
        for key, fee in records.items():
            if key not in wanted:
                changed += self._end_fee(fee, charged)
                continue
            only_new = ("date_from",) if len(history[key]) > 1 else ()
            difference = self._difference(fee, wanted[key], only_new)
            self._keep_charged(fee, difference, charged)
            if difference:
                changed += 1
                fee.write(difference)
        missing = [vals for key, vals in wanted.items() if key not in records]
        for start in range(0, len(missing), 1000):
            self._report_progress(start, len(missing), self.env._("Fees of properties"))
            Fee.create(missing[start : start + 1000])
        self._add_figures(
            "fee",
            created=len(missing),
            changed=changed,
            same=len(records) - changed,
        )

    @api.model
    def _charged_days(self, fees):
        """Return {fee: (first day, last day)} of what is charged."""
        groups = (
            self.env["pm.charge"]
            .sudo()
            ._read_group(
                [("fee_id", "in", fees.ids), ("state", "!=", "cancelled")],
                ["fee_id"],
                ["date_from:min", "date_to:max"],
            )
        )
        return {fee: days for fee, *days in groups}

    def _keep_charged(self, fee, difference, charged):
        """Take dates out of ``difference`` that would leave out what is charged."""
        first, last = charged.get(fee, (None, None))
        if not first or (
            difference.get("date_from", first) <= first
            and difference.get("date_to", last) >= last
        ):
            return
        for name in ("date_from", "date_to"):
            difference.pop(name, None)
        self._as_step().issue_ids = [
            Command.create(
                {
                    "severity": "warning",
                    "code": "fee_charged",
                    "value": fee.property_id.code,
                    "message": self.env._(
                        "%(fee)s is charged from %(first)s to %(last)s, which the "
                        "dates in the workbook leave out; its dates stay. Undo those "
                        "charges, then import again.",
                        fee=fee.display_name,
                        first=fields.Date.to_string(first),
                        last=fields.Date.to_string(last),
                    ),
                }
            )
        ]

    def _end_fee(self, fee, charged):
        """End a fee that the file no longer names; return whether that was needed."""
        yesterday = fields.Date.subtract(self.date_effective, days=1)
        if fee.date_to and fee.date_to <= yesterday:
            return False
        last = max(yesterday, charged.get(fee, (yesterday, yesterday))[1])
        if last < fee.date_from and not fee.charge_ids:
            fee.unlink()
            return True
        last = max(last, fee.date_from)
        if fee.date_to == last:
            return False
        fee.date_to = last
        return True
