"""Photos are proof: byte for byte, once, and of the visit they are said to be of."""

import hashlib
import io
from datetime import timedelta

from PIL import Image

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...engine.pictures import EXIF_IFD, TAKEN
from ...models.inspections import pm_inspection_photo
from ..common import picture
from .inspections_common import RoundCase


@tagged("post_install", "-at_install")
class TestPhotos(RoundCase):
    def setUp(self):
        super().setUp()
        self.round = self.make_round()
        self.content = picture("blue", (2400, 1800))
        self.sent = self.visit(
            self.round,
            self.points[0],
            values=("no", "3"),
            photos=[
                {
                    "uuid": "photo-0001",
                    "name": "pump.jpg",
                    "item_id": self.plan.item_ids[0].id,
                    "size": len(self.content),
                    "sha256": hashlib.sha256(self.content).hexdigest(),
                    "taken_at": self.told(),
                }
            ],
        )
        self.send(self.sent)
        self.answer = self.answer_of(self.sent)

    def upload(self, content=None, uuid="photo-0001", user=None):
        photos = self.env["pm.inspection.photo"].with_user(user or self.inspector)
        return photos._upload(
            uuid,
            self.sent["uuid"],
            "pump.jpg",
            self.content if content is None else content,
        )

    def test_announced_and_awaited(self):
        self.assertEqual(self.answer.photos_awaited, 1)
        self.upload()
        self.assertEqual(self.answer.photos_awaited, 0)

    def test_as_it_left_the_phone(self):
        """Odoo would make a picture over 1920 pixels smaller."""
        self.assertEqual(self.upload()[0], "stored")
        photo = self.answer.photo_ids
        self.assertEqual(photo.attachment_id.raw, self.content)
        self.assertEqual(photo.item_id, self.plan.item_ids[0])

    def test_sent_ten_times_stored_once(self):
        statuses = [self.upload()[0] for _time in range(10)]
        self.assertEqual(statuses, ["stored", *["again"] * 9])
        self.assertEqual(
            self.env["ir.attachment"].search_count(
                [("res_model", "=", "pm.inspection.photo")]
            ),
            1,
        )

    def test_the_order_of_the_fault_has_it(self):
        self.upload()
        order = self.round.line_ids[0].request_id
        self.assertEqual(order.photo_before_ids, self.answer.photo_ids.attachment_id)

    def test_damaged_on_its_way(self):
        """Refused, and taken when it comes whole."""
        status, message = self.upload(picture("green"))
        self.assertEqual(status, "refused")
        self.assertIn("damaged", message)
        self.assertEqual(self.upload()[0], "stored")

    def test_what_is_no_photo_or_too_large(self):
        self.assertEqual(self.upload(b"%PDF-1.7", "photo-0002")[0], "refused")
        self.patch(pm_inspection_photo, "MEGABYTE", 10)
        status, message = self.upload(uuid="photo-0003")
        self.assertEqual(status, "refused")
        self.assertIn("larger than 50 MB", message)
        refused = self.answer.photo_ids.filtered(lambda one: one.state == "refused")
        self.assertEqual(len(refused), 2, "a person sees what is missing")

    def test_of_a_visit_that_has_not_come(self):
        photos = self.env["pm.inspection.photo"].with_user(self.inspector)
        status, message = photos._upload("photo-0009", "visit-0009", "a", self.content)
        self.assertEqual(status, "refused")
        self.assertIn("Send it first", message)
        self.assertEqual(photos._upload("x", "y", "a", self.content)[0], "refused")

    def test_nobody_else_s(self):
        other = self.make_inspector("pm_inspector_b")
        self.assertEqual(self.upload(user=other)[0], "refused")
        with self.assertRefused(AccessError, "inspectors"):
            self.upload(user=self.service)

    def test_an_old_photo_by_what_the_camera_wrote(self):
        """Read by the clock of the estate, as the camera names no zone."""
        local = fields.Datetime.now() + timedelta(hours=8)
        for age, doubt in ((0, False), (3, "old_photo")):
            exif = Image.Exif()
            moment = local - timedelta(days=age)
            exif.get_ifd(EXIF_IFD)[TAKEN] = moment.strftime("%Y:%m:%d %H:%M:%S")
            stream = io.BytesIO()
            Image.new("RGB", (8, 8)).save(stream, "JPEG", exif=exif)
            self.assertEqual(
                self.upload(stream.getvalue(), f"photo-1{age:03}")[0], "stored"
            )
            self.assertEqual(self.answer.doubt, doubt)
        self.assertEqual(self.round.doubt_count, 1)

    def test_photos_of_other_estates_are_not_read(self):
        self.upload()
        away = self.make_inspector("pm_inspector_c", self.make_estate("Other"))
        attachment = self.answer.photo_ids.attachment_id
        self.assertTrue(attachment.with_user(self.service).raw)
        with self.assertRefused(AccessError, "."):
            attachment.with_user(away).read(["raw"])
