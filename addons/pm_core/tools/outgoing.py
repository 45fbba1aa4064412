"""Calling an address that somebody entered, without being led to our own network.

Whoever may enter an address could otherwise make the server ask machines that only it
can reach (server-side request forgery, OWASP Top 10 A10:2021). So every address a name
stands for has to be public, the connection goes to the very address that was looked at
(a name that answers differently the second time leads nowhere), and redirects are not
followed.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

import certifi
import urllib3

# seconds to wait for a connection, and for an answer
CONNECT, READ = 5, 10
# bytes of an answer that are read
MAX_ANSWER = 4096
# RFC 6052: the last 32 bits are an address of version 4
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(Exception):
    """The address is none that may be called; says in one word why.

    :param reason: ``scheme``, ``form``, ``unknown`` or ``inside``
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class Unreachable(Exception):
    """Nobody answered; the text never names the address, which may hold a secret."""


def split(url, inside=False):
    """Return the parts of an address that may be called, without looking it up.

    :param inside: whether our own network may be called; this machine itself then by
        http too, where nobody listens in between
    :raises AddressRefused: no https, or no address at all
    """
    try:
        parts = urlsplit((url or "").strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("form") from None
    if not host or parts.username or parts.password or not (url or "").isascii():
        raise AddressRefused("form")
    if parts.scheme != "https" and not (
        parts.scheme == "http" and inside and _is_loopback(host)
    ):
        raise AddressRefused("scheme")
    if not inside and _literal(host) and not _is_public(host):
        raise AddressRefused("inside")
    return parts, host, port or (443 if parts.scheme == "https" else 80)


def _literal(host):
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_loopback(host):
    address = _literal(host)
    return address.is_loopback if address else host == "localhost"


def _is_public(address):
    address = ipaddress.ip_address(address.split("%")[0])
    if address.version == 6:
        # an address of version 4 that stands within
        if address in NAT64:
            address = ipaddress.ip_address(int(address) & 0xFFFFFFFF)
        else:
            address = address.ipv4_mapped or address.sixtofour or address
    return address.is_global and not address.is_multicast


def look_up(host, port, inside=False):
    """Return one network address of a name, all of which may be called.

    :raises AddressRefused: one of them is in our own network
    :raises Unreachable: nobody knows the name
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("unknown host") from None
    addresses = [row[4][0] for row in found]
    if not inside and not all(map(_is_public, addresses)):
        raise AddressRefused("inside")
    return addresses[0]


def post(url, body, headers, inside=False):
    """Post ``body`` to an address.

    :param bytes body:
    :param dict headers:
    :return: (status, beginning of the answer as text)
    :raises AddressRefused:
    :raises Unreachable:
    """
    parts, host, port = split(url, inside)
    address = look_up(host, port, inside)
    options = {
        "timeout": urllib3.Timeout(connect=CONNECT, read=READ),
        "retries": False,
        "maxsize": 1,
    }
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address,
            port,
            cert_reqs="CERT_REQUIRED",
            ca_certs=certifi.where(),
            server_hostname=host,
            assert_hostname=host,
            **options,
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, **options)
    path = parts.path or "/"
    if parts.query:
        path = f"{path}?{parts.query}"
    try:
        response = pool.request(
            "POST",
            path,
            body=body,
            headers={"Host": parts.netloc, "User-Agent": "pm", **headers},
            redirect=False,
            preload_content=False,
        )
        text = response.read(MAX_ANSWER, decode_content=False).decode(errors="replace")
        response.release_conn()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise Unreachable(type(error).__name__) from None
    finally:
        pool.close()
    return response.status, text
