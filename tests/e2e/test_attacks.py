"""What strangers try over HTTP, against the real coordinator."""
import json
import re
import socket
from urllib.parse import urlsplit

import pytest

from fleet import short_song

# In place of an id: paths in every disguise, and what is no text.
PATHS = ["..", "../..", "..%2f..%2fadmin.key", "%2e%2e%2f%2e%2e%2fadmin.key", "..%5c..%5cadmin.key", "%2fetc%2fpasswd",
         "....%2f%2fadmin.key", "admin.key%00", "%00", "%c0%ae%c0%ae%2fadmin.key", "incoming%2f..%2f..%2fadmin.key", "%", "%zz",
         "a" * 4000, "%ff%fe", "%0d%0aSet-Cookie:%20x=1", "'%20OR%201=1--"]


def files_of(folder) -> dict:
    """Every file and its size, but for the database, which may write."""
    return {str(path): path.stat().st_size for path in folder.rglob("*") if path.is_file() and "musicfleet.db" not in path.name}


@pytest.mark.parametrize("which", ["api", "admin"])
def test_a_path_in_place_of_an_id_reaches_nothing(fleet, which):
    api = getattr(fleet, which)
    job_id = fleet.submit(short_song())
    before = files_of(fleet.data)
    tried = 0
    for pattern, methods in api.get("/openapi.json").json["paths"].items():
        if "{" not in pattern:
            continue
        for method in methods:
            for hostile in PATHS:
                path = re.sub(r"\{[^}]+\}", lambda _, text=hostile: text, pattern)
                body = b"{}" if method in ("post", "put", "patch") else None
                answer = api.request(method.upper(), path, body)
                tried += 1
                where = f"{method} {path}: {answer.status} {answer.body[:200]}"
                assert 400 <= answer.status < 500 and answer.status != 401, where
                assert "Set-Cookie" not in answer.headers, where
                for secret in (fleet.admin.key, "root:"):
                    assert secret.encode() not in answer.body, where
    assert tried > 50
    assert files_of(fleet.data) == before
    assert fleet.job(job_id)["state"] == "queued"


def test_a_client_that_stops_mid_header_or_mid_body_keeps_nobody_out(fleet):
    address = urlsplit(fleet.api.url)
    begun = []
    for beginning in (b"GET /v1/jobs HTTP/1.1\r\nHost: x\r\nX-A: ",
                      b"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90\r\n"
                      b"Authorization: Bearer " + fleet.api_key.encode() + b"\r\n\r\n{"):
        for _ in range(30):
            connection = socket.create_connection((address.hostname, address.port), timeout=90)
            connection.sendall(beginning)
            begun.append(connection)
    for _ in range(5):
        assert fleet.api.get("/v1/jobs").status == 200
    for connection in begun:
        connection.close()
    assert fleet.job_count() == 0


def test_a_replayed_order_is_the_same_job(fleet):
    replies = [fleet.api.post("/v1/jobs", short_song(), headers={"Idempotency-Key": "order-1"}) for _ in range(3)]
    assert len({json.loads(reply.body)["id"] for reply in replies}) == 1
    other = fleet.api.post("/v1/jobs", short_song(seed=2), headers={"Idempotency-Key": "order-1"})
    assert other.status == 409
