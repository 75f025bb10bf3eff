"""Who may do what."""
from fleet import long_song, short_song
from http_api import HttpApi
from processes import wait_until


def test_a_revoked_api_key_is_refused_from_then_on(fleet):
    key = fleet.new_api_key()
    api = HttpApi(fleet.api.url, key["key"])
    assert api.get("/v1/jobs").status == 200
    assert fleet.admin.delete(f"/admin/v1/keys/{key['id']}").status == 204
    for answer in (api.get("/v1/jobs"), api.post("/v1/jobs", short_song())):
        assert answer.status == 401
        assert answer.error["code"] == "unauthenticated"
    fleet.coordinator.stop()
    fleet.start_coordinator()
    assert HttpApi(fleet.api.url, key["key"]).get("/v1/jobs").status == 401
    assert fleet.job_count() == 0


def test_without_a_good_key_nothing_is_shown(fleet):
    good = fleet.api_key
    for key in (None, "", "mf_", good[:-1], good + "x", good.swapcase(), fleet.admin.key):
        answer = HttpApi(fleet.api.url, key).get("/v1/jobs")
        assert (answer.status, answer.error["code"]) == (401, "unauthenticated"), key
    for key in (None, good):
        assert HttpApi(fleet.admin.url, key).get("/admin/v1/keys").status == 401


def test_a_tenant_sees_its_own_jobs_only(fleet):
    job_id = fleet.submit(short_song())
    fleet.add_tenant("other")
    other = HttpApi(fleet.api.url, fleet.new_api_key(tenant="other")["key"])
    assert other.get("/v1/jobs").json["jobs"] == []
    assert other.get(f"/v1/jobs/{job_id}").status == 404
    assert other.delete(f"/v1/jobs/{job_id}").status == 404
    assert fleet.job(job_id)["state"] == "queued"


def test_a_worker_gets_no_job_until_its_key_is_listed(fleet):
    public_key = fleet.make_key("stranger")
    stranger = fleet.launch_worker("stranger")
    job_id = fleet.submit(short_song())
    wait_until(lambda: "the stranger gives up its first try; it said:\n" + stranger.said(),
               lambda: "does not accept this worker's key" in stranger.said())
    assert fleet.admin.get("/admin/v1/workers").json["workers"] == []
    assert fleet.job(job_id)["attempts"] == 0
    fleet.let_in("stranger", public_key)
    assert fleet.wait_ended(job_id)["worker"] == "stranger"


def test_a_revoked_worker_loses_its_song_to_another(fleet):
    fleet.start_worker("worker-1")
    job_id = fleet.submit(long_song())
    fleet.wait_mid_song(job_id)
    assert fleet.admin.delete("/admin/v1/workers/worker-1").status == 204
    fleet.wait_for(job_id, lambda job: job["state"] == "queued", "the revoked worker's lease is over")
    fleet.start_worker("worker-2")
    job = fleet.wait_ended(job_id)
    assert (job["worker"], job["epoch"]) == ("worker-2", 2)
    assert not fleet.worker("worker-1")["connected"]
