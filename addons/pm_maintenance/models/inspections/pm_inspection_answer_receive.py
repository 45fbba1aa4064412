import json
import logging
from dataclasses import dataclass, field

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import split_every

from ...engine import geo, readings
from .locks import wait_for
from .pm_inspection import DESK, INSPECTOR
from .pm_inspection_answer import _text, _whole

_logger = logging.getLogger(__name__)
# visits in one call, bytes of one visit, visits that are stored together
MOST_ANSWERS, MOST_BYTES, CHUNK = 5000, 200_000, 100
# faults that become orders while the phone waits; the job does what is left
FAULTS_AT_ONCE = 20


@dataclass
class Batch:
    """What is known of the rounds that a call answers: read once, kept up to date."""

    env: object
    now: object
    rounds: dict = field(default_factory=dict)
    points: dict = field(default_factory=dict)
    # {(round id, point id): lines}, and of these the ones that were visited
    lines: dict = field(default_factory=dict)
    visited: set = field(default_factory=set)
    walkers: dict = field(default_factory=dict)
    duties: object = None
    estate: object = None


class PmInspectionAnswer(models.Model):
    """Visits come in: each is stored once, each gets an answer of its own.

    A hundred visits are stored behind one savepoint. When that fails, each of them
    is stored again behind its own, so that a bad one takes no other with it.
    """

    _inherit = "pm.inspection.answer"

    @api.model
    def _receive(self, sent_at, answers):
        """Store what a phone sends; runs as the user, and books as superuser.

        :param sent_at: what the clock of the phone says now, ISO 8601
        :param answers: list of dicts, see ``controllers/inspections/rounds.py``
        :return: a dict ``uuid``, ``status``, ``message`` for each, in their order
        """
        self._check_may_send()
        if not isinstance(answers, list) or len(answers) > MOST_ANSWERS:
            raise UserError(
                self.env._("Send a list of at most %s visits.", MOST_ANSWERS)
            )
        now = fields.Datetime.now()
        told = [self._told(raw, sent_at, now) for raw in answers]
        known = self._known_uuids(one["uuid"] for one in told if one["uuid"])
        results, new = [], []
        for one in told:
            result = {"uuid": one["uuid"], "status": "stored", "message": ""}
            results.append(result)
            if not one["uuid"]:
                result.update(
                    status="refused",
                    message=self.env._("The visit has no id, or one that is none."),
                )
            elif one["uuid"] in known:
                self._say_known(result, known[one["uuid"]])
            else:
                known[one["uuid"]] = self.env.uid
                new.append((one, result))
        if new:
            batch = self._batch([one for one, _result in new], now)
            for chunk in split_every(CHUNK, new, list):
                self._store_together(batch, chunk)
            self._book(batch)
        return results

    def _check_may_send(self):
        user = self.env.user
        if not (user.has_group(INSPECTOR) or user.has_group(DESK)):
            raise AccessError(
                self.env._("Rounds are walked by inspectors, guards and technicians.")
            )

    def _say_known(self, result, user_id):
        if user_id == self.env.uid:
            result.update(status="again", message="")
        else:
            result.update(
                status="refused",
                message=self.env._("Another visit has this id already."),
            )

    def _known_uuids(self, uuids):
        rows = self.sudo().search_fetch([("uuid", "in", [*uuids])], ["uuid", "user_id"])
        return {row.uuid: row.user_id.id for row in rows}

    # what was sent, in a form that can be relied on

    @api.model
    def _told(self, raw, sent_at, now):
        """Read one visit; whatever is wrong with it, it becomes values."""
        raw = readings.clean(raw) if isinstance(raw, dict) else {}
        uuid = raw.get("uuid")
        told_at, sent = readings.moment(raw.get("at")), readings.moment(sent_at)
        off = round((sent - now).total_seconds() / 60) if sent else 0
        # a minute or two is the way of the message
        at = told_at and (told_at - (sent - now) if sent and abs(off) > 2 else told_at)
        latitude, longitude = raw.get("latitude"), raw.get("longitude")
        there = geo.is_position(latitude, longitude)
        accuracy = raw.get("accuracy")
        plausible = isinstance(accuracy, (int, float)) and 0 <= accuracy < 1e6
        good_uuid = isinstance(uuid, str) and readings.UUID.fullmatch(uuid)
        scanned = raw.get("scanned")
        return {
            "uuid": uuid if good_uuid else None,
            "round_ref": _whole(raw.get("round_id")),
            "point_ref": _whole(raw.get("point_id")),
            "at": min(at, now) if at else now,
            "told_at": told_at,
            "sent_at": sent,
            "clock_off": max(-10_000_000, min(off, 10_000_000)),
            "scanned": readings.code_of(scanned)[:64] if scanned else "",
            "is_manual": raw.get("manual") is True or not scanned,
            "latitude": latitude if there else None,
            "longitude": longitude if there else None,
            "accuracy": accuracy if there and plausible else None,
            "photos": self._told_photos(raw.get("photos")),
            "raw": raw,
            "is_small": len(json.dumps(raw)) <= MOST_BYTES,
        }

    @api.model
    def _told_photos(self, photos):
        return [
            {
                "uuid": photo["uuid"],
                "item_ref": _whole(photo.get("item_id")),
                "name": _text(photo.get("name"))[:120],
                "size": _whole(photo.get("size")),
                "sha256": _text(photo.get("sha256")).lower()[:64],
                "taken_at": readings.moment(photo.get("taken_at")),
            }
            for photo in (photos if isinstance(photos, list) else ())
            if isinstance(photo, dict)
            and isinstance(photo.get("uuid"), str)
            and readings.UUID.fullmatch(photo["uuid"])
        ][:50]

    # what is known

    def _batch(self, told, now):
        """Read all that the visits name, as far as the user may see it; lock it."""
        batch = Batch(self.env, now)
        refs = {one["round_ref"] for one in told} - {0}
        rounds = self.env["pm.inspection"].browse(refs).exists()
        rounds = rounds._filtered_access("read").sudo()
        wait_for(rounds)
        batch.rounds = {round_.id: round_ for round_ in rounds}
        batch.walkers = {round_.id: round_.user_id.id for round_ in rounds}
        points = self.env["pm.inspection.point"]
        points = points.browse({one["point_ref"] for one in told} - {0}).exists()
        points = points._filtered_access("read").sudo()
        batch.points = {point.id: point for point in points}
        lines = rounds.line_ids
        batch.lines = lines.grouped(lambda one: (one.inspection_id.id, one.point_id.id))
        batch.visited = {key for key, some in batch.lines.items() if some.answer_id}
        batch.estate = self.env.user.sudo().pm_estate_ids[:1]
        moments = [one["at"] for one in told]
        batch.duties = (
            self.env["pm.duty"]
            .sudo()
            .search(
                Domain("employee_id.user_id", "=", self.env.uid)
                & Domain("state", "in", ("planned", "confirmed", "done"))
                & Domain("stop", ">=", min(moments))
                & Domain("start", "<=", max(moments))
            )
        )
        return batch

    # storing

    def _store_together(self, batch, chunk):
        before = set(batch.visited), dict(batch.walkers)
        try:
            with self.env.cr.savepoint():
                self._store(batch, chunk)
            return
        except OperationalError:
            # somebody else wrote the same rows: Odoo does the transaction again
            raise
        except Exception:
            _logger.warning("%s visits fail together, now each alone", len(chunk))
        batch.visited, batch.walkers = before
        for one in chunk:
            before = set(batch.visited), dict(batch.walkers)
            try:
                with self.env.cr.savepoint():
                    self._store(batch, [one])
            except OperationalError:
                raise
            except Exception as error:
                batch.visited, batch.walkers = before
                self._say_failed(error, *one)

    def _say_failed(self, error, told, result):
        """A visit that could not be stored: not confirmed, so the phone keeps it."""
        known = self._known_uuids([told["uuid"]])
        if told["uuid"] in known:
            self._say_known(result, known[told["uuid"]])
            return
        _logger.exception("Visit %s could not be stored", told["uuid"])
        message = (
            str(error)
            if isinstance(error, UserError)
            else self.env._("The visit could not be stored. It stays on the phone.")
        )
        result.update(status="refused", message=message)

    def _store(self, batch, chunk):
        """Store visits, and write what they found into the lines of their rounds."""
        values, found, photos = [], [], []
        for told, result in chunk:
            vals, entries = self._judge(batch, told)
            values.append(vals)
            found.append(entries)
            photos.append(told["photos"])
            result.update(
                status="conflict" if vals["state"] == "conflict" else "stored",
                message=vals["conflict_note"] or vals["doubt_note"] or "",
            )
        answers = self.sudo()._as_step().create(values)
        answers._announce_photos(photos)
        self._fill_lines(batch, zip(answers, found, strict=True))

    def _announce_photos(self, photos):
        """Note which photos belong to these visits; the phone sends them after."""
        told = [one for some in photos for one in some]
        if not told:
            return
        Photo = self.env["pm.inspection.photo"]
        known = set(
            Photo.search([("uuid", "in", [one["uuid"] for one in told])]).mapped("uuid")
        )
        items = self.env["pm.inspection.item"].browse(
            {one["item_ref"] for one in told} - {0}
        )
        items = set(items.exists().ids)
        values = []
        for answer, some in zip(self, photos, strict=True):
            for one in some:
                if one["uuid"] in known:
                    continue
                known.add(one["uuid"])
                values.append(
                    {
                        **{
                            name: one[name]
                            for name in ("uuid", "size", "sha256", "taken_at")
                        },
                        "name": one["name"] or one["uuid"],
                        "answer_id": answer.id,
                        "item_id": one["item_ref"] in items and one["item_ref"],
                    }
                )
        Photo._as_step().create(values)

    def _judge(self, batch, told):
        """Return (values of the visit, {line: (value, fault, note)} to be filled)."""
        round_ = batch.rounds.get(told["round_ref"])
        point = batch.points.get(told["point_ref"])
        values = self._visit_values(batch, told, round_, point)
        entries = {}
        conflict = self._conflict(batch, told, round_, point)
        if not conflict:
            try:
                entries = self._read_entries(batch, values, round_, point)
            except ValidationError as problem:
                conflict = "value", str(problem)
            except LookupError:
                conflict = (
                    "lines",
                    self.env._(
                        "Not all that was entered at %(point)s is part of the round "
                        "any more.",
                        point=point.display_name,
                    ),
                )
        if conflict:
            code, note = conflict
            values.update(state="conflict", conflict=code, conflict_note=note)
            return values, {}
        doubts = self._doubts(told, round_, point, batch.duties)
        if doubts:
            values["doubt"] = doubts[0][0]
            values["doubt_note"] = "\n".join(note for _code, note in doubts)
        elif self._learns(told, point):
            point._learn_position(told["latitude"], told["longitude"], told["at"])
        batch.visited.add((round_.id, point.id))
        batch.walkers[round_.id] = self.env.uid
        return values, entries

    def _visit_values(self, batch, told, round_, point):
        estate = (round_ or point or self.env["pm.inspection"]).estate_id
        estate = estate or batch.estate
        distance = self._distance(told, point) if point else None
        raw = told["raw"]
        return {
            **{
                name: told[name]
                for name in (
                    "uuid",
                    "round_ref",
                    "point_ref",
                    "at",
                    "told_at",
                    "sent_at",
                    "clock_off",
                    "scanned",
                    "is_manual",
                )
            },
            "latitude": told["latitude"] or 0,
            "longitude": told["longitude"] or 0,
            "accuracy": told["accuracy"] or 0,
            "inspection_id": round_.id if round_ else False,
            "point_id": point.id if point else False,
            "estate_id": estate.id,
            "company_id": (estate.company_id or self.env.company).id,
            "user_id": self.env.uid,
            "distance": -1 if distance is None else distance,
            "entries": raw if told["is_small"] else {"text": json.dumps(raw)},
            "state": "stored",
            "conflict_note": False,
            "doubt_note": False,
        }

    def _conflict(self, batch, told, round_, point):
        """(code, words) of why a person has to decide; None where nobody has to."""
        if not round_:
            return "gone", self.env._(
                "The round was deleted or planned anew. What you entered is kept; a "
                "person decides."
            )
        name = round_.display_name
        if not point or (round_.id, point.id) not in batch.lines:
            return "point", self.env._(
                "%s does not stop at this point any more. What you entered is kept; a "
                "person decides.",
                name,
            )
        if told["scanned"] and told["scanned"] != point.token:
            return "code", self.env._(
                "The code that was scanned is not that of %s. What you entered is "
                "kept; a person decides.",
                point.display_name,
            )
        if round_.state == "cancelled":
            return "cancelled", self.env._(
                "%s was called off. What you entered is kept; a person decides.", name
            )
        walker = batch.walkers[round_.id] or round_.employee_id.user_id.id
        if walker and walker != self.env.uid:
            return "taken", self.env._(
                "%(round)s is walked by %(user)s. What you entered is kept; a person "
                "decides.",
                round=name,
                user=self.env["res.users"].sudo().browse(walker).name,
            )
        if (round_.id, point.id) in batch.visited:
            return "twice", self.env._(
                "%s was visited on this round already. What you entered is kept; a "
                "person decides.",
                point.display_name,
            )
        return self._unreadable(told)

    def _unreadable(self, told):
        entries = told["raw"].get("entries")
        readable = entries is None or (
            isinstance(entries, list)
            and all(isinstance(entry, dict) for entry in entries)
        )
        if readable and told["is_small"]:
            return None
        return "unreadable", self.env._(
            "The entries cannot be read. They are kept as they came; a person decides."
        )

    def _read_entries(self, batch, values, round_, point):
        """{line: (value, fault, note)} of what was entered.

        :raises ValidationError: an entry is not clear
        :raises LookupError: an entry is of no line of this round and point
        """
        lines = {line.id: line for line in batch.lines[round_.id, point.id]}
        read = {}
        for entry in self.new({"entries": values["entries"]})._entries():
            line = lines[entry["line_id"]]
            value, fault = line.item_id._read_value(entry["value"])
            read[line] = value, fault or entry["fault"], entry["note"] or None
        return read

    @api.model
    def _fill_lines(self, batch, found):
        """Write what visits found; one statement, as a phone brings hundreds."""
        rows = []
        for answer, entries in found:
            if answer.state != "stored":
                continue
            for line in batch.lines[answer.inspection_id.id, answer.point_id.id]:
                value, fault, note = entries.get(line, (None, False, None))
                rows.append(line._row(answer, value, fault, note))
        self.env["pm.inspection.line"]._write_rows(rows)

    def _visit_lines(self):
        return self.inspection_id.line_ids.filtered(
            lambda line: line.point_id == self.point_id
        )

    def _book(self, batch):
        """What follows from new visits: how far rounds are, orders for faults."""
        rounds = self.env["pm.inspection"].sudo()
        rounds = rounds.browse(
            {round_id for round_id, _point in batch.visited} & batch.rounds.keys()
        )
        for round_ in rounds:
            walker = batch.walkers[round_.id]
            if walker and not round_.user_id:
                round_._as_step().user_id = walker
        rounds._settle()
        rounds.line_ids._take_answers()
        faults = rounds.line_ids._faults_to_report()
        faults[:FAULTS_AT_ONCE]._report_faults_together()
        if faults[FAULTS_AT_ONCE:]:
            self.env.ref("pm_maintenance.ir_cron_inspection_faults")._trigger()
