"""Songs are bought from a server that speaks the vendor's contract, over TLS too, and that misbehaves in every way: what
is paid for, what is known of it, what is asked for again."""
import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from failover import KEY
from processes import wait_until
from upstream import Upstream, silent_mp3
from webhook_receiver import make_certificate

BUYER = Path(os.environ.get("MUSICFLEET_BIN", "../../build/dev/bin")) / "musicfleet-buy-song"


class Shopper:
    def __init__(self, folder: Path):
        self.folder = folder
        self.key_file = folder / "key"
        self.key_file.write_text(KEY + "\n")
        self.key_file.chmod(0o600)
        self.song = folder / "song.mp3"
        self.log = ""

    def buy(self, url: str, ca_file="-", first_byte=20_000, idle=20_000, total=60_000) -> dict:
        done = subprocess.run([BUYER, url, self.key_file, self.song, "4", ca_file, str(first_byte), str(idle), str(total)],
                              capture_output=True, text=True, timeout=120, check=True)
        self.log += done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def shopper(tmp_path):
    return Shopper(tmp_path)


def test_a_song_is_bought_and_arrives_as_it_was_made(shopper, upstream):
    result = shopper.buy(upstream.url)
    assert result["bought"] == "bought" and result["tries"] == 1
    assert shopper.song.read_bytes() == silent_mp3(4_000, 44100, 128)
    assert result["sha256"] == hashlib.sha256(shopper.song.read_bytes()).hexdigest()
    assert [charge.song_id for charge in upstream.charges] == [result["song_id"]]
    assert upstream.requests[0].body == {"prompt": "a secret wish", "music_length_ms": 4_000, "model_id": "music_v1"}


# What goes wrong first, what is known in the end, songs that the vendor charged for, requests that were made.
TROUBLES = [
    ({"status": 400}, "not_bought", 0, 1),
    ({"status": 401, "code": "quota_exceeded"}, "not_bought", 0, 1),
    ({"status": 402, "code": "payment_required"}, "not_bought", 0, 1),
    ({"status": 403, "code": "missing_permissions"}, "not_bought", 0, 1),
    ({"status": 422}, "not_bought", 0, 1),
    ({"status": 429, "code": "rate_limit_exceeded"}, "bought", 1, 2),
    ({"status": 429, "code": "rate_limit_exceeded", "retry_after": "1"}, "bought", 1, 2),
    ({"status": 500, "code": "internal"}, "unknown", 0, 1),
    ({"status": 502, "gateway": True}, "unknown", 0, 1),
    ({"status": 503}, "bought", 1, 2),
    ({"status": 503, "gateway": True}, "unknown", 0, 1),
    ({"cut_after": 1_000}, "unknown", 1, 1),
    ({"cut_after": 0}, "unknown", 1, 1),
    ({"extra_length": 10}, "unknown", 1, 1),
    ({"extra_length": -30_000}, "unknown", 1, 1),
    ({"body": b"<html>welcome</html>"}, "unknown", 1, 1),
    ({"body": b"--bound\r\nnot a multipart"}, "unknown", 1, 1),
    ({"close": True}, "unknown", 1, 1),
]


@pytest.mark.parametrize("trouble,bought,charges,requests", TROUBLES, ids=lambda value: str(value).replace(" ", ""))
def test_trouble(shopper, upstream, trouble, bought, charges, requests):
    upstream.trouble(**trouble)
    result = shopper.buy(upstream.url)
    assert result["bought"] == bought, result
    assert len(upstream.charges) == charges
    assert len(upstream.requests) == requests
    assert KEY not in shopper.log and "secret wish" not in shopper.log


def test_each_request_has_a_connection_of_its_own(shopper, upstream):
    """libcurl repeats a request by itself where a connection that was kept turns out to be dead."""
    upstream.trouble(status=429)
    assert shopper.buy(upstream.url)["bought"] == "bought"
    assert len({request.port for request in upstream.requests}) == 2


@pytest.mark.parametrize("trouble,limit", [({"stall": "before"}, {"first_byte": 3_000}), ({"stall": "after"}, {"idle": 500}),
                                           ({"drip": 0.1, "piece": 100}, {"total": 4_000})],
                         ids=["silence", "silence_after_the_header", "slow_drip"])
def test_patience_ends_and_the_song_may_be_on_the_bill(shopper, upstream, trouble, limit):
    upstream.trouble(**trouble)
    result = shopper.buy(upstream.url, **limit)
    assert result["bought"] == "unknown", result
    wait_until("the vendor has read its order", lambda: len(upstream.charges) == 1 and len(upstream.requests) == 1)


def test_a_server_that_is_not_there_costs_nothing(shopper):
    server = Upstream()
    server.close()
    result = shopper.buy(server.url)
    assert result["bought"] == "not_bought" and result["tries"] > 1


def test_tls_is_verified(shopper, tmp_path):
    certificate = make_certificate(tmp_path)
    server = Upstream(keys=(KEY,), certificate=certificate)
    try:
        trusted = shopper.buy(server.url, ca_file=certificate)
        assert trusted["bought"] == "bought", trusted
        assert shopper.buy(server.url)["bought"] == "not_bought", "nobody vouches for this certificate"
        other_name = server.url.replace("127.0.0.1", "localhost")
        assert shopper.buy(other_name, ca_file=certificate)["bought"] == "not_bought", "a certificate for another name"
        assert len(server.requests) == 1, "no key has left"
    finally:
        server.close()


def test_tls_that_the_server_does_not_speak(shopper, upstream):
    assert shopper.buy(upstream.url.replace("http://", "https://"))["bought"] == "not_bought"
    assert not upstream.requests
