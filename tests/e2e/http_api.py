"""One of the coordinator's HTTP APIs, as a client with a key sees it."""
import json
import urllib.error
import urllib.request
from dataclasses import dataclass


@dataclass
class Reply:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self) -> dict:
        """The `detail` of an error's body."""
        return self.json["detail"]


class HttpApi:
    def __init__(self, url: str, key: str | None):
        self.url = url
        self.key = key
        # The environment's proxy is for the outer world, and an answer is an answer, whatever its status.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def request(self, method, path, body=None, headers=None) -> Reply:
        """`body` is sent as it is where it is bytes, as JSON otherwise."""
        sent = dict(headers or {})
        if self.key:
            sent.setdefault("Authorization", f"Bearer {self.key}")
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.url + path, data=body, headers=sent, method=method)
        try:
            with self.opener.open(request, timeout=90) as answer:
                return Reply(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Reply(refusal.code, dict(refusal.headers), refusal.read())

    def get(self, path, **options) -> Reply:
        return self.request("GET", path, **options)

    def post(self, path, body, **options) -> Reply:
        return self.request("POST", path, body, **options)

    def delete(self, path) -> Reply:
        return self.request("DELETE", path)
