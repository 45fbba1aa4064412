"""Files of records: neither contents of fields nor papers are exchanged by hand."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import PropertyCase

# the smallest picture there is
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    b"awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestAttachmentGuard(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls.make_user(f"pm_file_{role}", group, cls.estate)
            for role, group in (
                ("service", "pm_core.group_pm_service"),
                ("manager", "pm_core.group_pm_estate_manager"),
                ("admin", "pm_core.group_pm_admin"),
            )
        }
        cls.contract = cls.make_contract(cls.estate)
        cls.party = cls.contract.party_ids[:1] or cls.env["pm.contract.party"].create(
            {
                "contract_id": cls.contract.id,
                "partner_id": cls.owner.id,
                "role": "owner",
            }
        )
        cls.party._as_step().signature = PIXEL
        cls.signature = cls.env["ir.attachment"].search(
            [
                ("res_model", "=", "pm.contract.party"),
                ("res_field", "=", "signature"),
                ("res_id", "=", cls.party.id),
            ]
        )
        cls.paper = cls.env["ir.attachment"].create(
            {
                "name": "signed.txt",
                "raw": b"as it was signed",
                "res_model": "pm.contract",
                "res_id": cls.contract.id,
            }
        )
        cls.elsewhere = cls.make_partner("Supplier")

    def test_a_signature_is_not_exchanged_by_its_file(self):
        self.assertEqual(len(self.signature), 1)
        for role, user in self.users.items():
            mine = self.signature.with_user(user)
            for vals in (
                {"raw": b"forged"},
                {"datas": b"Zm9yZ2Vk"},
                {"type": "url", "url": "https://example.com"},
                {"res_field": False},
                {"res_id": 0},
                {"public": True},
            ):
                with self.subTest(role=role, vals=vals):
                    with self.assertRefused(AccessError, "holds"):
                        mine.write(vals)
            with self.subTest(role=role), self.assertRefused(AccessError, "holds"):
                mine.unlink()
        self.assertEqual(self.party.signature, PIXEL)

    def test_no_second_file_takes_the_place_of_a_field(self):
        vals = {
            "name": "signature",
            "raw": b"forged",
            "res_model": "pm.contract.party",
            "res_id": self.party.id,
            "res_field": "signature",
        }
        for role, user in self.users.items():
            files = self.env["ir.attachment"].with_user(user)
            with self.subTest(role=role), self.assertRefused(AccessError, "holds"):
                files.create(vals)
            loose = files.create({"name": "x", "raw": b"forged"})
            with self.subTest(role=role), self.assertRefused(AccessError, "holds"):
                loose.write(
                    {name: vals[name] for name in ("res_model", "res_id", "res_field")}
                )
        self.assertEqual(self.party.signature, PIXEL)

    def test_a_paper_stays_as_it_was_attached(self):
        for role, user in self.users.items():
            mine = self.paper.with_user(user)
            for vals in (
                {"raw": b"something else"},
                {"res_model": "res.partner", "res_id": self.elsewhere.id},
                {"public": True},
            ):
                with self.subTest(role=role, vals=vals):
                    with self.assertRefused(AccessError, "Attach another"):
                        mine.write(vals)
        self.assertEqual(self.paper.raw, b"as it was signed")
        mine.name = "Signed on paper.txt"

    def test_what_was_uploaded_to_a_document_goes_to_its_record(self):
        user = self.users["service"]
        document = self.contract.pm_document_ids[:1]
        file = (
            self.env["ir.attachment"]
            .with_user(user)
            .create(
                {
                    "name": "x.txt",
                    "raw": b"x",
                    "res_model": document._name,
                    "res_id": document.id,
                }
            )
        )
        document.with_user(user).attachment_ids = file
        self.assertEqual(
            (file.res_model, file.res_id), ("pm.contract", self.contract.id)
        )

    def test_a_loose_file_is_put_on_file(self):
        """As the web client does: uploaded, and attached to what is being made."""
        files = self.env["ir.attachment"].with_user(self.users["service"])
        loose = files.create({"name": "x.txt", "raw": b"x"})
        loose.write({"raw": b"y"})
        loose.write({"res_model": "pm.contract", "res_id": self.contract.id})
        self.assertEqual(loose.res_id, self.contract.id)
