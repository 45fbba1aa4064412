"""The one call of a WeCom (企业微信) group robot: say something in its group.

Documentation of the platform: https://developer.work.weixin.qq.com/document/path/91770.
A robot says at most 20 messages a minute, and a text at most 2048 bytes of UTF-8. The
address with its key is the secret: whoever has it speaks in the group. Errors never
name it.
"""

import json
import re

import requests

# the only host that is ever called
ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
A_MINUTE, MAX_TEXT = 20, 2048
TIMEOUT = 10
KEY = re.compile(r"[A-Za-z0-9-]{8,64}")

TOO_OFTEN, WRONG_KEY, TEMPORARY, OTHER = "often", "key", "temporary", "other"
# what a number of the platform means for who sends
MEANINGS = {45009: TOO_OFTEN, 93000: WRONG_KEY, -1: TEMPORARY}


class WecomError(Exception):
    """The robot said nothing.

    :param kind: one of the constants above
    """

    def __init__(self, message, kind=OTHER):
        super().__init__(message)
        self.kind = kind


def read_key(text):
    """Return the key of the address that WeCom shows, or of the key itself; None if
    it is neither."""
    text = (text or "").strip()
    if text.startswith(f"{ADDRESS}?key="):
        text = text.removeprefix(f"{ADDRESS}?key=")
    return text if KEY.fullmatch(text) else None


def cut(text):
    """As much of a text as the robot takes, not through the middle of a character."""
    if len(text.encode()) <= MAX_TEXT:
        return text
    return text.encode()[: MAX_TEXT - 3].decode(errors="ignore") + "…"


def say(key, text):
    """Say a text in the group of the robot.

    :raises WecomError:
    """
    try:
        response = requests.post(
            ADDRESS,
            params={"key": key},
            data=json.dumps(
                {"msgtype": "text", "text": {"content": cut(text)}}, ensure_ascii=False
            ).encode(),
            headers={"Content-Type": "application/json"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        answer = response.json() if response.status_code == 200 else None
    except requests.RequestException as error:
        raise WecomError(type(error).__name__, TEMPORARY) from None
    except ValueError:
        answer = {}
    if answer is None:
        raise WecomError(f"HTTP {response.status_code}", TEMPORARY)
    code = answer.get("errcode") if isinstance(answer, dict) else None
    if code != 0:
        said = str(answer.get("errmsg", ""))[:100] if isinstance(answer, dict) else ""
        said = said.replace(key, "***")
        raise WecomError(f"{code}: {said}", MEANINGS.get(code, OTHER))
