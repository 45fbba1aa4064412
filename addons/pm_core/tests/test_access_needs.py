"""Who may do what with customers' needs and service plans."""

from . import access


class TestAccessNeeds(access.AccessCase):
    RIGHTS = {
        "pm.requirement": access.rights("rwcd", staff="r", hr="r", service="rwc"),
    }

    @classmethod
    def _make_records(cls, estate):
        return {
            "pm.requirement": cls.env["pm.requirement"].create(
                {
                    "title": "Lobby cleaned twice a day",
                    "prospect_name": "A firm",
                    "property_id": estate.id,
                }
            ),
        }
