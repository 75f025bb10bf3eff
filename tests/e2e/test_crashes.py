"""Processes that die in mid-song, and processes that are told to leave."""
import pytest

from fleet import SHORT_LEASE_MS, Fleet, long_song, short_song


@pytest.fixture
def hasty_fleet(tmp_path, model):
    """A fleet that soon gives up a worker that is silent."""
    made = Fleet(tmp_path, model)
    made.times["lease_ms"] = SHORT_LEASE_MS
    made.start_coordinator()
    yield made
    made.close()


def test_a_worker_killed_in_mid_song_costs_a_lease_and_the_song_is_finished_once(hasty_fleet):
    worker = hasty_fleet.start_worker("worker-1")
    job_id = hasty_fleet.submit(long_song())
    assert hasty_fleet.wait_mid_song(job_id)["epoch"] == 1
    worker.kill()
    hasty_fleet.wait_for(job_id, lambda job: job["state"] == "queued", "the lease is over")
    hasty_fleet.start_worker("worker-1")
    job = hasty_fleet.wait_ended(job_id)
    assert (job["epoch"], job["attempts"]) == (2, 2)
    assert len(hasty_fleet.audio(job_id)) == job["audio"]["size_bytes"]
    songs = [file for file in (hasty_fleet.data / "audio").rglob("*") if file.is_file()]
    assert [file.stat().st_size for file in songs] == [job["audio"]["size_bytes"]]


def test_a_killed_workers_song_is_made_by_another_worker(hasty_fleet):
    workers = {name: hasty_fleet.start_worker(name) for name in ("worker-1", "worker-2")}
    job_id = hasty_fleet.submit(long_song())
    first = hasty_fleet.wait_mid_song(job_id)["worker"]
    workers.pop(first).kill()
    job = hasty_fleet.wait_ended(job_id)
    assert (job["worker"], job["epoch"]) == (*workers, 2)


def test_a_coordinator_killed_in_mid_song_loses_nothing(patient_fleet):
    patient_fleet.start_worker("worker-1")
    done = patient_fleet.wait_ended(patient_fleet.submit(short_song()))
    in_hand, waiting = patient_fleet.submit(long_song()), patient_fleet.submit(short_song())
    patient_fleet.wait_mid_song(in_hand)
    patient_fleet.coordinator.kill()
    patient_fleet.start_coordinator()
    assert {done["id"], in_hand, waiting} == {job["id"] for job in patient_fleet.api.get("/v1/jobs").json["jobs"]}
    job = patient_fleet.wait_ended(in_hand)
    assert (job["epoch"], job["attempts"]) == (1, 1), "the worker kept its song over the restart"
    patient_fleet.wait_ended(waiting)
    assert patient_fleet.job(done["id"])["audio"] == done["audio"]
    for job_id in (done["id"], in_hand, waiting):
        assert len(patient_fleet.audio(job_id)) == patient_fleet.job(job_id)["audio"]["size_bytes"]


def test_both_killed_at_once_lose_nothing(hasty_fleet):
    worker = hasty_fleet.start_worker("worker-1")
    job_id = hasty_fleet.submit(long_song())
    hasty_fleet.wait_mid_song(job_id)
    hasty_fleet.coordinator.kill()
    worker.kill()
    hasty_fleet.start_coordinator()
    hasty_fleet.start_worker("worker-1")
    job = hasty_fleet.wait_ended(job_id)
    assert job["epoch"] == 2


def test_a_worker_told_to_leave_finishes_the_song_in_hand_and_takes_no_other(fleet):
    worker = fleet.start_worker("worker-1")
    in_hand, waiting = fleet.submit(long_song()), fleet.submit(short_song())
    fleet.wait_mid_song(in_hand)
    worker.terminate()
    assert worker.end() == 0, worker.said()
    job = fleet.wait_ended(in_hand)
    assert (job["epoch"], job["attempts"]) == (1, 1)
    assert fleet.job(waiting)["state"] == "queued"
    assert fleet.job(waiting)["attempts"] == 0


def test_a_coordinator_told_to_leave_does_so_with_status_0_and_its_worker_waits_for_it(patient_fleet):
    worker = patient_fleet.start_worker("worker-1")
    job_id = patient_fleet.submit(long_song())
    patient_fleet.wait_mid_song(job_id)
    assert patient_fleet.coordinator.stop() == 0, patient_fleet.coordinator.said()
    assert worker.is_running()
    patient_fleet.start_coordinator()
    assert patient_fleet.wait_ended(job_id)["epoch"] == 1
