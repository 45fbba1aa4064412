"""One SMS through a gateway that is described by its settings.

Written for the many gateways that take a phone number and a text by HTTP and answer
in JSON or plain text. Those that want each request signed are not among them.
"""

import json
import re
from urllib.parse import quote

import requests

# seconds to wait for an answer
TIMEOUT = 10
PLACEHOLDER = re.compile(r"\{(\w+)\}")
NAMES = ("phone", "text", "account", "secret")


class GatewayError(Exception):
    """The gateway refused, or could not be reached; never names address or secret.

    :param reason: what the gateway said
    """

    def __init__(self, reason, reached=True):
        super().__init__(reason)
        self.reached = reached


def fill(template, values, how):
    """Return ``template`` with its {placeholders}, each written as ``how`` needs.

    :param how: "json" (inside of a JSON string), "form" (percent-encoded) or "plain"
    """
    write = {
        "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
        "form": lambda text: quote(text, safe=""),
        "plain": str,
    }[how]

    def value(match):
        name = match.group(1)
        return write(str(values[name] or "")) if name in values else match.group(0)

    return PLACEHOLDER.sub(value, template or "")


def send(session, settings, values):
    """Send one SMS.

    :param dict settings: url, method, body_format ("json" or "form"), body, headers
        (lines of ``Name: value``), success_path, success_value, message_path
    :param dict values: phone, text, account, secret
    :raises GatewayError:
    """
    body = fill(settings["body"], values, settings["body_format"])
    kinds = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
    headers = dict(_headers(fill(settings["headers"], values, "plain")))
    url = fill(settings["url"], values, "form")
    if settings["method"] == "POST":
        headers.setdefault(
            "Content-Type", f"{kinds[settings['body_format']]}; charset=utf-8"
        )
    try:
        response = session.request(
            settings["method"],
            url,
            data=body.encode() if settings["method"] == "POST" else None,
            headers=headers,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except (requests.RequestException, UnicodeError) as error:
        # its text has the address, and with it accounts and secrets
        raise GatewayError(type(error).__name__, reached=False) from None
    check(response, settings, values)


def check(response, settings, values):
    """Raise unless the answer says that the gateway took the message."""
    if response.status_code >= 300:
        raise GatewayError(f"HTTP {response.status_code}")
    response.encoding = "utf-8"
    text = response.text
    try:
        answer = json.loads(text)
    except ValueError:
        answer = text.strip()
    path, wanted = settings["success_path"], settings["success_value"]
    if not path and not wanted:
        return
    found = as_text(look_up(answer, path))
    if found == (wanted or "").strip():
        return
    said = as_text(look_up(answer, settings["message_path"]))
    said = said if settings["message_path"] and said else found or as_text(answer)
    # some gateways repeat what they were sent
    for hidden in ("secret", "account"):
        if values.get(hidden):
            said = said.replace(values[hidden], "***")
    raise GatewayError(said[:200])


def look_up(answer, path):
    """Return the value at ``path`` (``data.0.code``), or None."""
    for step in (path or "").split("."):
        if not step:
            continue
        if isinstance(answer, dict):
            answer = answer.get(step)
        elif isinstance(answer, list) and step.isdigit() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return None
    return answer


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, bool | int | float | dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _headers(text):
    for line in (text or "").splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip():
            yield name.strip(), value.strip()


def unknown_placeholders(*templates):
    """Return the names in braces that mean nothing here, for a check of settings."""
    found = {name for text in templates for name in PLACEHOLDER.findall(text or "")}
    return sorted(found - set(NAMES))
