"""Jobs that nobody wants any more."""
from fleet import endless_song, short_song


def test_a_queued_job_is_cancelled_at_once_and_never_made(fleet):
    job_id = fleet.submit(short_song())
    answer = fleet.api.delete(f"/v1/jobs/{job_id}")
    assert (answer.status, answer.json["state"]) == (200, "cancelled")
    fleet.start_worker("worker-1")
    fleet.wait_ended(fleet.submit(short_song()))  # later than the cancelled one
    job = fleet.job(job_id)
    assert (job["state"], job["attempts"], job["audio"]) == ("cancelled", 0, None)


def test_a_running_job_stops_between_two_steps_and_its_worker_goes_on(fleet):
    fleet.start_worker("worker-1")
    job_id = fleet.submit(endless_song())
    fleet.wait_mid_song(job_id)
    answer = fleet.api.delete(f"/v1/jobs/{job_id}")
    assert answer.status == 202
    assert answer.json["cancel_requested"]
    job = fleet.wait_ended(job_id, "cancelled")
    assert job["audio"] is None
    assert fleet.api.get(f"/v1/jobs/{job_id}/audio").status == 409
    fleet.wait_ended(fleet.submit(short_song()))


def test_a_finished_job_cannot_be_cancelled(fleet):
    fleet.start_worker("worker-1")
    job = fleet.wait_ended(fleet.submit(short_song()))
    assert fleet.api.delete(f"/v1/jobs/{job['id']}").status == 409
    assert fleet.job(job["id"]) == job
