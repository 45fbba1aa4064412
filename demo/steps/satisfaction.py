"""Satisfaction on the demo estate: the spring's campaign, this one, and two votes.

People are drawn from the register by a kept seed; what they answer is chance with a
mean, a little better than half a year before. A third does not answer.
"""

import random
from datetime import timedelta

from odoo import fields

from .. import words
from . import acting

SAMPLE, SEED = 160, 20261101
# how many of each mark from 1 to 5 people give
BEFORE, NOW = (6, 12, 30, 34, 18), (3, 8, 24, 38, 27)


def run(env, estate):
    quality = acting(env, "manager")
    lottery = random.Random(SEED)
    spring = _campaign(quality, estate, "2026 年上半年满意度调查")
    _hold(spring, lottery, BEFORE, share=70)
    spring.action_close()
    day = fields.Date.today() - timedelta(days=180)
    spring.sudo()._as_step().write(
        {"date_from": day, "date_to": day + timedelta(days=20)}
    )
    autumn = _campaign(quality, estate, "2026 年下半年满意度调查")
    _hold(autumn, lottery, NOW, share=60)
    autumn.sudo()._as_step()._evaluate()
    vote = _past_vote(quality, estate, lottery)
    _open_vote(quality, estate, lottery)
    return [
        words.say(
            f"满意度：{autumn.answered_count} 人作答，{words.of(autumn).summary}",
            f"satisfaction: {autumn.answered_count} answered. "
            f"{words.of(autumn).summary}",
        ),
        words.say(
            f"业主表决：{vote.heads_voted}/{vote.heads} 人参与，"
            f"{'通过' if vote.passed else '未通过'}",
            f"vote of owners: {vote.heads_voted} of {vote.heads} took part, "
            f"{'agreed' if vote.passed else 'not agreed'}",
        ),
    ]


def _campaign(env, estate, name):
    return env["pm.survey.campaign"].create(
        {
            "name": name,
            "property_id": estate.id,
            "survey_id": env.ref("pm_complaints.survey_satisfaction").id,
            "date_to": fields.Date.today() + timedelta(days=14),
            "sample_size": SAMPLE,
        }
    )


def _hold(campaign, lottery, marks, share):
    """Draw, ask, and let ``share`` percent of the people answer."""
    campaign._draw_sample(SAMPLE, SEED)
    campaign.action_start()
    questions = campaign.survey_id.sudo().question_ids.filtered(
        lambda question: question.question_type == "scale"
    )
    for invitation in campaign.invitation_ids:
        if lottery.randrange(100) >= share:
            continue
        sheet = invitation.sudo().user_input_id
        mood = lottery.choices(range(1, 6), marks)[0]
        for question in questions:
            mark = min(5, max(1, mood + lottery.choice((-1, 0, 0, 0, 1))))
            sheet._save_lines(question, str(mark))
        sheet._mark_done()


def _past_vote(env, estate, lottery):
    """Half a year ago owners agreed to rent out the advertising frames."""
    vote = _vote(env, estate, "电梯轿厢广告位是否对外出租，收益归业主共有", 7)
    _answer(vote, lottery, (72, 9, 3, 16))
    vote.action_count()
    day = fields.Date.today() - timedelta(days=180)
    vote.sudo()._as_step().write(
        {"date_from": day - timedelta(days=20), "date_to": day}
    )
    return vote


def _open_vote(env, estate, lottery):
    """Owners are asked about money of the repair fund; a third has answered."""
    vote = _vote(env, estate, "是否使用维修资金更换地下车库照明", 14)
    _answer(vote, lottery, (26, 5, 2, 67))


def _vote(env, estate, question, days):
    vote = env["pm.owner.vote"].create(
        {
            "name": question,
            "property_id": estate.id,
            "kind": "qualified",
            "date_to": fields.Date.today() + timedelta(days=days),
        }
    )
    vote.action_open()
    return vote


def _answer(vote, lottery, weights):
    """Enter the ballots; ``weights`` of in favour, against, abstention and none."""
    answers = {"for": [], "against": [], "abstain": [], None: []}
    for ballot in vote.ballot_ids:
        answers[lottery.choices((*answers,), weights)[0]].append(ballot.id)
    for answer, ids in answers.items():
        if answer:
            vote.ballot_ids.browse(ids).write({"answer": answer})
