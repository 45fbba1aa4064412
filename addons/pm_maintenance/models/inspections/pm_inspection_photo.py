import hashlib
from datetime import timedelta

from odoo import Command, api, fields, models

from ...engine import pictures, readings
from .pm_inspection_answer_proof import PHOTO_AGE

MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 50


class PmInspectionPhoto(models.Model):
    """A photo of a visit: announced with it, and stored as it left the phone.

    Odoo makes pictures over 1920 pixels smaller and turns them; these are proof, and
    are kept byte for byte, checked against what the phone computed of them.
    """

    _name = "pm.inspection.photo"
    _description = "Photo of an Inspection"
    _inherit = ["pm.part.mixin"]
    _whole = "answer_id"
    _order = "answer_id, id"

    uuid = fields.Char("Id of the Phone", required=True, readonly=True, copy=False)
    answer_id = fields.Many2one(
        "pm.inspection.answer",
        "Visit",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    item_id = fields.Many2one("pm.inspection.item", readonly=True, ondelete="set null")
    name = fields.Char(required=True, readonly=True)
    size = fields.Integer("Bytes", readonly=True, aggregator=None)
    sha256 = fields.Char("Checksum", readonly=True)
    taken_at = fields.Datetime("Taken (Phone)", readonly=True)
    exif_at = fields.Datetime("Taken (Camera)", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", "File", readonly=True, ondelete="restrict"
    )
    mimetype = fields.Char(related="attachment_id.mimetype")
    image = fields.Binary(related="attachment_id.datas", string="Photo")
    state = fields.Selection(
        [
            ("awaited", "Awaited"),
            ("stored", "Stored"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="awaited",
    )
    problem = fields.Char("What Went Wrong", readonly=True, help="Why it was refused.")

    _uuid_unique = models.UniqueIndex("(uuid)", "This photo is stored already.")
    _awaited_idx = models.Index("(answer_id) WHERE state = 'awaited'")

    @api.model
    def _upload(self, uuid, answer_uuid, name, content):
        """Store a photo that a phone sends; once, however often it is sent.

        :param content: the bytes of the file
        :return: (status, message); only ``stored`` and ``again`` are confirmations
        """
        self.env["pm.inspection.answer"]._check_may_send()
        if not (readings.UUID.fullmatch(uuid) and readings.UUID.fullmatch(answer_uuid)):
            return "refused", self.env._("The photo has no id, or one that is none.")
        answer = self.env["pm.inspection.answer"].sudo()
        answer = answer.search(
            [("uuid", "=", answer_uuid), ("user_id", "=", self.env.uid)], limit=1
        )
        if not answer:
            return "refused", self.env._(
                "The visit of this photo has not come yet. Send it first."
            )
        photo = self.sudo().search([("uuid", "=", uuid)], limit=1)
        if photo and photo.answer_id != answer:
            return "refused", self.env._("Another photo has this id already.")
        if not photo:
            photo = (
                self.sudo()
                ._as_step()
                .create({"uuid": uuid, "answer_id": answer.id, "name": name or uuid})
            )
        if photo.state == "stored":
            return "again", ""
        problem = photo._problem(content)
        if problem:
            photo._as_step().write({"state": "refused", "problem": problem})
            return "refused", problem
        photo._keep(content, name)
        return "stored", ""

    def _problem(self, content):
        """Why these bytes are not this photo; nothing where they are."""
        if len(content) > MOST_MEGABYTES * MEGABYTE:
            return self.env._(
                "%(name)s is larger than %(size)s MB. Take a smaller photo.",
                name=self.name,
                size=MOST_MEGABYTES,
            )
        if self.sha256 and hashlib.sha256(content).hexdigest() != self.sha256:
            return self.env._("%s was damaged on its way. It is sent again.", self.name)
        if not pictures.is_picture(content):
            return self.env._("%s is no photo that can be opened.", self.name)
        return None

    def _keep(self, content, name):
        """Store the bytes as they are, and look when the camera took them."""
        attachment = (
            self.env["ir.attachment"]
            .with_context(image_no_postprocess=True)
            .create(
                {
                    "name": name or self.name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        self._as_step().write(
            {
                "state": "stored",
                "problem": False,
                "attachment_id": attachment.id,
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "exif_at": self._camera_time(content),
            }
        )
        self._check_age()
        orders = self.answer_id.line_ids.request_id
        orders.write({"photo_before_ids": [Command.link(attachment.id)]})

    def _camera_time(self, content):
        """The moment in UTC; a camera that names no zone is read as in the estate."""
        told = pictures.taken_at(content)
        if not told:
            return False
        moment, zone = told
        if zone:
            return readings.moment(f"{moment.isoformat()}{zone}") or False
        here = self.answer_id.estate_id._zone()
        return readings.moment(moment.replace(tzinfo=here).isoformat()) or False

    def _check_age(self):
        """A photo from before the visit shows another day."""
        visit = self.answer_id
        # the camera has the clock of the phone, right or wrong
        shot, then = self.exif_at, visit.told_at or visit.at
        if shot and abs(shot - then) > PHOTO_AGE + timedelta(minutes=1):
            visit._doubt("old_photo", self.env._("A photo is older than the visit"))
            if visit.inspection_id:
                visit.inspection_id._settle()

    def action_open(self):
        """Open the photo itself."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}",
            "target": "new",
        }
