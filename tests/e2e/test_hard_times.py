"""A disk that fills up and a clock that is set, under a running fleet."""
import struct
import subprocess
import time

import pytest

from fleet import Fleet, long_song, short_song
from history import History
from processes import PROGRAMS, wait_until

OFFSET_CLOCK = PROGRAMS.parent / "lib" / "liboffset_clock.so"
DISK_BYTES = 8 << 20


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_refuses_new_jobs_keeps_what_was_accepted_and_serves_again_once_there_is_room(tmp_path, model, small_disk):
    fleet = Fleet(tmp_path, model)
    fleet.data = small_disk / "coordinator"
    fleet.start_coordinator()
    history = History()
    try:
        fleet.start_worker("worker-1")
        history.accept("before", fleet.wait_ended(fleet.submit(short_song())))
        ballast = small_disk / "ballast"
        fill(ballast)
        refused = wait_until("a job is refused", lambda: order_until_refused(fleet, history))
        assert refused.status == 503, refused.body
        ballast.unlink()
        if not fleet.coordinator.is_running():  # it ends rather than forget what it could not write down
            fleet.start_coordinator()
        history.accept("after", fleet.wait_ended(fleet.submit(short_song())))
        for job_id in set(history.accepted.values()):
            fleet.wait_ended(job_id)
        assert fleet.coordinator.stop() == 0
        assert history.check(fleet.data) == []
    finally:
        fleet.close()


def fill(file):
    """Writes until nothing more goes in."""
    with open(file, "wb", buffering=0) as ballast:
        for size in (1 << 16, 1 << 12):
            try:
                while True:
                    ballast.write(bytes(size))
            except OSError:
                continue


def order_until_refused(fleet, history):
    """The refusal, once there is one; a coordinator that has ended refuses too."""
    if not fleet.coordinator.is_running():
        fleet.start_coordinator()
    answer = fleet.api.post("/v1/jobs", short_song(lyrics="la " * 1000))
    if answer.status != 202:
        return answer
    history.accept(f"filling-{len(history.accepted)}", answer.json)
    return None


@pytest.mark.parametrize("step_seconds", [3 * 86_400, -3 * 86_400])
def test_a_wall_clock_that_is_set_costs_no_lease_and_no_song(tmp_path, model, step_seconds):
    clock = tmp_path / "clock"
    set_clock(clock, 0)
    fleet = Fleet(tmp_path, model)
    fleet.environment = {"LD_PRELOAD": str(OFFSET_CLOCK), "OFFSET_CLOCK_FILE": str(clock)}
    fleet.start_coordinator()
    try:
        fleet.start_worker("worker-1")
        before = fleet.submit(long_song())
        fleet.wait_mid_song(before)
        set_clock(clock, step_seconds)
        wait_until("the coordinator's clock is set", lambda: abs(coordinator_offset(fleet) - step_seconds) < 3600)
        job = fleet.wait_ended(before)
        assert (job["epoch"], job["attempts"]) == (1, 1), job
        assert fleet.wait_ended(fleet.submit(short_song()))["epoch"] == 1
    finally:
        fleet.close()


def set_clock(file, seconds: int):
    """In place: the coordinator has the file in its memory."""
    with open(file, "r+b" if file.exists() else "wb", buffering=0) as clock:
        clock.write(struct.pack("=q", seconds))


def coordinator_offset(fleet) -> float:
    """Seconds by which a job's time of submission is ahead of ours."""
    created = fleet.job(fleet.submit(short_song()))["created_at"]
    stamp = subprocess.run(["date", "-u", "-d", created, "+%s"], capture_output=True, text=True, check=True)
    return int(stamp.stdout) - time.time()
