"""An application that receives webhooks over TLS, and checks each as its author would: with standardwebhooks."""
import http.server
import ssl
import subprocess
import threading
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    file = folder / "receiver.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)
    file.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return file


class WebhookReceiver:
    """Answers each request with the next of `statuses`, or 204; `messages` has (id, verified payload or error)."""

    def __init__(self, certificate: Path):
        self.secrets: list[str] = []
        self.statuses: list[int] = []
        self.messages: list[tuple] = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append((self.headers["webhook-id"], receiver.verified(body, self.headers)))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.end_headers()

            def log_message(self, format, *arguments):  # pylint: disable=redefined-builtin
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"https://{self.address}/hooks"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def verified(self, body: bytes, headers):
        """By each of the secrets that it has: what it says, or why it is not believed."""
        answers = []
        for secret in self.secrets:
            try:
                answers.append(Webhook(secret).verify(body, dict(headers)))
            except WebhookVerificationError as error:
                answers.append(str(error))
        return answers

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
