"""Requests that come twice, and requests that are wrong."""
import json

import pytest

from fleet import short_song

BAD_FIELDS = [
    ({"duration_seconds": 0}, "duration_seconds"),
    ({"duration_seconds": -1}, "duration_seconds"),
    ({"duration_seconds": 1e9}, "duration_seconds"),
    ({"duration_seconds": "30"}, "duration_seconds"),
    ({"duration_seconds": 600.001}, "duration_seconds"),
    ({"prompt": ""}, "prompt"),
    ({"prompt": None}, "prompt"),
    ({"prompt": "x" * 4101}, "prompt"),
    ({"lyrics": "x" * 20001}, "lyrics"),
    ({"seed": -1}, "seed"),
    ({"seed": 2**53}, "seed"),
    ({"seed": 1.5}, "seed"),
    ({"bpm": 29}, "bpm"),
    ({"steps": 0}, "steps"),
    ({"shift": 0}, "shift"),
    ({"priority": 11}, "priority"),
    ({"deadline_seconds": 0}, "deadline_seconds"),
    ({"format": {"type": "aiff"}}, "format.type"),
    ({"format": {"type": "mp3", "bit_rate": 100}}, "format.bit_rate"),
    ({"format": {"type": "opus", "sample_rate": 44100}}, "format.sample_rate"),
    ({"format": {"loud": True}}, "format.loud"),
    ({"metadata": {"x": "y" * 20000}}, "metadata"),
    ({"temperature": 1}, "temperature"),
]

BAD_BODIES = [
    (b"", 400), (b"{", 400), (b"[]", 400), (b'"song"', 400), (b'{"prompt":"x"} trailing', 400),
    (b'{"prompt":"x","prompt":"y"}', 400), (b'{"prompt":"\xff\xfe"}', 400), (b'{"prompt":"\\ud800"}', 400),
    (b'{"prompt":"x","duration_seconds":NaN}', 400), (b'{"prompt":"' + b"x" * 300000 + b'"}', 413),
    (b"[" * 5000, 400),
]


def test_an_idempotency_key_gives_the_same_job_and_refuses_another_body(fleet):
    body = json.dumps(short_song()).encode()
    first = fleet.api.post("/v1/jobs", body, headers={"Idempotency-Key": "order-1"})
    again = fleet.api.post("/v1/jobs", body, headers={"Idempotency-Key": "order-1"})
    assert (first.status, again.status) == (202, 202)
    assert again.json["id"] == first.json["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    other = fleet.api.post("/v1/jobs", body + b" ", headers={"Idempotency-Key": "order-1"})
    assert (other.status, other.error["code"]) == (409, "conflict")
    fleet.add_tenant("other")
    tenant = fleet.new_api_key(tenant="other")["key"]
    elsewhere = fleet.api.post("/v1/jobs", body, headers={"Idempotency-Key": "order-1", "Authorization": f"Bearer {tenant}"})
    assert elsewhere.json["id"] != first.json["id"]
    assert fleet.job_count() == 1


def test_an_idempotency_key_outlives_a_crash(fleet):
    body = json.dumps(short_song()).encode()
    first = fleet.api.post("/v1/jobs", body, headers={"Idempotency-Key": "order-1"}).json["id"]
    fleet.coordinator.kill()
    fleet.start_coordinator()
    assert fleet.api.post("/v1/jobs", body, headers={"Idempotency-Key": "order-1"}).json["id"] == first
    assert fleet.job_count() == 1


def test_bad_input_names_the_field_and_changes_nothing(fleet):
    kept = fleet.submit(short_song())
    before = fleet.job(kept)
    for fields, param in BAD_FIELDS:
        answer = fleet.api.post("/v1/jobs", {**short_song(), **fields})
        assert (answer.status, answer.error["param"]) == (422, param), (fields, answer.body)
        assert answer.error["code"] == "invalid_argument"
        assert answer.error["request_id"] == answer.headers["X-Request-Id"]
    for body, status in BAD_BODIES:
        answer = fleet.api.post("/v1/jobs", body)
        assert answer.status == status, (body[:60], answer.body)
        assert answer.error["message"]
    assert fleet.job_count() == 1
    assert fleet.job(kept) == before


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/v1/jobs/job_nope", 404), ("DELETE", "/v1/jobs/job_nope", 404), ("GET", "/v1/jobs/job_nope/audio", 404),
    ("GET", "/v1/jobs/job_nope/events", 404), ("GET", "/nope", 404), ("PATCH", "/v1/jobs", 405),
    ("GET", "/v1/jobs?state=asleep", 422), ("GET", "/v1/jobs?limit=0", 422), ("GET", "/v1/jobs?colour=red", 422),
    ("GET", "/v1/jobs?cursor=%21%21", 422), ("PUT", "/v1/uploads/nope", 404),
])
def test_a_path_or_parameter_that_is_wrong_is_refused(fleet, method, path, status):
    answer = fleet.api.request(method, path)
    assert answer.status == status, answer.body
    assert answer.error["message"]
