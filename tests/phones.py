"""Phones and what is between them and the server, for the browser tests of rounds."""

import http.client
import http.server
import io
import json
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

import qrcode
from conftest import CHROMIUM_OPTIONS, WAIT, free_port
from PIL import Image

from tooling import system

PHONE = {"width": 390, "height": 844}
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/126.0.6478.188 Mobile Safari/537.36 XWEB/1260183 "
    "MMWEBSDK/20240802 MMWEBID/1 MicroMessenger/8.0.53.2740(0x28003533) WeChat/arm64 "
    "Weixin NetType/4G Language/zh_CN ABI/arm64"
)
_NO_HEADERS = {"connection", "transfer-encoding", "content-length", "keep-alive"}
_UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STORE = """async (name) => {
    const asked = indexedDB.open("pm_rounds");
    const database = await new Promise((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = reject;
    });
    const all = database.transaction(name).objectStore(name).getAll();
    const records = await new Promise((resolve) => {
        all.onsuccess = () => resolve(all.result);
    });
    database.close();
    for (const record of records) {
        if (record.blob) {
            const bytes = new Uint8Array(await record.blob.arrayBuffer());
            const letters = Array.from(bytes, (byte) => String.fromCharCode(byte));
            record.blob = letters.join("");
        }
    }
    return records;
}"""


def photo(number, size=(48, 36)):
    """A picture that no other number has, as bytes."""
    stream = io.BytesIO()
    color = (number * 37 % 256, number * 91 % 256, number % 256)
    picture = Image.new("RGB", size, color)
    picture.putpixel((number % size[0], number // size[0] % size[1]), (255, 255, 255))
    picture.save(stream, "JPEG", quality=95, comment=f"photo {number}".encode())
    return stream.getvalue()


def label(text):
    """The printed code of a point, as somebody photographs it."""
    stream = io.BytesIO()
    qrcode.make(text, box_size=6, border=4).get_image().convert("RGB").save(
        stream, "PNG"
    )
    return stream.getvalue()


def film(text, path, size=(640, 480)):
    """The same before a live camera: a film of one picture for Chromium's test one."""
    picture = Image.new("L", size, 255)
    code = qrcode.make(text, box_size=8, border=4).get_image().convert("L")
    code = code.resize((400, 400))
    picture.paste(code, ((size[0] - 400) // 2, (size[1] - 400) // 2))
    grey = b"\x80" * (size[0] * size[1] // 2)
    head = f"YUV4MPEG2 W{size[0]} H{size[1]} F5:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + picture.tobytes() + grey) * 2)
    return path


class Signal:
    """The way between phones and a server: it goes on and off, and loses answers.

    ``lost`` names the answers that were lost: each by its address and the ids that the
    phone sent. The server has done what was asked for; only the phone does not know.
    """

    def __init__(self, server):
        self.server = server
        self.is_there = True
        self.loses_answers = False
        self.lost = set()
        self.seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self):
                outer._carry(self)

            do_GET = do_POST = do_HEAD = do

            def log_message(self, *arguments):
                pass

        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self):
        self._http.shutdown()
        self._http.server_close()

    def _carry(self, handler):
        handler.close_connection = True
        length = int(handler.headers.get("Content-Length") or 0)
        body = handler.rfile.read(length) if length else None
        if not self.is_there:
            return
        try:
            status, headers, content = self._ask(handler, body)
        except OSError:
            return  # the server is down
        if handler.command == "POST" and "/pm/rounds/" in handler.path:
            ids = frozenset(_UUID.findall(body or b""))
            self.seen.append((handler.path, ids))
            key = (handler.path, ids)
            if self.loses_answers and ids and key not in self.lost:
                self.lost.add(key)
                return
        try:
            handler.send_response(status)
            for name, value in headers:
                if name.lower() not in _NO_HEADERS:
                    handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(content)))
            # each request by a connection of its own: a browser silently asks again
            # when one that it used before is cut
            handler.send_header("Connection", "close")
            handler.end_headers()
            handler.wfile.write(content)
        except OSError:
            pass  # the phone has gone

    def _ask(self, handler, body):
        port = urllib.parse.urlsplit(self.server.url).port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        try:
            headers = {
                name: value
                for name, value in handler.headers.items()
                if name.lower() != "connection"
            }
            connection.request(handler.command, handler.path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


class Phone:
    """A browser of its own with a disk of its own, that can lose its battery."""

    def __init__(self, driver, signal, *options):
        self._driver = driver
        self.signal = signal
        self._options = options
        self._disk = Path(tempfile.mkdtemp(prefix="pm-phone-"))
        self._process = None
        self.context = self.page = None

    def on(self):
        """Switch it on and open a tab."""
        port = free_port()
        self._process = subprocess.Popen(
            [
                system.chromium(),
                "--headless=new",
                *CHROMIUM_OPTIONS,
                *self._options,
                "--no-default-browser-check",
                "--lang=zh-CN",
                f"--remote-debugging-port={port}",
                f"--user-data-dir={self._disk}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + WAIT / 1000
        while True:
            try:
                self._browser = self._driver.connect_over_cdp(
                    f"http://127.0.0.1:{port}", timeout=10_000
                )
                break
            except Exception:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.1)
        self.context = self._browser.contexts[0]
        self.context.set_default_timeout(WAIT)
        self.page = self.context.pages[0]
        self.page.set_viewport_size(PHONE)
        return self

    def die(self):
        """The battery is empty: tab, worker and all end at once."""
        self._process.kill()
        self._process.wait()
        self.context = self.page = None

    def off(self):
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.die()
        shutil.rmtree(self._disk, ignore_errors=True)


class Walker:
    """What an inspector does on a phone's page, in terms of what is seen there."""

    def __init__(self, page, url, database):
        self.page = page
        self.url = url
        self.database = database

    def log_in(self, login):
        """Be logged in from now on, as by the login page."""
        answer = self.page.context.request.post(
            f"{self.url}/web/session/authenticate",
            data={"params": {"db": self.database, "login": login, "password": login}},
        ).json()
        assert answer["result"]["uid"], answer

    def open(self, hash=""):
        self.page.goto(f"{self.url}/pm/rounds{hash}")
        self.page.wait_for_selector("#pm_rounds section")

    def wait_kept(self):
        """Wait until the page would open without a signal: worker and files."""
        self.page.wait_for_function(
            """async () => {
                const ready = await navigator.serviceWorker.ready;
                return ready.active && ready.active.state === "activated"
                    && await caches.match("/pm/rounds");
            }"""
        )

    def open_round(self, name):
        self.page.locator(".card", has_text=name).click()
        self.page.wait_for_selector(".walk")

    def scan(self, code):
        """Scan by a photo of the label, as where there is no live camera."""
        self.page.click("[data-name=scan]")
        self.page.wait_for_selector(".scanner")
        shoot = self.page.locator(".scanner [data-name=shoot]")
        shoot.wait_for()
        shoot.locator("input").set_input_files(
            {"name": "label.png", "mimeType": "image/png", "buffer": label(code)}
        )

    def yes(self, item=0):
        self.page.locator(".item").nth(item).locator(".choice").first.click()

    def shoot(self, content, item=0, name="photo.jpg"):
        block = self.page.locator(".item").nth(item)
        before = block.locator(".thumb").count()
        block.locator("[data-name=shot]").set_input_files(
            {"name": name, "mimeType": "image/jpeg", "buffer": content}
        )
        block.locator(".thumb").nth(before).wait_for()

    def next(self):
        self.page.click("[data-name=next]")
        self.page.wait_for_selector(".walk")

    def wait_sent(self):
        self.page.wait_for_selector(".chip.good", timeout=WAIT)

    def stored(self, name):
        """Records of a store of the phone; photos with their bytes."""
        records = self.page.evaluate(_STORE, name)
        for record in records:
            if record.get("blob"):
                record["blob"] = record["blob"].encode("latin-1")
        return records


def told(route):
    """The parameters of a call that a test answers itself."""
    return json.loads(route.request.post_data)["params"]
