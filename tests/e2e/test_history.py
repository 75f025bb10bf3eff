"""The checker of histories finds what is wrong: a history that agrees with its fleet is broken in one place at a time."""
import sqlite3
from contextlib import closing

import pytest

from fleet import short_song
from history import History, order_of_answers


@pytest.fixture
def ended(fleet):
    """A history of two songs, and the data folder of their fleet."""
    fleet.start_worker("worker-1")
    history = History()
    for key in ("first", "second"):
        reply = fleet.api.post("/v1/jobs", short_song(), headers={"Idempotency-Key": key})
        history.accept(key, reply.json)
        history.see(fleet.wait_ended(reply.json["id"]))
    assert fleet.coordinator.stop() == 0
    assert history.check(fleet.data) == []
    return history, fleet.data


def tamper(data, *statements):
    with closing(sqlite3.connect(data / "musicfleet.db")) as database, database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in triggers:
            database.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            database.execute(statement)


FIRST = "(SELECT id FROM jobs ORDER BY created_at LIMIT 1)"


@pytest.mark.parametrize("statements, complaint", [
    ([f"DELETE FROM jobs WHERE id = {FIRST}"], "was accepted and is not there"),
    ([f"UPDATE jobs SET state = 'queued', audio = NULL, finished_at = NULL WHERE id = {FIRST}"], "is still queued"),
    ([f"INSERT INTO attempts SELECT job, 2, worker, started_at, ended_at, outcome, error FROM attempts WHERE job = {FIRST}",
      f"UPDATE jobs SET epoch = 2 WHERE id = {FIRST}"], "2 successful attempts"),
    ([f"UPDATE attempts SET ended_at = NULL, outcome = NULL WHERE job = {FIRST}"], "an attempt of it is not"),
    ([f"UPDATE jobs SET epoch = 3 WHERE id = {FIRST}"], "has epochs [1] of 3"),
    ([f"UPDATE jobs SET audio = json_set(audio, '$.sha256', hex(zeroblob(32))) WHERE id = {FIRST}"], "is not the one"),
])
def test_what_the_database_says_against_its_promises_is_found(ended, statements, complaint):
    history, data = ended
    tamper(data, *statements)
    assert complaint in "\n".join(history.check(data))


def test_a_song_that_is_gone_from_the_disk_is_found(ended):
    history, data = ended
    next(file for file in (data / "audio" / "songs").rglob("*") if file.is_file()).unlink()
    assert "is not on the disk" in "\n".join(history.check(data))


def job(state, epoch=1, job_id="j"):
    return {"id": job_id, "state": state, "epoch": epoch, "audio": None}


@pytest.mark.parametrize("answers, complaint", [
    ([job("succeeded"), job("queued")], "was succeeded, then queued"),
    ([job("leased", epoch=2), job("leased", epoch=1)], "fell from 2 to 1"),
])
def test_answers_that_contradict_each_other_are_found(answers, complaint):
    assert complaint in "\n".join(order_of_answers("j", answers))


def test_one_key_for_two_jobs_is_found():
    history = History()
    history.accept("key", job("queued"))
    history.accept("key", job("queued", job_id="other"))
    assert "made two jobs" in "\n".join(history.broken)
