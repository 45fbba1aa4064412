"""The few calls of WeChat's official accounts that notices and answers need.

Secrets travel in bodies where WeChat allows it, and no error says an address or
what was sent: errors are stored and logged.
"""

import json
from urllib.parse import quote, urlencode

import requests
from urllib3.exceptions import HTTPError

API = "https://api.weixin.qq.com"
AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"
# seconds to wait for an answer
TIMEOUT = 15
# bytes of a file that somebody sent, and of a text in the conversation
MAX_MEDIA, MAX_SAID = 20 * 1024 * 1024, 2048

TEMPORARY, TOKEN, SETUP, QUOTA = "temporary", "token", "setup", "quota"
OPENID, UNFOLLOWED, DECLINED, OTHER = "openid", "unfollowed", "declined", "other"
OVER = "over"
# what a code of WeChat means for who sends
MEANINGS = {
    -1: TEMPORARY,
    45011: TEMPORARY,
    40001: TOKEN,
    40014: TOKEN,
    42001: TOKEN,
    40013: SETUP,
    40037: SETUP,
    40125: SETUP,
    40164: SETUP,
    40243: SETUP,
    41002: SETUP,
    41004: SETUP,
    47003: SETUP,
    48001: SETUP,
    50002: SETUP,
    50004: SETUP,
    50005: SETUP,
    61024: SETUP,
    45009: QUOTA,
    40003: OPENID,
    43004: UNFOLLOWED,
    43101: DECLINED,
    # the customer wrote too long ago, or enough was answered
    45015: OVER,
    45047: OVER,
    # what the customer sent is no longer kept
    40007: OVER,
}
# characters that WeChat takes in a field of a template, by the kind in its name
LENGTHS = {
    "thing": 20,
    "phrase": 5,
    "character_string": 32,
    "letter": 32,
    "symbol": 5,
    "const": 20,
}


class WechatError(Exception):
    """WeChat refused, or could not be reached.

    :param kind: one of the constants above
    :param code: WeChat's number, if it answered
    """

    def __init__(self, message, kind=OTHER, code=None):
        super().__init__(message)
        self.kind = kind
        self.code = code


class WechatClient:
    """The interface of one official account.

    :param base: address of the interface, WeChat's own unless something stands
        between
    """

    def __init__(self, app_id, secret, base=API):
        self._app_id = app_id
        self._secret = secret
        self._base = (base or API).rstrip("/")
        self._http = requests.Session()

    def fetch_token(self, force=False):
        """Return an access token and the seconds for which it is good.

        The token is WeChat's "stable" one: asking again does not end the one that
        another process uses, unless ``force`` asks for a new one.

        :raises WechatError:
        """
        answer = self._call(
            "POST",
            "/cgi-bin/stable_token",
            json={
                "grant_type": "client_credential",
                "appid": self._app_id,
                "secret": self._secret,
                "force_refresh": force,
            },
        )
        return self._part(answer, "access_token"), int(answer.get("expires_in") or 7200)

    def send_template(self, token, openid, template_id, data, url, key):
        """Send a template message and return WeChat's number of it.

        :param dict data: text by name of the template's field
        :param key: WeChat sends what comes with the same key once within ten minutes
        :raises WechatError:
        """
        answer = self._call(
            "POST",
            "/cgi-bin/message/template/send",
            params={"access_token": token},
            json={
                "touser": openid,
                "template_id": template_id,
                "url": url,
                "client_msg_id": key,
                "data": {
                    name: {"value": fit(name, text)} for name, text in data.items()
                },
            },
        )
        return str(answer.get("msgid") or "")

    def send_text(self, token, openid, text):
        """Say something to somebody who wrote within the last 48 hours.

        :raises WechatError: of kind ``OVER`` when that was too long ago
        """
        self._call(
            "POST",
            "/cgi-bin/message/custom/send",
            params={"access_token": token},
            json={
                "touser": openid,
                "msgtype": "text",
                "text": {"content": cut(text, MAX_SAID)},
            },
        )

    def fetch_media(self, token, media_id):
        """Return (content, type) of a file that somebody sent; WeChat keeps it 3 days.

        :raises WechatError:
        """
        response = self._ask(
            "GET",
            "/cgi-bin/media/get",
            params={"access_token": token, "media_id": media_id},
            stream=True,
        )
        kind = response.headers.get("Content-Type", "").split(";")[0].strip()
        try:
            content = response.raw.read(MAX_MEDIA + 1, decode_content=True)
        except (OSError, HTTPError) as error:
            raise WechatError(type(error).__name__, TEMPORARY) from None
        finally:
            response.close()
        if len(content) > MAX_MEDIA:
            raise WechatError("the file is too large")
        if kind in ("text/plain", "application/json"):
            # an error comes in place of the file
            try:
                self._checked(json.loads(content))
            except ValueError:
                raise WechatError("no file", TEMPORARY) from None
        return content, kind

    def create_menu(self, token, buttons):
        """Set the menu at the foot of the conversation.

        :param buttons: as WeChat describes them, at most three
        :raises WechatError:
        """
        self._call(
            "POST",
            "/cgi-bin/menu/create",
            params={"access_token": token},
            json={"button": buttons},
        )

    def fetch_openid(self, code):
        """Return who came back from :func:`authorize_url` with ``code``.

        :raises WechatError:
        """
        answer = self._call(
            "GET",
            "/sns/oauth2/access_token",
            params={
                "appid": self._app_id,
                "secret": self._secret,
                "code": code,
                "grant_type": "authorization_code",
            },
        )
        return self._part(answer, "openid")

    def _call(self, method, path, **options):
        response = self._ask(method, path, **options)
        # WeChat says text/plain and means JSON in UTF-8
        response.encoding = "utf-8"
        try:
            return self._checked(response.json())
        except ValueError:
            raise WechatError("not JSON", TEMPORARY) from None

    def _ask(self, method, path, **options):
        if "json" in options:
            # in ASCII, WeChat would show the customer the codes of the characters
            text = json.dumps(options.pop("json"), ensure_ascii=False)
            options["data"] = text.encode()
            options["headers"] = {"Content-Type": "application/json"}
        try:
            response = self._http.request(
                method, self._base + path, timeout=TIMEOUT, **options
            )
            response.raise_for_status()
        except requests.HTTPError as error:
            status = error.response.status_code
            raise WechatError(f"HTTP {status}", TEMPORARY) from None
        except requests.RequestException as error:
            # its text has the address, and with it tokens and secrets
            raise WechatError(type(error).__name__, TEMPORARY) from None
        return response

    @staticmethod
    def _checked(answer):
        if not isinstance(answer, dict):
            raise WechatError("not an object", TEMPORARY)
        code = int(answer.get("errcode") or 0)
        if code:
            message = f"{code} {answer.get('errmsg') or ''}".strip()
            raise WechatError(message[:200], MEANINGS.get(code, OTHER), code)
        return answer

    @staticmethod
    def _part(answer, name):
        if not answer.get(name):
            raise WechatError(f"no {name} in the answer", TEMPORARY)
        return answer[name]


def fit(name, text):
    """Shorten ``text`` to what the template's field ``name`` (thing1) takes."""
    text = " ".join((text or "").split()) or "-"
    length = LENGTHS.get(name.rstrip("0123456789"), 200)
    return text if len(text) <= length else text[: length - 1] + "…"


def cut(text, most):
    """Shorten ``text`` to ``most`` bytes of UTF-8, never inside a character."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len("…".encode())].decode(errors="ignore") + "…"


def authorize_url(app_id, back, state, base=AUTHORIZE):
    """Return where WeChat says who somebody is, and comes ``back`` with a code.

    WeChat compares the order of the parameters, too.
    """
    query = urlencode(
        {
            "appid": app_id,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        },
        quote_via=quote,
        safe="",
    )
    return f"{base or AUTHORIZE}?{query}#wechat_redirect"
