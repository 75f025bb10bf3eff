"""A server before the coordinator that takes a request on and then fails it, as a proxy does whose time is over."""
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FailingFront:
    """Passes requests on to `HOST:PORT`. The first `failures` are taken on there, and answered 503 here once taken_on()
    is true: what becomes of them is not waited for."""

    def __init__(self, target: str, failures: int, taken_on):
        self.target = target
        self.failures = failures
        self.taken_on = taken_on
        self.requests = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def _handler_of(front: FailingFront):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            front.requests += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            onward = http.client.HTTPConnection(front.target, timeout=240)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
            onward.request("POST", self.path, body, headers)
            if front.requests <= front.failures:
                front.taken_on()
                self._answer(503, {"Retry-After": "1", "Content-Type": "text/plain"}, b"gone")
            else:
                answer = onward.getresponse()
                kept = {name: value for name, value in answer.getheaders() if name.lower() in ("content-type", "song-id")}
                self._answer(answer.status, kept, answer.read())
            onward.close()

        def _answer(self, status, headers, body):
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
