"""What channels and satisfaction cost at the size of a large company.

* ``wechat``: one process takes fifty messages a second for a minute, every tenth of
  them sent twice, as WeChat does; none may be lost or doubled, and each answered within
  a second;
* ``index``: the index of a campaign with 100,000 answers to nine questions;
* ``lists``: lists and the dashboard at 200,000 complaints (``_complaints.py``).

``PM_BENCH_ONLY=wechat`` runs one part; ``PM_BENCH_SECONDS``, ``PM_BENCH_ANSWERS`` and
``PM_BENCH_COMPLAINTS`` make it smaller.
"""

import json
import os
import sys
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from _complaints import lists
from register import copy_rows

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

from tooling import layout, odoo_run
from tooling.steps import Failure, say

sys.path.insert(0, str(layout.ROOT / "tests"))

import conftest  # noqa: E402

DATABASE = os.environ.get("PM_BENCH_DB")
SECONDS = int(os.environ.get("PM_BENCH_SECONDS", "60"))
ANSWERS = int(os.environ.get("PM_BENCH_ANSWERS", "100000"))
A_SECOND, GROUPS = 50, 40
TOKEN, APP_ID = "token123", "wx0123456789abcdef"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
# seconds, and milliseconds
LIMITS = {
    "wechat_slowest_s": 1,
    "index_s": 1,
    **dict.fromkeys(
        (
            "list_ms",
            "kanban_ms",
            "form_ms",
            "all_ms",
            "search_ms",
            "number_ms",
            "overdue_ms",
            "figures_ms",
            "pivot_ms",
            "dashboard_ms",
        ),
        300,
    ),
}


def wechat(env):
    """Messages over HTTP, at their time, whatever the answers before take."""
    account = env["pm.wechat.account"].create(
        {
            "name": "Benchmark",
            "app_id": APP_ID,
            "secret": "secret",
            "template_id": "T",
            "callback_token": TOKEN,
            "callback_key": KEY,
        }
    )
    env.cr.commit()
    # one process, and no job beside: what is measured is the address
    server = odoo_run.Server(
        DATABASE, conftest.free_port(), "--workers", 0, "--max-cron-threads", 0
    )
    server.wait_ready()
    try:
        address = f"{server.url}/pm/wechat/{account.id}"
        _send(address, 0)
        numbers = [
            number
            for number in range(1, SECONDS * A_SECOND + 1)
            for _time in range(2 if number % 10 == 0 else 1)
        ]
        began = time.perf_counter()
        with ThreadPoolExecutor(32) as people:
            sent = []
            for place, number in enumerate(numbers):
                wait = began + place / A_SECOND - time.perf_counter()
                if wait > 0:
                    time.sleep(wait)
                sent.append(people.submit(_send, address, number))
            took = sorted(one.result() for one in sent)
        seconds = time.perf_counter() - began
    finally:
        server.stop()
    env.invalidate_all()
    kept = env["pm.wechat.message"].search_count([("account_id", "=", account.id)])
    if kept != SECONDS * A_SECOND + 1:
        raise Failure(f"{kept} messages kept of {SECONDS * A_SECOND + 1}")
    return {
        "wechat_messages": len(numbers),
        "wechat_a_second": round(len(numbers) / seconds, 1),
        "wechat_median_s": round(took[len(took) // 2], 3),
        "wechat_slowest_s": round(took[-1], 3),
    }


def _send(address, number):
    """Bring one message; return the seconds until it was answered."""
    # the addons are found once the settings are read
    from odoo.addons.pm_core.tests.notices import wechat_platform

    xml = wechat_platform.build(
        ToUserName="gh_1",
        FromUserName=f"o{number % 500}",
        CreateTime="1409735668",
        MsgType="text",
        Content=f"Message {number}",
        MsgId=str(number),
    )
    body, query = wechat_platform.call(xml, TOKEN, APP_ID, KEY)
    began = time.perf_counter()
    asked = urllib.request.Request(
        f"{address}?{urllib.parse.urlencode(query)}",
        data=body,
        headers={"Content-Type": "text/xml"},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        if answer.read() != b"success":
            raise Failure(f"message {number} was not taken")
    return time.perf_counter() - began


def add_sheets(env, campaign, survey, estate):
    """One person with a sheet is made by Odoo, the others are copies."""
    partner = env["res.partner"].create({"name": "Benchmark"})
    sheet = env["survey.user_input"].create(
        {"survey_id": survey.id, "state": "done", "partner_id": partner.id}
    )
    invitation = (
        env["pm.survey.invitation"]
        ._as_step()
        .create(
            {
                "campaign_id": campaign.id,
                "partner_id": partner.id,
                "property_id": estate.id,
                "group": "Group 0",
                "state": "answered",
                "user_input_id": sheet.id,
            }
        )
    )
    env.flush_all()
    copy_rows(
        env,
        partner,
        SQL("generate_series(2, %s) number", ANSWERS),
        {
            "id": SQL("nextval('res_partner_id_seq')"),
            "ref": SQL("'BENCH/' || number"),
            "commercial_partner_id": SQL("currval('res_partner_id_seq')"),
        },
    )
    copy_rows(
        env,
        sheet,
        SQL("(SELECT id FROM res_partner WHERE ref LIKE 'BENCH/%%') person"),
        {
            "id": SQL("nextval('survey_user_input_id_seq')"),
            "partner_id": SQL("person.id"),
            "access_token": SQL("'bench' || person.id"),
        },
    )
    copy_rows(
        env,
        invitation,
        SQL(
            """(SELECT id AS sheet, partner_id AS person FROM survey_user_input
                 WHERE access_token LIKE 'bench%%') here"""
        ),
        {
            "id": SQL("nextval('pm_survey_invitation_id_seq')"),
            "partner_id": SQL("here.person"),
            "user_input_id": SQL("here.sheet"),
            "group": SQL("'Group ' || here.person %% %s", GROUPS),
        },
    )


def index(env):
    """People, sheets and answers made in the database; the index is worked out."""
    survey = env.ref("pm_complaints.survey_satisfaction")
    estate = env["pm.property"].create(
        {"kind": "estate", "name": "Benchmark", "code": "BS"}
    )
    campaign = env["pm.survey.campaign"].create(
        {"name": "Benchmark", "property_id": estate.id, "date_to": "2040-01-01"}
    )
    sizes = {f"Group {number}": 5 * ANSWERS // GROUPS for number in range(GROUPS)}
    campaign._as_step().write({"state": "running", "group_sizes": sizes})
    add_sheets(env, campaign, survey, estate)
    env.cr.execute(
        SQL(
            """
            INSERT INTO survey_user_input_line (user_input_id, survey_id, question_id,
                   answer_type, value_scale, skipped)
            SELECT invitation.user_input_id, %s, question.id, 'scale',
                   1 + (hashint4(invitation.id * 31 + question.id) & 1023) %% 5,
                   FALSE
              FROM pm_survey_invitation invitation
              JOIN survey_question question
                ON question.survey_id = %s AND question.question_type = 'scale'
             WHERE invitation.campaign_id = %s
            """,
            survey.id,
            survey.id,
            campaign.id,
        )
    )
    # as each sheet does when it is handed in
    env["survey.user_input"]._pm_keep_points(
        SQL(
            "SELECT user_input_id FROM pm_survey_invitation WHERE campaign_id = %s",
            campaign.id,
        )
    )
    env.cr.commit()
    env.cr.execute(
        "ANALYZE survey_user_input, survey_user_input_line, pm_survey_invitation"
    )
    env.invalidate_all()
    began = time.perf_counter()
    campaign._as_step()._evaluate()
    env.flush_all()
    seconds = time.perf_counter() - began
    say(f"index: {seconds:.2f} s")
    if not campaign.has_limits or not 49 < campaign.index < 51:
        raise Failure(f"an index of {campaign.index}")
    return {"index_answers": ANSWERS, "index_s": round(seconds, 2)}


def main():
    config.parse_config(
        ["--no-http", "--load", odoo_run.WITHOUT_QUEUE, "--log-level", "warn"],
        setup_logging=True,
    )
    figures = {}
    with Registry(DATABASE).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        only = os.environ.get("PM_BENCH_ONLY", "").split(",")
        for section in (wechat, index, lists):
            if only != [""] and section.__name__ not in only:
                continue
            say(f"{section.__name__} …")
            figures.update(section(env))
            cr.commit()
    output = Path(os.environ["PM_BENCH_OUT"])
    output.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    over = [name for name, limit in LIMITS.items() if figures.get(name, 0) > limit]
    if over:
        raise Failure(f"slower than allowed: {', '.join(over)}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
