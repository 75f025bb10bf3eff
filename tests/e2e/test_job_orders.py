"""What operators order of jobs, workers and tenants by the command line, and what comes of it in the fleet."""
import json

import pytest

from fleet import Fleet, endless_song, short_song
from processes import wait_until


@pytest.fixture
def fleet(tmp_path, model):
    """One that gives up on a job after its first failed attempt."""
    made = Fleet(tmp_path, model)
    made.times["max_attempts"] = 1
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
