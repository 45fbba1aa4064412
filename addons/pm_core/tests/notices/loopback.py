"""A server on this machine that stands for WeChat or an SMS gateway in tests."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Request:
    """What somebody asked: method, path, query, headers, body."""

    def __init__(self, handler, body):
        address = urlsplit(handler.path)
        self.method = handler.command
        self.path = address.path
        self.query = {name: last[-1] for name, last in parse_qs(address.query).items()}
        self.headers = dict(handler.headers)
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        return {name: last[-1] for name, last in parse_qs(self.body).items()}


class LoopbackServer:
    """Answers with ``answer(request)``: (status, text, data or the bytes of a photo);
    keeps what came."""

    def __init__(self, answer):
        self.requests = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(self, self.rfile.read(length).decode())
                outer.requests.append(request)
                status, data = answer(request)
                is_photo = isinstance(data, bytes)
                if not is_photo:
                    text = data if isinstance(data, str) else json.dumps(data)
                self.send_response(status)
                # as WeChat does it
                kind = "image/jpeg" if is_photo else "text/plain"
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(data if is_photo else text.encode())

            do_GET = do_POST = _serve

            def log_message(self, *args):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def of(self, path):
        """Return what was asked at ``path``, in order."""
        return [request for request in self.requests if request.path == path]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
