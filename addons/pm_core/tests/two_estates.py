"""A customer who holds something at two estates, and staff of one of them.

The customer is read by the staff of both: no rule keeps the contact from them. So
whatever leads from the customer to what is theirs has to stop at the estate: relations
and counts of the contact, its printed file, dialogs in which it is entered, "other
cases of the same customer" on a record of the own estate, and what hangs on records.
"""

import contextlib

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import freeze_time
from odoo.tools import SQL, mute_logger

from odoo.addons.pm_core.models.shared.pm_guard import is_ours

from .door_calls import related

# Contacts of these are no customers, and each has one of its own.
NO_CUSTOMERS = ("hr.employee", "res.company", "res.partner", "res.users")
# What a dialog makes up each time that it is opened.
MADE_UP = {"request_key"}


def is_a(record, mixin):
    return isinstance(record, record.env.registry[mixin])


class TwoEstatesWalk:
    """For classes with ``users`` by role, ``records`` by place and an ``owner``.

    Every record of the other estate becomes the owner's, who holds something at the
    own one. Nothing that is told of the owner may change by that, whatever it is; so a
    field, a report or a dialog to come is covered by being there.
    """

    def test_customer_of_two_estates(self):
        hidden = self.records.get("other estate")
        if not hidden:
            return
        # what is printed says when
        self.startPatcher(freeze_time(fields.Datetime.now()))
        user = self._in_every_job()
        self._make_theirs(hidden, self.make_partner("Somebody Else"))
        before = self._told_of_owner(user)
        named = self._make_theirs(hidden, self.owner)
        beside = self._hang_on(hidden)
        if named:
            for name, told in self._told_of_owner(user).items():
                with self.subTest(told=name):
                    self.assertEqual(told, before[name])
        for record in (*hidden.values(), *beside):
            with self.subTest(model=record._name):
                self._check_unseen(record, user)

    def _in_every_job(self):
        """A user with every role there is for those who work at chosen estates."""
        users = self.env["res.users"].union(*self.users.values())
        bound = users.filtered(
            lambda user: not user.share and not self.owner._pm_sees_all_customers(user)
        )
        user = self.users["manager"]
        user.group_ids |= bound.group_ids
        return user

    def _make_theirs(self, hidden, partner):
        """Have ``partner`` be the customer of records, whatever they call a customer.

        By the database alone, as no step leads there for most of them.

        :return: the models that have a customer
        """
        self.env.flush_all()
        named = set()
        for model, record in hidden.items():
            if model in NO_CUSTOMERS or not record._auto:
                continue
            for name, field in record._fields.items():
                if (
                    field.type == "many2one"
                    and field.comodel_name == "res.partner"
                    and field.column_type
                    and field.store
                    and record.sudo()[name]
                ):
                    named.add(model)
                    self._put_in_column(record, name, partner)
        self.env.invalidate_all()
        return named

    def _put_in_column(self, record, name, partner):
        with (
            contextlib.suppress(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(flush=False),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    SQL.identifier(record._table),
                    SQL.identifier(name),
                    partner.id,
                    record.id,
                )
            )

    def _hang_on(self, hidden):
        """Files, messages, followers and things to do; and a place of the owner's.

        :return: those records
        """
        # whoever the tests of a room are
        env = self.env(su=True)
        place = related(hidden).get("pm.property")
        beside = []
        if place:
            beside.append(
                self.make_occupancy(place, self.owner, "2021-02-03", role="family")
            )
        for model, record in hidden.items():
            if not record._auto:
                continue
            beside.append(
                env["ir.attachment"].create(
                    {
                        "name": f"Of {model}",
                        "raw": b"x",
                        "res_model": model,
                        "res_id": record.id,
                    }
                )
            )
            if is_a(record, "mail.thread"):
                beside.append(self._followed_by_owner(record))
                values = {"model": model, "res_id": record.id, "body": "<p>x</p>"}
                beside.append(
                    env["mail.message"].create({**values, "author_id": self.owner.id})
                )
            if is_a(record, "mail.activity.mixin"):
                beside.append(
                    env["mail.activity"].create(
                        {
                            "res_model_id": env["ir.model"]._get_id(model),
                            "res_id": record.id,
                            "user_id": self.env.uid,
                        }
                    )
                )
        # what code has written is in the cache of everybody else
        self.env.flush_all()
        self.env.invalidate_all()
        return beside

    def _followed_by_owner(self, record):
        """The owner as who is told of a record, which tells that it is theirs."""
        record.sudo().message_subscribe(self.owner.ids)
        return (
            self.env["mail.followers"]
            .sudo()
            .search(
                [
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("partner_id", "=", self.owner.id),
                ]
            )
        )

    def _told_of_owner(self, user):
        """All that ``user`` is told of the owner: {where: what}."""
        owner = self.owner.with_user(user)
        told = {}
        for model, record in {**self.records["own"], "res.partner": owner}.items():
            mine = record.with_user(user)
            names = self._readable_fields(mine)
            # without names all are read, Odoo's own too
            if names and mine.has_access("read"):
                told[model] = mine.read(names, load=None)
        for report in self.env["ir.actions.report"].search(
            [("model", "=", "res.partner"), ("report_name", "=like", "pm%")]
        ):
            name = report.report_name
            reports = report.with_user(user)
            told[name] = reports._render_qweb_html(name, owner.ids)[0]
        for model in getattr(self, "WIZARDS", {}):
            wizard = self.env[model].with_user(user)
            field = wizard._fields.get("partner_id")
            if field and wizard.has_access("create"):
                told[model] = self._in_a_dialog(wizard, owner)
        self.env.invalidate_all()
        return told

    @staticmethod
    def _readable_fields(record):
        """Fields of ours that one may read, of models that one may read.

        Odoo's own reach models that its other applications open.
        """
        return [
            name
            for name, field in record._fields.items()
            if field._modules
            and is_ours(field._modules[0])
            and record._has_field_access(field, "read")
            and (
                field.type not in ("one2many", "many2many")
                or record.env[field.comodel_name].has_access("read")
            )
        ]

    def _in_a_dialog(self, wizard, owner):
        """What a dialog shows when the owner is entered in it."""
        shown = {name: {} for name in wizard._fields if name not in MADE_UP}
        values = wizard.default_get(list(shown))
        values["partner_id"] = owner.id
        return wizard.onchange(values, ["partner_id"], shown)["value"]

    def _check_unseen(self, record, user):
        mine = record.with_user(user)
        self.assertFalse(mine.has_access("read"))
        if mine.browse().has_access("read"):
            this = [("id", "=", record.id)]
            self.assertFalse(mine.search(this))
            self.assertFalse(mine._read_group(this, [], ["__count"])[0][0])
            if mine._rec_name or mine._rec_names_search:
                self.assertFalse(mine.name_search("", this))
