"""What strangers try, against the real coordinator."""
import json
import os
import re
import resource
import socket
from urllib.parse import urlsplit

import pytest

from fleet import long_song, short_song
from processes import LIMIT_SECONDS, wait_until
from tcp_proxy import TcpProxy

MOST_CONNECTIONS = 1024 + 64  # of the HTTP listener, the places of uploads among them

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
                # 501: what only the vendor serves, whatever the id.
                assert (400 <= answer.status < 500 or answer.status == 501) and answer.status != 401, where
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


@pytest.fixture
def thousands():
    """So many connections as this process may have, below 2,000."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return min(2000, most // 2)


class Silence:
    """Connections to one address that begin something, or nothing, and say no more."""

    def __init__(self, address: str, count: int, beginnings=(b"",)):
        host, port = address.rsplit(":", 1)
        self.address = (host, int(port))
        self.connections = []
        for number in range(count):
            connection = socket.create_connection(self.address, timeout=LIMIT_SECONDS)
            self.connections.append(connection)
            try:
                connection.sendall(beginnings[number % len(beginnings)])
            except OSError:
                pass  # it has been shut out already

    def wait_until_all_are_closed(self):
        """By the other side."""
        for connection in self.connections:
            try:
                while connection.recv(4096):
                    pass
            except ConnectionError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for connection in self.connections:
            connection.close()


def open_files(process) -> int:
    return len(os.listdir(f"/proc/{process.popen.pid}/fd"))


def test_half_open_connections_by_the_thousand_at_the_fleets_door_keep_no_worker_out(fleet, thousands):
    before = open_files(fleet.coordinator)
    half_greeting = b"\xff\0\0\0\0\0\0\0\x01\x7f\x03"
    with Silence(fleet.addresses["fleet"], thousands, (b"", half_greeting)) as silence:
        fleet.start_worker("worker-1")
        assert fleet.wait_ended(fleet.submit(short_song()))["attempts"] == 1
        silence.wait_until_all_are_closed()
    wait_until(lambda: f"{open_files(fleet.coordinator)} files are open, {before} before",
               lambda: open_files(fleet.coordinator) < before + 20)


def test_half_open_connections_by_the_thousand_at_the_api_keep_no_client_out(fleet, thousands):
    before = open_files(fleet.coordinator)
    fleet.start_worker("worker-1")
    with Silence(fleet.addresses["http"], thousands, (b"", b"GET /v1/jobs HTTP/1.1\r\nHost: x\r\nX-A: ")):
        job_id = fleet.submit(short_song())
        assert open_files(fleet.coordinator) < before + MOST_CONNECTIONS + 20
        assert fleet.wait_ended(job_id)["attempts"] == 1
        assert len(fleet.audio(job_id)) > 1000


def test_without_a_file_to_open_the_coordinator_lives_and_loses_no_song(patient_fleet, thousands):
    patient_fleet.start_worker("worker-1")
    job_id = patient_fleet.submit(long_song())
    patient_fleet.wait_mid_song(job_id)
    coordinator = patient_fleet.coordinator
    most = open_files(coordinator) + 30
    resource.prlimit(coordinator.popen.pid, resource.RLIMIT_NOFILE, (most, most))
    count = min(300, thousands // 2)
    with Silence(patient_fleet.addresses["fleet"], count), Silence(patient_fleet.addresses["http"], count):
        wait_until(lambda: f"{open_files(coordinator)} files are open, not {most}", lambda: open_files(coordinator) >= most)
    assert patient_fleet.wait_ended(job_id)["attempts"] == 1
    assert patient_fleet.wait_ended(patient_fleet.submit(short_song()))["attempts"] == 1
    assert coordinator.is_running()


class Recorder(TcpProxy):
    """Keeps what its clients have sent."""

    def __init__(self, target: str):
        self.sent = b""
        super().__init__(target, seed=0)

    def _suffer(self, chunk: bytes) -> bytes:
        if not chunk.startswith(b"HTTP/1.1 "):
            self.sent += chunk
        return chunk


@pytest.fixture
def recorder(fleet):
    """Between the workers and where they upload to."""
    made = Recorder(fleet.addresses["http"])
    fleet.public_url = f"http://{made.address}"
    assert fleet.coordinator.stop() == 0
    fleet.start_coordinator()
    yield made
    made.close()


def answer_to(fleet, request: bytes) -> bytes:
    """The whole answer, read to its end."""
    address = urlsplit(fleet.api.url)
    with socket.create_connection((address.hostname, address.port), timeout=90) as connection:
        answer = b""
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                answer += chunk
        except ConnectionError:
            pass  # what it had to say came first
        return answer


def test_an_upload_that_is_sent_again_or_with_other_bytes_changes_nothing(fleet, recorder):
    fleet.start_worker("worker-1")
    job = fleet.wait_ended(fleet.submit(short_song()))
    song = fleet.audio(job["id"])
    begin = recorder.sent.index(b"PUT /v1/uploads/")
    upload = recorder.sent[begin:recorder.sent.index(song[:64], begin) + len(song)]
    assert upload.endswith(song)
    for replay in (upload, upload[:-len(song)] + bytes(len(song)), upload[:-len(song)]):
        answer = answer_to(fleet, replay)
        assert b" 404 " in answer.split(b"\r\n")[0], answer[:300]
    assert fleet.audio(job["id"]) == song
    assert fleet.job(job["id"]) == job
    assert not list((fleet.data / "audio" / "incoming").iterdir())


def test_a_replayed_order_is_the_same_job(fleet):
    replies = [fleet.api.post("/v1/jobs", short_song(), headers={"Idempotency-Key": "order-1"}) for _ in range(3)]
    assert len({json.loads(reply.body)["id"] for reply in replies}) == 1
    other = fleet.api.post("/v1/jobs", short_song(seed=2), headers={"Idempotency-Key": "order-1"})
    assert other.status == 409
