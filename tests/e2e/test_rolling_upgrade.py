"""Every process of a fleet is replaced while songs are made, and no song notices."""
import os
import sqlite3
from contextlib import closing

import pytest

from fleet import ENDED
from history import History
from processes import run_program, wait_until

WORKERS = ("worker-1", "worker-2", "worker-3")
OPEN_JOBS = 9  # more than the fleet takes at a time, so that some are in hand and some wait
SLOTS = 2


class Orders:
    """A stream of jobs: as one ends the next is ordered."""

    def __init__(self, fleet):
        self.fleet = fleet
        self.history = History()
        self.open: list[str] = []
        self.ended: dict[str, dict] = {}

    def look(self):
        """Sees how every open job stands, and orders new ones in place of those that have ended."""
        for job_id in list(self.open):
            job = self.fleet.job(job_id)
            self.history.see(job)
            if job["state"] in ENDED:
                self.open.remove(job_id)
                self.ended[job_id] = job
        while len(self.open) < OPEN_JOBS:
            self.order()

    def order(self):
        key = f"order-{len(self.open) + len(self.ended)}"
        song = {"prompt": "lo-fi chill", "duration_seconds": 5, "steps": 12, "seed": len(self.ended)}
        answer = self.fleet.api.post("/v1/jobs", song, headers={"Idempotency-Key": key})
        assert answer.status == 202, answer.body
        self.history.accept(key, answer.json)
        self.open.append(answer.json["id"])

    def until(self, what: str, condition):
        """Keeps ordering until the condition is true."""
        def turn():
            self.look()
            return condition()
        return wait_until(lambda: f"{what}: {self.fleet.admin.get('/admin/v1/workers').body}", turn)

    def until_at_work(self, name: str):
        self.until(f"{name} makes a song", lambda: any(
            job["state"] == "leased" and job["worker"] == name and job["progress"]["stage"] == "denoising"
            for job in map(self.fleet.job, self.open)))

    def until_it_made(self, name: str, songs: int):
        before = self.made_by(name)
        self.until(f"{name} makes {songs} songs", lambda: self.made_by(name) >= before + songs)

    def made_by(self, name: str) -> int:
        return sum(job["worker"] == name for job in self.ended.values())

    def finish(self):
        """The last jobs come to their end."""
        for job_id in self.open:
            self.ended[job_id] = self.fleet.wait_ended(job_id)
            self.history.see(self.ended[job_id])

    def expect_no_failure(self):
        """Every job succeeded at its first attempt; what was given back unbegun is no attempt."""
        assert {job["state"] for job in self.ended.values()} == {"succeeded"}
        assert {job["attempts"] for job in self.ended.values()} == {1}
        assert self.history.check(self.fleet.data) == []
        with closing(sqlite3.connect(f"file:{self.fleet.data / 'musicfleet.db'}?mode=ro", uri=True)) as database:
            outcomes = {outcome for (outcome,) in database.execute("SELECT DISTINCT outcome FROM attempts")}
        assert outcomes <= {"succeeded", "returned"}, outcomes


@pytest.fixture
def orders(patient_fleet):
    for name in WORKERS:
        patient_fleet.start_worker(name, slots=SLOTS)
    made = Orders(patient_fleet)
    made.look()
    return made


def by_command_line(fleet, *arguments):
    done = fleet.musicfleet(*arguments)
    assert done.returncode == 0, done.stderr


def give_next_key(fleet, name: str):
    """A new key that counts beside the old one, in the place where the next process looks for it."""
    made = run_program("musicfleet-worker", "keygen", fleet.folder / name / "next.key")
    by_command_line(fleet, "workers", "rotate", name, made.stdout.strip(), "--overlap", "1h")
    os.replace(fleet.folder / name / "next.key", fleet.folder / name / "worker.key")


def process_of(fleet, name: str):
    return next(process for process in reversed(fleet.processes) if process.name == name)


def end(fleet, orders, name: str):
    """SIGTERM, while the others go on."""
    process = process_of(fleet, name)
    process.terminate()
    orders.until(f"{name} leaves", lambda: not process.is_running())
    assert process.popen.returncode == 0, process.said()


def tell_it_to_leave(fleet, orders, name: str):
    end(fleet, orders, name)
    fleet.start_worker(name, slots=SLOTS)


def give_it_a_new_key(fleet, orders, name: str):
    end(fleet, orders, name)
    give_next_key(fleet, name)
    fleet.start_worker(name, slots=SLOTS)


def drain_it_first(fleet, orders, name: str):
    by_command_line(fleet, "workers", "drain", name)
    orders.until(f"{name} holds nothing", lambda: not fleet.worker(name)["running"])
    end(fleet, orders, name)
    fleet.start_worker(name, slots=SLOTS)
    assert fleet.worker(name)["draining"], "it stays drained until somebody resumes it"
    by_command_line(fleet, "workers", "resume", name)


@pytest.mark.parametrize("replace", [tell_it_to_leave, give_it_a_new_key, drain_it_first])
def test_every_worker_is_replaced_under_load_and_no_attempt_fails(patient_fleet, orders, replace):
    for name in WORKERS:
        orders.until_at_work(name)
        replace(patient_fleet, orders, name)
        orders.until_it_made(name, songs=1)
    orders.finish()
    orders.expect_no_failure()


def test_the_coordinator_is_replaced_under_load_and_no_attempt_fails(patient_fleet, orders):
    for _ in range(2):
        for name in WORKERS:
            orders.until_at_work(name)
        assert patient_fleet.coordinator.stop() == 0, patient_fleet.coordinator.said()
        patient_fleet.start_coordinator()
        for name in WORKERS:
            orders.until_it_made(name, songs=2)
    orders.finish()
    orders.expect_no_failure()
