import random

from odoo import models
from odoo.exceptions import UserError

from ...engine import draw

# who counts as what, of somebody who is several things: the first
ROLES = ("owner", "tenant", "family", "other")


class PmSurveyCampaign(models.Model):
    """Who is asked."""

    _inherit = "pm.survey.campaign"

    def _draw_sample(self, n, seed=None):
        """Draw people by chance, in each group as many as it is large.

        :param int n: how many people
        :param int seed: of a draw that is to be repeated; none makes a new one
        :return: the ``pm.survey.invitation`` of those drawn
        :raises UserError: the campaign runs already, or nobody lives there
        """
        self.ensure_one()
        self._check_in_state("draft", "drawn")
        groups = self._groups()
        if not groups:
            raise UserError(
                self.env._(
                    "%(estate)s has nobody to ask: no owner and no tenant is "
                    "registered there today.",
                    estate=self.estate_id.display_name,
                )
            )
        if seed is None:
            seed = random.SystemRandom().randrange(2**31)
        people = {
            name: [occupancy.partner_id.id for occupancy in found]
            for name, found in groups.items()
        }
        occupancies = {
            occupancy.partner_id.id: occupancy
            for found in groups.values()
            for occupancy in found
        }
        drawn = draw(people, n, seed)
        campaign_sudo = self.sudo()._as_step()
        campaign_sudo.invitation_ids.unlink()
        campaign_sudo.write(
            {
                "state": "drawn",
                "seed": seed,
                "group_sizes": {name: len(ids) for name, ids in people.items()},
                "people_count": len(occupancies),
            }
        )
        return (
            self.env["pm.survey.invitation"]
            .sudo()
            ._as_step()
            .create(
                [
                    {
                        "campaign_id": self.id,
                        "partner_id": partner,
                        "property_id": occupancies[partner].property_id.id,
                        "role": occupancies[partner].role,
                        "group": name,
                    }
                    for name, ids in drawn.items()
                    for partner in ids
                ]
            )
        )

    def _groups(self):
        """Return {group: occupancies}, one of each person who lives or owns there.

        Who holds several things is in one group only, so that nobody is asked twice.
        """
        occupancies = (
            self.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("estate_id", "=", self.estate_id.id),
                    ("is_current", "=", True),
                    ("role", "!=", "developer"),
                ]
            )
        )
        # in one language: who is drawn depends on the order of the names
        lang = self.company_id.partner_id.lang or "en_US"
        labels = dict(
            self.env["pm.occupancy"]
            ._fields["role"]
            ._description_selection(self.with_context(lang=lang).env)
        )
        one_each = {}
        for occupancy in occupancies.sorted(self._rank):
            one_each.setdefault(occupancy.partner_id, occupancy)
        places = (
            self.env["pm.property"]
            .sudo()
            .union(*(self._place_of(occupancy) for occupancy in one_each.values()))
        )
        names_of = places.grouped("name")
        groups = {}
        for occupancy in one_each.values():
            names = []
            if self.by_building:
                place = self._place_of(occupancy)
                # phases may number their buildings alike
                alone = len(names_of[place.name]) == 1
                names.append(place.name if alone else place.display_name)
            if self.by_role:
                names.append(labels[occupancy.role])
            group = " · ".join(names) or self.estate_id.name
            groups.setdefault(group, []).append(occupancy)
        return groups

    @staticmethod
    def _place_of(occupancy):
        return occupancy.building_id or occupancy.estate_id

    @staticmethod
    def _rank(occupancy):
        return (ROLES.index(occupancy.role), occupancy.id)
