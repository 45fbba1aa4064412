"""Who may do what with campaigns, and who takes which step."""

from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

HEADS = ("manager", "company", "admin")
READERS = ("service", "hr", *HEADS)


@tagged("post_install", "-at_install")
class TestAccessSatisfaction(access.AccessCase):
    RIGHTS = {
        "pm.survey.campaign": {
            "service": "r",
            **dict.fromkeys(("hr", *HEADS), "rwcd"),
        },
        "pm.survey.invitation": dict.fromkeys(READERS, "r"),
        "pm.survey.message": dict.fromkeys(READERS, "r"),
        "pm.survey.result": dict.fromkeys(READERS, "r"),
        "pm.owner.vote": {"service": "r", **dict.fromkeys(HEADS, "rwcd")},
        "pm.owner.ballot": dict.fromkeys(("service", *HEADS), "rw"),
    }
    STEPS = {
        **dict.fromkeys(("action_draw", "action_start"), ("hr", *HEADS)),
        **dict.fromkeys(("action_open", "action_count"), HEADS),
    }

    @classmethod
    def _make_records(cls, estate):
        here = cls.env(context={"allowed_company_ids": estate.company_id.ids})
        survey = here["survey.survey"].create(
            {"title": "How satisfied?", "pm_satisfaction": True}
        )
        campaign = here["pm.survey.campaign"].create(
            {
                "name": "Autumn",
                "property_id": estate.id,
                "survey_id": survey.id,
                "date_from": "2020-01-01",
                "date_to": "2020-02-01",
            }
        )
        partner = here["res.partner"].create(
            {"name": "Asked", "pm_estate_id": estate.id}
        )
        invitation = here["pm.survey.invitation"].create(
            {
                "campaign_id": campaign.id,
                "property_id": estate.id,
                "partner_id": partner.id,
            }
        )
        message = here["pm.survey.message"].create(
            {
                "invitation_id": invitation.id,
                "kind": "invite",
                "text": "?",
                "due_at": "2020-01-01",
            }
        )
        result = here["pm.survey.result"].create(
            {"campaign_id": campaign.id, "kind": "question", "name": "Cleaning"}
        )
        vote = here["pm.owner.vote"].create(
            {
                "name": "New bells?",
                "property_id": estate.id,
                "date_from": "2020-01-01",
                "date_to": "2020-02-01",
            }
        )
        ballot = here["pm.owner.ballot"].create(
            {"vote_id": vote.id, "partner_id": partner.id, "area": 90}
        )
        made = (campaign, invitation, message, result, vote, ballot)
        return {record._name: record.with_env(cls.env) for record in made}
