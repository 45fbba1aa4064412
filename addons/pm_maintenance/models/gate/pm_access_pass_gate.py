import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .gate_roles import GUARD, MANAGER, check_role, local_time, plate_key, wait_for_turn

CODE = re.compile(r"/pass/([A-Za-z0-9_-]{16,64})")
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
# what a guard looks for is of these days, or still inside
RECENT = timedelta(days=7)
SHOWN = 10


class PmAccessPass(models.Model):
    """What the gate does with a pass: look it up, let it through, write it down.

    These methods are called by the page of the gate. They answer in words, never
    with a secret, and never about another estate.
    """

    _inherit = "pm.access.pass"

    @api.model
    def _check_gate(self):
        """:raises AccessError: neither guard nor manager"""
        user = self.env.user
        if not (self.env.su or user.has_group(GUARD) or user.has_group(MANAGER)):
            raise AccessError(
                self.env._("The gate is for guards and managers of the estate.")
            )

    @api.model
    def _gate_post(self, post_id):
        """The gate that a page names: one that its user may see.

        :raises UserError: it is none
        """
        post = self.env["pm.duty.post"].browse(post_id or 0).exists()
        if post:
            post.check_access("read")
        if not post.is_gate:
            raise UserError(
                self.env._(
                    "Choose the gate first. A duty post is made one by its manager, "
                    "who ticks Is a Gate."
                )
            )
        return post

    @api.model
    def gate_find(self, text, post_id):
        """Look up what a guard scanned or typed.

        :param text: what the code says, or part of a number, a plate or a name
        :param post_id: id of the gate
        :return: list of answers, see :meth:`_gate_answers`; of one that says why, when
            a code opens nothing here
        """
        self._check_gate()
        post = self._gate_post(post_id)
        text = text.strip() if isinstance(text, str) else ""
        if not text or len(text) > 500:
            return []
        code = CODE.search(text)
        one = self._by_token(
            code[1] if code else text if TOKEN.fullmatch(text) else None
        )
        if one and one.estate_id != post.estate_id:
            return [self._gate_refused("elsewhere")]
        if one and not one.with_env(self.env)._filtered_access("read"):
            return [self._gate_refused("elsewhere")]
        if not one and code:
            return [self._gate_refused("unknown")]
        found = one.with_env(self.env) or self._gate_search(text, post)
        return found._gate_answers(post)

    @api.model
    def _gate_search(self, text, post):
        since = fields.Datetime.now() - RECENT
        words = Domain("number", "ilike", text) | Domain("visitor_name", "ilike", text)
        if plate_key(text):
            words |= Domain("plate_key", "like", plate_key(text))
        found = self.search(
            Domain("estate_id", "=", post.estate_id.id)
            & (Domain("valid_to", ">=", since) | Domain("is_inside", "=", True))
            & words,
            limit=4 * SHOWN,
        )
        order = ("valid", "early", "used", "none", "expired")
        return found.sorted(lambda one: (not one.is_inside, order.index(one.validity)))[
            :SHOWN
        ]

    @api.model
    def _gate_texts(self):
        return {
            "unknown": self.env._("There is no such pass."),
            "elsewhere": self.env._("This pass is not for this estate."),
            "denied": self.env._("On the deny list."),
            "draft": self.env._("Nobody has confirmed it."),
            "asked": self.env._("It waits for the confirmation of the host."),
            "refused": self.env._("The host refused it."),
            "cancelled": self.env._("It was cancelled."),
            "early": self.env._("It is not valid yet."),
            "expired": self.env._("It has expired."),
            "used": self.env._("It was used as often as it allows."),
            "open": self.env._("Fees or deposits of the place are open."),
        }

    @api.model
    def _gate_refused(self, code):
        return {
            "id": False,
            "ok": False,
            "code": code,
            "reason": self._gate_texts()[code],
        }

    def _refusal(self, denied=None):
        """Return why the gate does not let it in (or goods out), or None.

        :param denied: entries of the deny list that fit, if they are known
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if denied if denied is not None else self._denied():
            return "denied"
        if self.state != "confirmed":
            return self.state
        if self.valid_to < now:
            return "expired"
        if self.valid_from > now:
            return "early"
        if self.is_used_up:
            return "used"
        blocks = self._asks_for_fees() and self.company_id.pm_goods_check == "block"
        if blocks and self._goods_matters():
            return "open"
        return None

    def _denied(self):
        """Entries of the deny list that fit this pass by telephone or plate."""
        return self.env["pm.gate.denied"]._looked_up(self)[self][0]

    def _gate_answers(self, post):
        """What the page of the gate shows of passes; the deny list is read once."""
        listed = self.env["pm.gate.denied"]._looked_up(self)
        return [one._gate_answer(post, *listed[one]) for one in self]

    def _gate_answer(self, post, denied=None, same_name=None):
        self.ensure_one()
        if denied is None:
            denied, same_name = self.env["pm.gate.denied"]._looked_up(self)[self]
        zone = post.estate_id._zone()
        leaves = self.is_inside and self.kind != "goods"
        code = self._refusal(denied)
        one = self.sudo()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "id": self.id,
            # out is always open: nobody is kept inside for a date
            "ok": leaves or not code,
            "code": False if leaves else code or False,
            "reason": self._gate_texts()[code] if code and not leaves else "",
            "instruction": "\n".join(filter(None, denied.mapped("instruction"))),
            "same_name": bool(same_name - denied),
            "direction": "out" if leaves or self.kind == "goods" else "in",
            "inside": self.is_inside,
            "overstay": self.is_overstay,
            "moved": local_time(self.env, self.moved_at, zone),
            "number": self.number,
            "kind": self.kind,
            "kind_label": kinds[self.kind],
            "who": self.visitor_name or self.plate or "",
            "plate": self.plate or "",
            "firm": self.firm or "",
            "people": self.people,
            "goods": self.goods or "",
            "warning": one.warning or "",
            "host": one.host_id.name or "",
            "place": one.property_id.display_name,
            "purpose": self.purpose or "",
            "valid_from": local_time(self.env, self.valid_from, zone),
            "valid_to": local_time(self.env, self.valid_to, zone),
            "entries": self.entries,
            "used": self.entry_count,
        }

    def gate_move(self, direction, post_id, key, again=False):
        """Let it in or out, and write that down once.

        Two guards who scan at one instant, and one whose page sends twice, count
        once: the row of the pass is locked, in and out take turns, and the key of a
        press is unique in the database.

        :param direction: "in" or "out"
        :param post_id: id of the gate
        :param key: what the page calls this press
        :param again: come in though the last time out was not seen
        :return: the answer of the gate, with ``done`` or why it was not
        :raises UserError: the pass does not open this gate
        """
        self.ensure_one()
        self._check_gate()
        check_role(self, GUARD, MANAGER)
        post = self._gate_post(post_id)
        if direction not in ("in", "out") or not KEY.fullmatch(str(key or "")):
            raise UserError(self.env._("Scan the code again."))
        if self.estate_id != post.estate_id:
            raise UserError(self._gate_texts()["elsewhere"])
        wait_for_turn(self)
        if self.env["pm.gate.log"].sudo().search_count([("key", "=", key)], limit=1):
            return {**self._gate_answer(post), "done": False, "again": False}
        if self.kind == "goods":
            return self._move_goods(post, key)
        if direction == "in" and self.is_inside and not again:
            # the colleague was quicker, or the last time out was not seen
            return {**self._gate_answer(post), "done": False, "again": True}
        if direction == "out" and not self.is_inside:
            return {**self._gate_answer(post), "done": False, "again": False}
        if direction == "in":
            self._check_let_in()
            if self.is_inside:
                self._log_move("out", post, f"{key}-out", is_missed=True)
        self._log_move(direction, post, key)
        return {**self._gate_answer(post), "done": True, "again": False}

    def _move_goods(self, post, key):
        self._check_let_in()
        self._log_move("out", post, key)
        return {**self._gate_answer(post), "done": True, "again": False}

    def _check_let_in(self):
        """:raises UserError: saying why not"""
        code = self._refusal()
        if code:
            raise UserError(
                self.env._(
                    "%(number)s: %(reason)s",
                    number=self.display_name,
                    reason=self._gate_texts()[code],
                )
            )

    def _log_move(self, direction, post, key, is_missed=False):
        one = self.sudo()._as_step()
        counts = direction == "in" or one.kind == "goods"
        turn = one.entry_count + 1 if counts else one.entry_count
        now = fields.Datetime.now()
        self.env["pm.gate.log"].sudo()._as_step().create(
            {
                "pass_id": one.id,
                "property_id": post.property_id.id,
                "post_id": post.id,
                "direction": direction,
                "turn": turn,
                "at": now,
                "people": one.people,
                "user_id": self.env.uid,
                "key": key,
                "is_missed": is_missed,
            }
        )
        one.write(
            {
                "entry_count": turn,
                "is_inside": direction == "in",
                "moved_at": now,
                "overstay_told_at": False,
            }
        )
        if direction == "out":
            one.activity_unlink(["pm_maintenance.mail_activity_overstay"])

    def gate_turn_away(self, post_id, key, note=None):
        """Write down that somebody was not let in, and why.

        :param note: what the guard adds
        """
        self.ensure_one()
        self._check_gate()
        check_role(self, GUARD, MANAGER)
        post = self._gate_post(post_id)
        if self.estate_id != post.estate_id or not KEY.fullmatch(str(key or "")):
            raise UserError(self._gate_texts()["elsewhere"])
        wait_for_turn(self)
        Log = self.env["pm.gate.log"].sudo()
        if Log.search_count([("key", "=", key)], limit=1):
            return False
        code = self._refusal()
        texts = (self._gate_texts().get(code), str(note or "")[:500])
        Log._as_step().create(
            {
                "pass_id": self.id,
                "property_id": post.property_id.id,
                "post_id": post.id,
                "direction": "refused",
                "at": fields.Datetime.now(),
                "people": self.people,
                "user_id": self.env.uid,
                "key": key,
                "note": " ".join(filter(None, texts)),
            }
        )
        return True
