from datetime import timedelta

from odoo import fields, models

from ...engine import geo

# a clock so far off is put right; further off, its times prove nothing
CLOCK_MINUTES = 120
# what a phone in a building may be off, whatever accuracy it tells
WORST_ACCURACY = 200
# the accuracy that is good enough to learn where a point is
LEARN_ACCURACY = 100
# photos are taken just before the visit is entered
PHOTO_AGE = timedelta(hours=1)


class PmInspectionAnswer(models.Model):
    """What a visit proves, and why it may prove nothing.

    None of it drops or refuses a visit: people forget to switch the position on,
    labels get lost, and phones have wrong clocks. It is marked and counted.
    """

    _inherit = "pm.inspection.answer"

    def _doubts(self, told, round_, point, duties):
        """Pairs (code, words) of why the visit ``told`` proves nothing.

        :param told: values read from what the phone sent
        :param duties: the user's duties around that time
        """
        doubts = []
        if told["is_manual"] and round_.plan_id.needs_scan:
            doubts.append(("not_scanned", self.env._("The code was not scanned")))
        doubts += self._place_doubts(told, point)
        if abs(told["clock_off"]) > CLOCK_MINUTES or not told["told_at"]:
            doubts.append(
                (
                    "clock",
                    self.env._(
                        "The clock of the phone is %(minutes)s minutes off",
                        minutes=told["clock_off"],
                    ),
                )
            )
        if any(
            photo["taken_at"] and photo["taken_at"] < told["told_at"] - PHOTO_AGE
            for photo in told["photos"]
            if told["told_at"]
        ):
            doubts.append(("old_photo", self.env._("A photo is older than the visit")))
        if told["at"] < round_.date_from:
            doubts.append(("early", self.env._("Visited before the round begins")))
        entries = told["raw"].get("entries")
        entered = [
            entry.get("item_id")
            for entry in (entries if isinstance(entries, list) else ())
            if isinstance(entry, dict) and entry.get("value") not in (None, False, "")
        ]
        with_photo = {photo["item_ref"] for photo in told["photos"]}
        doubts += self._photo_doubts(round_, point, entered, with_photo)
        if not self._was_on_duty(told["at"], round_, duties):
            doubts.append(
                (
                    "off_duty",
                    self.env._("Not on duty at %s then", round_.post_id.display_name),
                )
            )
        return doubts

    def _place_doubts(self, told, point):
        """Far from the point, or no word of where, though phones do tell it there."""
        if point.learnt_at and told["latitude"] is None:
            return [("no_position", self.env._("The phone did not say where it was"))]
        far = self._too_far(told, point)
        if not far:
            return []
        words = self.env._(
            "%(far)s m from where %(point)s was learnt",
            far=round(far),
            point=point.display_name,
        )
        return [("far", words)]

    def _desk_doubts(self, round_, point):
        """As ``_doubts``, of a visit that is entered at a desk, where no photo is."""
        doubts = []
        if round_.plan_id.needs_scan:
            doubts.append(("not_scanned", self.env._("Entered at a desk")))
        if fields.Datetime.now() < round_.date_from:
            doubts.append(("early", self.env._("Visited before the round begins")))
        lines = round_.line_ids.filtered("value")
        entered = lines.filtered(lambda line: line.point_id == point).item_id
        return doubts + self._photo_doubts(round_, point, entered.ids, ())

    def _photo_doubts(self, round_, point, entered, with_photo):
        """Items that ask for a photo and have none; the photos themselves come after
        the visit, which announces them.

        :param entered: ids of items that have an entry
        :param with_photo: ids of items of which a photo is announced
        """
        items = round_.line_ids.filtered(lambda line: line.point_id == point).item_id
        missing = items.filtered(
            lambda item: (
                (item.photo_required or item.kind == "photo")
                and (item.is_required or item.id in entered)
                and item.id not in with_photo
            )
        )
        if not missing:
            return []
        names = "; ".join(missing.mapped("name"))
        return [("no_photo", self.env._("No photo of: %s", names))]

    def _was_on_duty(self, at, round_, duties):
        if not round_.post_id or round_.employee_id:
            return True
        return any(
            duty.post_id == round_.post_id and duty.start <= at <= duty.stop
            for duty in duties
        )

    def _distance(self, told, point):
        """Metres from where the point was learnt; None where either is not known."""
        if not point.learnt_at or told["latitude"] is None:
            return None
        return geo.distance(
            (told["latitude"], told["longitude"]), (point.latitude, point.longitude)
        )

    def _too_far(self, told, point):
        metres = self._distance(told, point)
        allowed = point.tolerance + min(told["accuracy"] or 0, WORST_ACCURACY)
        return metres if metres is not None and metres > allowed else None

    def _learns(self, told, point):
        """Whether this scan shows where the point is; the first good one does."""
        return (
            not point.learnt_at
            and not told["is_manual"]
            and told["latitude"] is not None
            and 0 < (told["accuracy"] or 0) <= LEARN_ACCURACY
        )
