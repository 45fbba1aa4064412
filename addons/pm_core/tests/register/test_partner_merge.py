from odoo import Command, fields
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestPartnerMerge(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.merge_estate = cls.make_estate("Merged")
        cls.unit = cls.make_unit(cls.make_building(cls.merge_estate), "101")
        cls.kept, cls.double, cls.triple = (
            cls.make_partner("Wang Wu", pm_estate_id=cls.merge_estate.id, **vals)
            for vals in (
                {"ref": "K1", "phone": "13900000001"},
                {"ref": "K2", "phone": "13900000002", "pm_id_number": "E1234567"},
                {"email": "wang@example.com"},
            )
        )

    def merge(self, *others):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        partners = self.kept.union(*others)
        wizard._merge(partners.ids, self.kept)
        self.env.invalidate_all()
        self.assertEqual((self.kept.union(*others)).exists(), self.kept)

    def test_every_unique_index_has_a_rule(self):
        """A new index over a contact is met here, and not by who merges."""
        tables = {
            model._table: name
            for name, model in self.registry.items()
            if not model._abstract
            and not model._transient
            and (name.startswith("pm.") or name == "res.partner")
        }
        self.env.cr.execute(
            """
            SELECT DISTINCT class.relname, index.relname
              FROM pg_index
              JOIN pg_class class ON class.oid = pg_index.indrelid
              JOIN pg_class index ON index.oid = pg_index.indexrelid
              JOIN pg_attribute column_ ON column_.attrelid = class.oid
             WHERE (pg_index.indisunique OR pg_index.indisexclusion)
               AND NOT pg_index.indisprimary
               AND class.relname = ANY(%s)
               AND pg_get_indexdef(index.oid) ~ ('\\m' || column_.attname || '\\M')
               AND (
                   class.relname = 'res_partner'
                   OR EXISTS (
                       SELECT 1 FROM pg_constraint key
                        WHERE key.contype = 'f'
                          AND key.conrelid = class.oid
                          AND key.confrelid = 'res_partner'::regclass
                          AND key.conkey = ARRAY[column_.attnum]
                   )
               )
            """,
            [list(tables)],
        )
        found = {tables[table] for table, _index in self.env.cr.fetchall()}
        rules = self.env["base.partner.merge.automatic.wizard"]._pm_merge_rules()
        self.assertIn("pm.occupancy", found)
        self.assertEqual(found - set(rules), set(), "these need a rule for merging")

    def test_numbers_and_other_values(self):
        self.merge(self.double, self.triple)
        self.assertRecordValues(
            self.kept,
            [
                {
                    "ref": "K1",
                    "phone": "13900000001",
                    "email": "wang@example.com",
                    "pm_id_number": "E1234567",
                }
            ],
        )
        said = " ".join(self.kept.message_ids.mapped("body"))
        self.assertIn("K2", said)
        self.assertIn("13900000002", said)

    def test_number_of_the_one_that_goes(self):
        self.kept.ref = False
        self.merge(self.double)
        self.assertEqual(self.kept.ref, "K2")

    def test_occupancies_that_coincide(self):
        first = self.make_occupancy(
            self.unit, self.kept, share=50, date_to="2024-12-31", license_plate="A1"
        )
        self.make_occupancy(self.unit, self.double, share=30, license_plate="B2")
        self.make_occupancy(self.unit, self.triple, share=20, note="key")
        later = self.make_occupancy(
            self.unit, self.double, "2021-01-01", role="family", share=0
        )
        self.merge(self.double, self.triple)
        self.assertEqual(self.unit.occupancy_ids, first | later)
        self.assertRecordValues(
            first,
            [
                {
                    "partner_id": self.kept.id,
                    "share": 100.0,
                    "date_to": False,
                    "license_plate": "A1, B2",
                    "note": "key",
                }
            ],
        )
        self.assertEqual(later.partner_id, self.kept)

    def test_rows_of_two_that_go(self):
        """Of the kept contact there is none: those of the others coincide."""
        for partner in (self.double, self.triple):
            self.make_occupancy(self.unit, partner, share=40)
        self.merge(self.double, self.triple)
        self.assertRecordValues(
            self.unit.occupancy_ids, [{"partner_id": self.kept.id, "share": 80.0}]
        )

    def test_parties(self):
        """The signature of either stays."""
        contract = self.env["pm.contract"].create(
            {
                "title": "Two of one",
                "estate_id": self.merge_estate.id,
                "date_from": "2026-01-01",
                "party_ids": [
                    Command.create({"partner_id": self.kept.id, "role": "owner"}),
                    Command.create(
                        {
                            "partner_id": self.double.id,
                            "role": "owner",
                            "signatory": "Wang",
                        }
                    ),
                    Command.create({"partner_id": self.triple.id, "role": "guarantor"}),
                ],
            }
        )
        owners = contract.party_ids.filtered(
            lambda party: party.partner_id in self.kept | self.double
        )
        signed = owners.filtered(lambda party: party.partner_id == self.double)
        signed.sudo().write({"signed_on": "2026-01-02", "signature": "aGVsbG8="})
        count = len(contract.party_ids)
        self.merge(self.double, self.triple)
        self.assertEqual(len(contract.party_ids), count - 1)
        self.assertEqual(owners.exists(), signed)
        self.assertEqual(signed.partner_id, self.kept)
        self.assertEqual(signed.signature, b"aGVsbG8=")

    def test_recipients_of_a_notice(self):
        notice = self.env["pm.notice"].create(
            {
                "title": "Water",
                "body": "off",
                "estate_id": self.merge_estate.id,
                "kind_id": self.env["pm.notice.kind"].search([], limit=1).id,
            }
        )
        read = fields.Datetime.to_datetime("2026-05-01 10:00:00")
        mine, others = self.env["pm.notice.recipient"].create(
            [
                {"notice_id": notice.id, "partner_id": self.kept.id},
                {
                    "notice_id": notice.id,
                    "partner_id": self.double.id,
                    "read_date": read,
                },
            ]
        )
        self.env["pm.notice.delivery"].create(
            [
                {"recipient_id": mine.id, "channel": "email", "state": "sent"},
                {"recipient_id": others.id, "channel": "email", "state": "failed"},
                {"recipient_id": mine.id, "channel": "sms", "state": "sent"},
            ]
        )
        self.merge(self.double)
        recipient = notice.recipient_ids
        self.assertRecordValues(
            recipient, [{"partner_id": self.kept.id, "read_date": read}]
        )
        self.assertEqual(
            sorted(recipient.delivery_ids.mapped(lambda d: (d.channel, d.state))),
            [("email", "sent"), ("sms", "sent")],
        )

    def test_wechat_of_every_company(self):
        other = self.env["res.company"].create({"name": "Second"})
        self.double.with_company(other).sudo().pm_wechat_openid = "open-2"
        self.double.sudo().pm_wechat_openid = "open-1"
        self.merge(self.double)
        self.assertEqual(self.kept.sudo().pm_wechat_openid, "open-1")
        self.assertEqual(
            self.kept.with_company(other).sudo().pm_wechat_openid, "open-2"
        )

    def test_requirements_go_along(self):
        need = self.env["pm.requirement"].create(
            {
                "title": "Cleaner stairs",
                "estate_id": self.merge_estate.id,
                "property_id": self.unit.id,
                "partner_id": self.double.id,
            }
        )
        self.merge(self.double)
        self.assertEqual(need.partner_id, self.kept)
