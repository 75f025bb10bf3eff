"""An operator's prompt hook on loopback: forbids what has a word in it, and suggests the rest."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class PromptJudge:
    def __init__(self, forbidden: str):
        self.forbidden = forbidden
        self.questions: list[dict] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}/judge"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def verdict(self, question: dict) -> dict:
        self.questions.append(question)
        asked = question["prompt"] or json.dumps(question["composition_plan"])
        if self.forbidden not in asked:
            return {"allowed": True}
        return {"allowed": False, "suggestion": asked.replace(self.forbidden, "").strip()}

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def _handler_of(judge: PromptJudge):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(judge.verdict(question)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
