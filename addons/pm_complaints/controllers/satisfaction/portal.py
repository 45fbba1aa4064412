from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class OpinionPortal(CustomerPortal):
    """What a resident is asked: questionnaires and votes, each answered once.

    A questionnaire is answered on the sheet of its invitation, which is the one that
    the link by mail or WeChat leads to; a vote on the ballot of the owner, which is the
    one that staff enter paper on. So there is nothing to count twice.
    """

    _opinions_shown = 50

    def _own_invitations(self):
        """What this person is asked: nobody answers for somebody else."""
        return [
            ("partner_id", "=", request.env.user.partner_id.id),
            ("campaign_id.state", "in", ("running", "closed")),
            ("user_input_id", "!=", False),
        ]

    def _own_ballots(self):
        """The own, and those of the firm for which this person acts."""
        voters = request.env.user.partner_id._pm_stands_for()
        return [
            ("partner_id", "in", voters.ids),
            ("vote_id.state", "in", ("open", "counted")),
        ]

    @http.route("/my/opinions", type="http", auth="user", website=True)
    def portal_my_opinions(self, **kw):
        return self._opinions_page()

    def _opinions_page(self, error=None):
        env = request.env
        ballots = env["pm.owner.ballot"].sudo()
        return request.render(
            "pm_complaints.portal_my_opinions",
            {
                **self._prepare_portal_layout_values(),
                "invitations": env["pm.survey.invitation"]
                .sudo()
                .search(self._own_invitations(), limit=self._opinions_shown),
                "ballots": ballots.search(
                    self._own_ballots(), limit=self._opinions_shown
                ),
                "answers": ballots._fields["answer"]._description_selection(env),
                "error": error,
                "page_name": "pm_opinion",
            },
        )

    @http.route(
        "/my/opinions/vote/<int:ballot_id>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_vote(self, ballot_id, answer=None, **post):
        ballot = (
            request.env["pm.owner.ballot"]
            .sudo()
            .search([("id", "=", ballot_id), *self._own_ballots()])
        )
        if not ballot:
            return request.not_found()
        try:
            ballot._cast(answer)
        except UserError as problem:
            return self._opinions_page(problem.args[0])
        return request.redirect("/my/opinions")
