"""Records of an estate for the matrix of rights, where they take more to make."""

from odoo import Command, fields


class AccessRecords:
    @classmethod
    def _make_budget(cls, estate):
        account = cls.env["account.account"].search(
            [
                ("account_type", "=", "expense"),
                ("company_ids", "in", estate.company_id.ids),
            ],
            limit=1,
        )
        post = cls.env["account.budget.post"].create(
            {
                "name": "Repairs",
                "account_ids": account.ids,
                "company_id": estate.company_id.id,
            }
        )
        return cls.env["crossovered.budget"].create(
            {
                "name": "Budget",
                "estate_id": estate.id,
                "company_id": estate.company_id.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "crossovered_budget_line_ids": [
                    Command.create(
                        {
                            "general_budget_id": post.id,
                            "date_from": "2026-01-01",
                            "date_to": "2026-12-31",
                            "planned_amount": 100.0,
                        }
                    )
                ],
            }
        )

    @classmethod
    def _make_dunning(cls, estate, charge):
        level = cls.env["pm.dunning.level"].search([], limit=1)
        dunning = cls.env["pm.dunning"].create({"property_id": estate.id})
        line = (
            cls.env["pm.dunning.line"]
            .sudo()
            ._as_step()
            .create(
                {
                    "dunning_id": dunning.id,
                    "partner_id": charge.partner_id.id,
                    "property_id": charge.property_id.id,
                    "level_id": level.id,
                    "text": "Please pay",
                    "item_ids": [Command.create({"charge_id": charge.id})],
                }
            )
        )
        cls.env["pm.dunning.message"].sudo().create(
            {"line_id": line.id, "text": "Please pay", "due_at": "2026-11-10"}
        )
        return dunning

    @classmethod
    def _make_piece(cls, currency):
        """A note to count cash by."""
        Piece = cls.env["pm.cash.denomination"].sudo()
        if not Piece.search([("currency_id", "=", currency.id)], limit=1):
            Piece.create({"value": 100, "currency_id": currency.id})

    @classmethod
    def _make_close(cls, estate):
        cls._make_piece(estate.company_id.currency_id)
        return (
            cls.env["pm.cash.close"]
            .sudo()
            ._as_step()
            .create(
                {
                    "user_id": cls.env.ref("base.user_root").id,
                    "date": fields.Date.add(
                        fields.Date.from_string("2026-10-01"), days=estate.id
                    ),
                    "company_id": estate.company_id.id,
                    "estate_id": estate.id,
                }
            )
        )
