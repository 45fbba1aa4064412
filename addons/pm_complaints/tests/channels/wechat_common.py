"""A WeChat account with a platform that answers as WeChat does."""

import io
from unittest.mock import patch

from PIL import Image

from odoo.addons.pm_core.tests.notices import wechat_platform
from odoo.addons.pm_core.tests.notices.loopback import LoopbackServer
from odoo.addons.pm_core.tools.wechat_messages import key_of, parse

from ..complaints.complaint_common import ComplaintFactory

TOKEN, APP_ID = "token123", "wx0123456789abcdef"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SAID, MEDIA = "/cgi-bin/message/custom/send", "/cgi-bin/media/get"
LOGGER = "odoo.addons.pm_complaints.controllers.channels.wechat"
STRANGER, OWNER = "o-stranger", "o-owner"


def photo():
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    return picture.getvalue()


class FakeWechat(LoopbackServer):
    """Takes what is said, and has the files of customers; ``refuse``: its errors."""

    def __init__(self):
        super().__init__(self._answer)
        self.refuse, self.files = {}, {}

    def _answer(self, request):
        if request.path == "/cgi-bin/stable_token":
            return 200, {"access_token": "T", "expires_in": 7200}
        if code := self.refuse.get(request.path):
            return 200, {"errcode": code, "errmsg": "refused"}
        if request.path == MEDIA:
            found = self.files.get(request.query["media_id"])
            return 200, found or {"errcode": 40007, "errmsg": "invalid media_id"}
        return 200, {"errcode": 0, "errmsg": "ok"}

    def said_to(self, openid):
        return [
            request.json["text"]["content"]
            for request in self.of(SAID)
            if request.json["touser"] == openid
        ]


class WechatMessages(ComplaintFactory):
    @classmethod
    def _set_up_messages(cls):
        cls.make_people()
        cls.server = FakeWechat()
        cls.addClassCleanup(cls.server.close)
        cls.account = cls.env["pm.wechat.account"].create(
            {
                "name": "Garden Services",
                "company_id": cls.estate.company_id.id,
                "app_id": APP_ID,
                "secret": "secret",
                "template_id": "TPL",
                "api_base": cls.server.url,
                "callback_token": TOKEN,
                "callback_key": KEY,
            }
        )
        cls.owner.with_company(cls.account.company_id).pm_wechat_openid = OWNER
        cls.messages = cls.env["pm.wechat.message"]

    def setUp(self):
        super().setUp()
        self.server.requests.clear()
        self.server.refuse.clear()
        self.server.files.clear()

    @staticmethod
    def xml(openid=OWNER, number=1, kind="text", **more):
        names = {"MsgId": str(number)} if number else {}
        return wechat_platform.build(
            ToUserName="gh_1",
            FromUserName=openid,
            CreateTime="1409735668",
            MsgType=kind,
            **names,
            **more,
        )

    def receive(self, *args, **kwargs):
        """Keep a message, as the address does once it is decrypted."""
        said = parse(self.xml(*args, **kwargs).encode())
        self.messages._keep(self.account, key_of(said), said)
        return self.messages.search([], limit=1)

    def take_up(self):
        crons = self.env.registry["ir.cron"]
        with patch.object(crons, "_commit_progress", return_value=1000):
            self.messages._cron_take_up()
