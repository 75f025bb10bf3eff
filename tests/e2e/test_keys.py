"""Keys of clients and operators: what they may do, until when, and how they are replaced."""
import json
import os
import stat

from fleet import short_song
from http_api import HttpApi
from processes import run_program, wait_until


def make_key(fleet, **wanted) -> dict:
    made = fleet.admin.post("/admin/v1/keys", wanted)
    assert made.status == 201, made.body
    return made.json


def test_a_key_does_what_its_scopes_say_and_no_more(fleet):
    reader = HttpApi(fleet.api.url, make_key(fleet, scopes=["jobs:read"])["key"])
    writer = HttpApi(fleet.api.url, make_key(fleet, scopes=["jobs:write"])["key"])
    refused = reader.post("/v1/jobs", short_song())
    assert (refused.status, refused.error["code"]) == (403, "forbidden")
    assert "jobs:write" in refused.error["message"]
    assert fleet.job_count() == 0
    ordered = writer.post("/v1/jobs", short_song())
    assert ordered.status == 202
    job = f"/v1/jobs/{ordered.json['id']}"
    assert reader.get(job).status == 200
    for path in (job, f"{job}/audio", f"{job}/events", "/v1/jobs"):
        assert writer.get(path).status == 403, path
    assert reader.delete(job).status == 403
    assert writer.delete(job).status == 200


def test_a_replaced_key_counts_until_its_overlap_is_over(fleet):
    old = make_key(fleet, label="gateway")
    rotated = fleet.musicfleet("keys", "rotate", old["id"], "--overlap", "2s", "--json")
    assert rotated.returncode == 0, rotated.stderr
    new = json.loads(rotated.stdout)
    assert (new["label"], new["expires_at"]) == ("gateway", None)
    assert HttpApi(fleet.api.url, new["key"]).get("/v1/jobs").status == 200
    refused = wait_until("the old key ends", lambda: next(
        (answer for answer in [HttpApi(fleet.api.url, old["key"]).get("/v1/jobs")] if answer.status != 200), None))
    assert refused.status == 401
    assert "has expired" in refused.error["message"]
    fleet.coordinator.stop()
    fleet.start_coordinator()
    assert HttpApi(fleet.api.url, old["key"]).get("/v1/jobs").status == 401
    assert HttpApi(fleet.api.url, new["key"]).get("/v1/jobs").status == 200
    listed = {key["id"]: key for key in fleet.admin.get("/admin/v1/keys").json["keys"]}
    assert listed[old["id"]]["successor"] == new["id"]
    assert listed[old["id"]]["expired"] and not listed[new["id"]]["expired"]
    assert listed[new["id"]]["last_used_at"]


def test_operators_have_names_and_some_may_only_look(fleet, tmp_path):
    for name, scopes in (("anna", "admin:read,admin:write"), ("otto", "admin:read")):
        made = fleet.musicfleet("keys", "add", "--operator", name, "--scopes", scopes, "--key-file", tmp_path / name)
        assert (made.returncode, made.stdout) == (0, ""), made.stderr
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600

    def operate(name, *arguments):
        return run_program("musicfleet", *arguments, "--admin-url", fleet.admin.url, "--admin-key-file", tmp_path / name)

    looked = operate("otto", "keys", "list", "--json")
    assert looked.returncode == 0, looked.stderr
    ids = {key["operator"]: key["id"] for key in map(json.loads, looked.stdout.splitlines())}
    refused = operate("otto", "keys", "revoke", ids["anna"])
    assert refused.returncode == 5
    assert "admin:write" in refused.stderr
    assert operate("otto", "intake", "pause").returncode == 5
    assert not fleet.admin.get("/admin/v1/intake").json["paused"]

    done = operate("anna", "keys", "revoke", ids["otto"])
    assert done.returncode == 0, done.stderr
    assert operate("otto", "keys", "list").returncode == 5
    first = fleet.admin.get("/admin/v1/audit").json["entries"][0]
    assert (first["actor"], first["action"], first["target"]) == ("anna", "admin_key.revoke", ids["otto"])
    assert HttpApi(fleet.api.url, (tmp_path / "anna").read_text().strip()).get("/v1/jobs").status == 401


def test_a_key_in_a_file_that_others_can_read_is_not_used(fleet, tmp_path):
    key = tmp_path / "api.key"
    made = fleet.musicfleet("keys", "add", "--key-file", key)
    assert made.returncode == 0, made.stderr
    listing = ("jobs", "list", "--url", fleet.api.url, "--api-key-file", key)
    assert run_program("musicfleet", *listing).returncode == 0
    os.chmod(key, 0o644)
    refused = run_program("musicfleet", *listing)
    assert refused.returncode == 5
    assert f"chmod 600 {key}" in refused.stderr


def test_the_coordinator_leaves_no_core_dump(fleet):
    with open(f"/proc/{fleet.coordinator.popen.pid}/limits", encoding="utf-8") as limits:
        line = next(line for line in limits if line.startswith("Max core file size"))
    assert line.split()[4] == "0"
