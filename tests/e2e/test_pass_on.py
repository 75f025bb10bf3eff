"""What only ElevenLabs serves goes on to it where the operator allows it: the official SDK, a coordinator, and a server in the
vendor's place that keeps what it was sent."""
import os
import threading

import pytest
from elevenlabs import ElevenLabs
from elevenlabs.core.api_error import ApiError

from failover import KEY, Books, buys_from, metric
from fleet import Fleet
from processes import wait_until
from upstream import FINETUNE, OTHER_BYTES

ALL = 'pass_on = ["upload", "stems", "video", "finetunes"]'


@pytest.fixture
def passing(tmp_path, model, upstream):
    """A coordinator that passes everything on, without workers."""
    made = Fleet(tmp_path, model)
    buys_from(made, upstream, more=ALL)
    made.start_coordinator()
    yield made
    made.close()


def client_of(fleet: Fleet) -> ElevenLabs:
    return ElevenLabs(base_url=fleet.endpoints["http_url"], api_key=fleet.api_key, timeout=240)


def lost_request(fleet: Fleet, body: bytes, headers: dict):
    with pytest.raises(OSError):
        fleet.api.post("/v1/music/upload", body, headers=headers)


def refusal(call) -> ApiError:
    with pytest.raises(ApiError) as caught:
        answer = call()
        if hasattr(answer, "__next__"):
            list(answer)
    return caught.value


def test_the_sdk_reaches_what_only_the_vendor_has(passing, upstream):
    music = client_of(passing).music
    song = os.urandom(3_000_000)
    uploaded = music.upload(file=("song.mp3", song, "audio/mpeg"), with_timestamps=True)
    assert uploaded.song_id == upstream.charges[0].song_id
    sent = upstream.requests[0]
    assert song in sent.raw and b'name="with_timestamps"' in sent.raw
    assert sent.content_type.startswith("multipart/form-data; boundary=")

    stems = music.separate_stems(file=("a.mp3", song[:1000], "audio/mpeg"), output_format="mp3_44100_128")
    assert b"".join(stems) == OTHER_BYTES
    assert upstream.requests[1].path == "/v1/music/stem-separation?output_format=mp3_44100_128"
    assert b"".join(music.video_to_music(videos=[("v.mp4", song[:5000], "video/mp4")])) == OTHER_BYTES

    assert [one.id for one in music.finetunes.list(page_size=3).finetunes] == [FINETUNE["id"]]
    assert music.finetunes.create(name="lo-fi", primary_genre="hip hop", files=[("a.mp3", song[:1000], "audio/mpeg")]).id == "ft_1"
    assert music.finetunes.get("ft_1").name == "lo-fi"
    assert music.finetunes.update("ft_1", name="hi-fi").id == "ft_1"
    music.finetunes.delete("ft_1")
    assert [(request.method, request.path) for request in upstream.requests[3:]] == [
        ("GET", "/v1/music/finetunes?page_size=3"), ("POST", "/v1/music/finetunes"), ("GET", "/v1/music/finetunes/ft_1"),
        ("PATCH", "/v1/music/finetunes/ft_1"), ("DELETE", "/v1/music/finetunes/ft_1")]
    assert {request.key for request in upstream.requests} == {KEY}
    assert metric(passing, 'musicfleet_elevenlabs_passed_on_total{outcome="answered",service="finetunes"}') == 5
    said = passing.coordinator.said()
    assert KEY not in said and passing.api_key not in said
    assert not list((passing.data / "audio").glob("scratch*")), "what was passed on leaves nothing behind"


def test_only_what_the_operator_names_is_passed_on(passing, upstream):
    assert passing.coordinator.stop() == 0
    buys_from(passing, upstream, more='pass_on = ["finetunes"]')
    passing.start_coordinator()
    music = client_of(passing).music
    assert music.finetunes.list().finetunes
    assert refusal(lambda: music.upload(file=("a.mp3", b"x", "audio/mpeg"))).status_code == 501
    assert len(upstream.requests) == 1


def test_a_tenant_of_the_fleet_alone_sends_nothing_to_the_vendor(passing, upstream):
    assert passing.musicfleet("tenants", "set", "default", "--policy", "fleet_only").returncode == 0
    music = client_of(passing).music
    assert refusal(music.finetunes.list).status_code == 501
    assert passing.musicfleet("tenants", "set", "default", "--policy", "fleet_first").returncode == 0
    assert music.finetunes.list().finetunes
    assert len(upstream.requests) == 1


def test_beyond_the_budget_nothing_goes_on_that_may_cost(passing, upstream):
    assert passing.coordinator.stop() == 0
    buys_from(passing, upstream, more=ALL, budget='month = "0"')
    passing.start_coordinator()
    music = client_of(passing).music
    assert refusal(lambda: music.upload(file=("a.mp3", b"x", "audio/mpeg"))).status_code == 403
    assert music.finetunes.list().finetunes
    assert not upstream.charges and not Books(passing.data).purchases()


def test_an_error_of_the_vendor_is_the_clients(passing, upstream):
    upstream.trouble(status=403, code="only_for_enterprise")
    refused = refusal(lambda: client_of(passing).music.upload(file=("a.mp3", b"x", "audio/mpeg")))
    assert (refused.status_code, refused.body["detail"]["code"]) == (403, "only_for_enterprise")
    upstream.trouble(status=422)
    refused = refusal(lambda: client_of(passing).music.upload(file=("a.mp3", b"x", "audio/mpeg")))
    assert (refused.status_code, refused.body["detail"][0]["loc"]) == (422, ["body", "prompt"])


@pytest.mark.parametrize("trouble", [{"close": True}, {"status": 500}, {"status": 502, "gateway": True}], ids=str)
def test_a_lost_answer_is_said_to_be_so_and_no_sdk_sends_the_request_again(passing, upstream, trouble):
    upstream.trouble(**trouble)
    lost = refusal(lambda: client_of(passing).music.upload(file=("a.mp3", b"x", "audio/mpeg")))
    assert (lost.status_code, lost.body["detail"]["status"]) == (424, "outcome_unknown")
    assert len(upstream.requests) == 1


def test_killed_with_requests_under_way_nothing_is_left_on_the_disk(passing, upstream):
    upstream.trouble(stall="before")
    body = b"--b\r\n" + bytes(2_000_000)
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    threading.Thread(target=lost_request, args=(passing, body, headers), daemon=True).start()
    wait_until("the request is there", lambda: upstream.requests)
    passing.coordinator.kill()
    assert not [file for file in (passing.data / "audio").iterdir() if file.is_file()]
