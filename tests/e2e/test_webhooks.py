"""Webhooks of a real coordinator, received over TLS and verified with the package standardwebhooks."""
import json
import sqlite3
from contextlib import closing

import pytest

from fleet import Fleet, endless_song, short_song
from processes import wait_until
from webhook_receiver import WebhookReceiver, make_certificate


@pytest.fixture
def receiver(tmp_path):
    made = WebhookReceiver(make_certificate(tmp_path))
    yield made
    made.close()


@pytest.fixture
def told_fleet(tmp_path, model, receiver):
    """A running coordinator that may send to the receiver and trusts its certificate."""
    made = Fleet(tmp_path, model)
    made.more_config = f'[webhooks]\nallow = ["{receiver.address}"]\nca_file = "{tmp_path}/cert.pem"\n'
    made.start_coordinator()
    yield made
    made.close()


def add_webhook(fleet, receiver, *arguments) -> str:
    """Its id; the receiver knows its secret."""
    made = fleet.musicfleet("webhooks", "add", receiver.url, "--json", *arguments)
    assert made.returncode == 0, made.stderr
    webhook = json.loads(made.stdout)
    receiver.secrets.append(webhook["secret"])
    return webhook["id"]


def deliveries(fleet, webhook: str) -> list[dict]:
    listed = fleet.musicfleet("webhooks", "deliveries", webhook, "--json")
    assert listed.returncode == 0, listed.stderr
    return [json.loads(line) for line in listed.stdout.splitlines()]


def wait_for_messages(receiver, count: int):
    wait_until(lambda: f"{count} messages: {receiver.messages}", lambda: len(receiver.messages) >= count)


def test_the_end_of_a_job_arrives_and_is_believed(told_fleet, receiver):
    webhook = add_webhook(told_fleet, receiver)
    told_fleet.start_worker("worker-1")
    job = told_fleet.submit(short_song(lyrics="[Verse] la la", metadata={"order": 4711}))
    told_fleet.wait_ended(job)
    wait_for_messages(receiver, 1)
    message_id, [message] = receiver.messages[0]
    assert message["type"] == "job.succeeded"
    assert message["data"]["id"] == job
    assert message["data"]["metadata"] == {"order": 4711}
    shown = told_fleet.job(job)
    assert message["data"]["audio"] == shown["audio"]
    assert message["timestamp"] == shown["finished_at"] == message["data"]["finished_at"]
    assert "prompt" not in message["data"] and "lo-fi" not in json.dumps(message) and "la la" not in json.dumps(message)
    wait_until("the delivery is recorded", lambda: deliveries(told_fleet, webhook)[0]["state"] == "delivered")
    assert deliveries(told_fleet, webhook)[0]["id"] == message_id
    metrics = told_fleet.api.get("/metrics").body.decode()
    assert 'musicfleet_webhook_attempts_total{outcome="delivered"} 1' in metrics


def test_a_cancelled_job_is_told_of_too(told_fleet, receiver):
    add_webhook(told_fleet, receiver, "--event", "job.cancelled")
    job = told_fleet.submit(endless_song())
    assert told_fleet.api.delete(f"/v1/jobs/{job}").status == 200
    wait_for_messages(receiver, 1)
    assert receiver.messages[0][1][0]["data"] | {"id": job, "state": "cancelled", "audio": None} == receiver.messages[0][1][0]["data"]


def test_after_a_rotation_both_secrets_are_believed(told_fleet, receiver):
    webhook = add_webhook(told_fleet, receiver, "--event", "job.cancelled")
    rotated = told_fleet.musicfleet("webhooks", "rotate", webhook)
    assert rotated.returncode == 0, rotated.stderr
    receiver.secrets.append(rotated.stdout.strip())
    job = told_fleet.submit(endless_song())
    told_fleet.api.delete(f"/v1/jobs/{job}")
    wait_for_messages(receiver, 1)
    assert [answer["data"]["id"] for answer in receiver.messages[0][1]] == [job, job]


def test_a_message_survives_kill_9_and_keeps_its_id(told_fleet, receiver):
    """The endpoint fails once; the coordinator is killed while the message waits for its second attempt."""
    webhook = add_webhook(told_fleet, receiver, "--event", "job.cancelled")
    receiver.statuses = [500]
    job = told_fleet.submit(endless_song())
    told_fleet.api.delete(f"/v1/jobs/{job}")
    wait_for_messages(receiver, 1)
    wait_until("the failure is recorded", lambda: deliveries(told_fleet, webhook)[0]["attempts"] >= 1)
    told_fleet.coordinator.kill()
    told_fleet.start_coordinator()
    wait_for_messages(receiver, 2)
    assert receiver.messages[0] == receiver.messages[1]
    assert receiver.messages[1][1][0]["data"]["id"] == job


def test_gone_disables_and_resend_delivers_again(told_fleet, receiver):
    webhook = add_webhook(told_fleet, receiver, "--event", "job.cancelled")
    receiver.statuses = [410]
    job = told_fleet.submit(endless_song())
    told_fleet.api.delete(f"/v1/jobs/{job}")
    wait_until("it is disabled", lambda: "410 Gone" in told_fleet.musicfleet("webhooks", "list").stdout)
    [delivery] = deliveries(told_fleet, webhook)
    assert delivery["state"] == "failed"
    assert told_fleet.musicfleet("webhooks", "enable", webhook).returncode == 0
    assert told_fleet.musicfleet("webhooks", "resend", webhook, delivery["id"]).returncode == 0
    wait_for_messages(receiver, 2)
    assert receiver.messages[1][0] == delivery["id"]


def test_only_what_the_configuration_names_may_be_private(told_fleet, receiver):
    for url in ("http://127.0.0.1:1/", "https://127.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://shop.example:22/",
                f"https://user:password@{receiver.address}/"):
        refused = told_fleet.musicfleet("webhooks", "add", url)
        assert refused.returncode == 2 and "url" in refused.stderr, (url, refused.stderr)
    webhook = add_webhook(told_fleet, receiver, "--event", "job.cancelled")
    # A name is let in by its text; its address is looked at when the socket is opened.
    named = json.loads(told_fleet.musicfleet("webhooks", "add", "https://localhost:8443/", "--event", "job.cancelled", "--json").stdout)
    job = told_fleet.submit(endless_song())
    told_fleet.api.delete(f"/v1/jobs/{job}")
    wait_for_messages(receiver, 1)
    wait_until("it was tried", lambda: deliveries(told_fleet, named["id"])[0]["attempts"] >= 1)
    assert "is not a public address (loopback)" in deliveries(told_fleet, named["id"])[0]["problem"]
    assert deliveries(told_fleet, webhook)[0]["problem"] == ""


def test_secrets_are_sealed_in_the_database(told_fleet, receiver):
    add_webhook(told_fleet, receiver)
    with closing(sqlite3.connect(told_fleet.data / "musicfleet.db")) as connection:
        [(stored,)] = connection.execute("SELECT secret FROM webhook_endpoints").fetchall()
    assert receiver.secrets[0] not in stored and receiver.secrets[0].removeprefix("whsec_") not in stored
    assert (told_fleet.data / "webhooks.key").stat().st_mode & 0o777 == 0o600
    assert receiver.secrets[0] not in told_fleet.coordinator.said()
