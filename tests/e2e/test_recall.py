"""A job in hand is taken back where another worker has nothing to do."""
import json

from fleet import endless_song, short_song


def test_a_job_in_hand_behind_a_long_song_goes_to_a_worker_that_joins(patient_fleet):
    fleet = patient_fleet
    fleet.start_worker("worker-1", slots=2)
    fleet.wait_ended(fleet.submit(short_song()))  # its speed is known now
    long = fleet.submit(endless_song())
    fleet.wait_mid_song(long)
    in_hand = fleet.submit(short_song())
    fleet.wait_for(in_hand, lambda job: job["state"] == "leased", "the job is in hand")
    fleet.start_worker("worker-2")
    job = fleet.wait_ended(in_hand)
    assert (job["worker"], job["epoch"], job["attempts"]) == ("worker-2", 2, 1)
    assert fleet.job(long)["state"] == "leased", "the long song goes on where it was"
    told = fleet.musicfleet("jobs", "why", in_hand, "--json")
    assert told.returncode == 0, told.stderr
    events = {event["kind"]: event["detail"] for event in json.loads(told.stdout)["events"]}
    assert events["recalled"]["reason"] == "idle_worker"
    assert events["recalled"]["idle_worker"] == "worker-2"
    assert events["recalled"]["done_there_ms"] < events["recalled"]["done_here_ms"]
    assert events["returned"]["worker"] == "worker-1"
