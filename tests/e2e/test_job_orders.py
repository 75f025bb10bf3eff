"""What operators order of jobs, workers and tenants by the command line, and what comes of it in the fleet."""
import json

import pytest

from fleet import SHORT_LEASE_MS, Fleet, endless_song, short_song
from processes import wait_until


@pytest.fixture
def fleet(tmp_path, model):
    """One that gives up on a job after its first failed attempt."""
    made = Fleet(tmp_path, model)
    made.times |= {"max_attempts": 1, "lease_ms": SHORT_LEASE_MS}
    made.start_coordinator()
    yield made
    made.close()


def audited(operate) -> list[str]:
    """What the audit log has, oldest first, as 'action target'."""
    lines = [json.loads(line) for line in operate("audit", "list", "--json").splitlines()]
    return [f"{line['action']} {line['target']}" for line in reversed(lines)]


def dead_job(fleet, worker="gpu-1") -> str:
    """A job whose worker was killed in mid-song; the worker is gone."""
    process = fleet.start_worker(worker)
    job = fleet.submit(endless_song())
    fleet.wait_mid_song(job)
    process.kill()
    fleet.wait_ended(job, "failed")
    return job


def test_dead_jobs_are_listed_with_their_reasons(fleet, operate):
    job = dead_job(fleet)
    late = fleet.submit(short_song(deadline_seconds=1))
    fleet.wait_ended(late, "failed")
    listed = operate("jobs", "dead")
    assert job in listed and "gpu-1" in listed and "was silent about the job" in listed
    assert late not in listed, "it failed, but nobody is waited for"
    assert [json.loads(line)["id"] for line in operate("jobs", "dead", "--json").splitlines()] == [job]
    operate("jobs", "requeue", job)
    assert job not in operate("jobs", "dead")


def test_a_dead_job_is_put_back_and_runs_again_under_a_higher_epoch(fleet, operate):
    job = dead_job(fleet)
    assert f"{job} is back in the queue" in operate("jobs", "requeue", job)
    assert fleet.job(job)["state"] == "queued"
    operate("jobs", "requeue", job, status=5)
    operate("jobs", "requeue", "job_nobody", status=3)
    # It is queued on the disk, not only in memory.
    fleet.coordinator.kill()
    fleet.start_coordinator()
    fleet.start_worker("gpu-1")
    assert fleet.wait_mid_song(job)["epoch"] == 2
    assert "requeued" in operate("jobs", "why", job)
    assert audited(operate)[-1] == f"job.requeue {job}"


def test_one_job_that_is_refused_does_not_keep_the_others_from_the_queue(fleet, operate):
    job = dead_job(fleet)
    assert job in operate("jobs", "requeue", "job_nobody", job, status=3)
    assert fleet.job(job)["state"] == "queued"


def test_purged_jobs_are_gone_with_their_songs_and_what_is_not_over_stays(fleet, operate):
    fleet.start_worker("gpu-1")
    song = fleet.submit(short_song())
    fleet.wait_ended(song)
    cancelled, kept = fleet.submit(endless_song()), fleet.submit(endless_song())
    operate("jobs", "cancel", cancelled, "--admin")
    fleet.wait_ended(cancelled, "cancelled")
    operate("jobs", "purge", "--older-than", "0s", status=2)  # nobody is there to be asked
    operate("jobs", "purge", "--yes", status=2)
    assert "1 job with 0 songs" in operate("jobs", "purge", "--older-than", "0s", "--state", "cancelled", "--dry-run")
    assert fleet.job(cancelled)
    assert "purged: 1 job with 0 songs" in operate("jobs", "purge", "--older-than", "0s", "--state", "cancelled", "--yes")
    assert fleet.api.get(f"/v1/jobs/{cancelled}").status == 404
    assert list((fleet.data / "audio" / "songs" / song).iterdir())
    operate("jobs", "purge", song, kept, "--yes", status=5)
    assert fleet.api.get(f"/v1/jobs/{song}").status == 404
    assert not (fleet.data / "audio" / "songs" / song).exists()
    assert fleet.job(kept)["state"] in ("queued", "leased")
    operate("jobs", "requeue", song, status=3)
    assert audited(operate)[-2:] == ["jobs.purge jobs", "jobs.purged jobs"]
    operate("audit", "verify")


def test_an_erased_tenant_leaves_neither_words_nor_songs(fleet, operate):
    operate("tenants", "add", "shop")
    fleet.api_key = fleet.new_api_key("shop")["key"]
    fleet.start_worker("gpu-1")
    song = fleet.submit(short_song(prompt="only for me", lyrics="la la secret"))
    fleet.wait_ended(song)
    running = fleet.submit(endless_song())
    operate("tenants", "erase", "shop", status=2)
    operate("tenants", "erase", "nobody", "--yes", status=3)
    assert "erased: 1 job with 1 song" in operate("tenants", "erase", "shop", "--yes", status=5)  # one is not over
    erased = fleet.job(song)
    assert erased["prompt"] == erased["lyrics"] == ""
    assert erased["state"] == "succeeded" and erased["attempts"] == 1
    assert fleet.api.get(f"/v1/jobs/{song}/audio").status == 404
    assert not (fleet.data / "audio" / "songs" / song).exists()
    fleet.api.delete(f"/v1/jobs/{running}")
    fleet.wait_ended(running, "cancelled")
    operate("tenants", "erase", "shop", "--yes")
    assert fleet.job(running)["prompt"] == ""
    assert "tenant.erased shop" in audited(operate)


def test_a_drained_worker_finishes_its_song_and_gets_the_next_one_when_it_is_resumed(fleet, operate):
    fleet.start_worker("gpu-1")
    assert "gets no new job" in operate("workers", "drain", "gpu-1")
    wait_until(lambda: fleet.worker("gpu-1"), lambda: fleet.worker("gpu-1")["draining"])
    job = fleet.submit(short_song())
    assert "draining" in operate("workers", "list")
    assert "draining" in operate("jobs", "why", job)
    assert fleet.job(job)["state"] == "queued"
    operate("workers", "resume", "gpu-1")
    fleet.wait_ended(job)
    operate("workers", "drain", "nobody", status=3)
    operate("workers", "drain", status=2)
    assert audited(operate)[-2:] == ["worker.drain gpu-1", "worker.resume gpu-1"]


def test_a_tenants_limits_hold_from_the_moment_they_are_set(fleet, operate):
    operate("tenants", "add", "shop", "--max-queued", "1")
    fleet.api_key = fleet.new_api_key("shop")["key"]
    fleet.submit(short_song())
    refused = fleet.api.post("/v1/jobs", short_song())
    assert refused.status == 429
    assert "Retry-After" in refused.headers
    limited = json.loads(operate("tenants", "set", "shop", "--max-queued", "none", "--weight", "3", "--json"))
    assert limited["max_queued"] is None and limited["weight"] == 3
    fleet.submit(short_song())
    assert "shop" in operate("tenants", "list")
    operate("tenants", "add", "shop", status=5)
    operate("tenants", "add", "no/name", status=2)
    operate("tenants", "set", "shop", "--weight", "0", status=2)
    operate("tenants", "set", "nobody", "--weight", "2", status=3)
    operate("tenants", "show", "nobody", status=3)
    assert audited(operate)[-1] == "tenant.limits shop"
