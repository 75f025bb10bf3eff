"""Keys are changed while songs are made, and stay where they belong."""
import os

from fleet import LONG_LEASE_MS, long_song, short_song
from processes import run_program


def secret_of(key_file) -> str:
    """The secret half in a CURVE key file: its only line that is no comment."""
    return next(line for line in key_file.read_text(encoding="utf-8").splitlines() if not line.startswith("# "))


def connected_key(fleet, name: str) -> str | None:
    keys = fleet.admin.get(f"/admin/v1/workers/{name}/keys").json["keys"]
    return next((key["public_key"] for key in keys if key["connected"]), None)


def test_a_worker_moves_to_a_new_key_and_no_song_fails(fleet):
    worker = fleet.start_worker("worker-1")
    old_key = fleet.worker("worker-1")["public_key"]
    first = fleet.submit(long_song())
    fleet.wait_mid_song(first)
    waiting = fleet.submit(short_song())

    made = run_program("musicfleet-worker", "keygen", fleet.folder / "worker-1" / "next.key")
    new_key = made.stdout.strip()
    rotated = fleet.musicfleet("workers", "rotate", "worker-1", new_key, "--overlap", "1h")
    assert rotated.returncode == 0, rotated.stderr
    assert worker.stop() == 0  # finishes its song first
    os.replace(fleet.folder / "worker-1" / "next.key", fleet.folder / "worker-1" / "worker.key")
    fleet.launch_worker("worker-1")
    for job_id in (first, waiting):
        assert fleet.wait_ended(job_id)["attempts"] == 1
    assert connected_key(fleet, "worker-1") == new_key

    revoked = fleet.musicfleet("workers", "revoke", "worker-1", "--key", old_key)
    assert revoked.returncode == 0, revoked.stderr
    assert fleet.wait_ended(fleet.submit(short_song()))["worker"] == "worker-1"
    actions = [entry["action"] for entry in fleet.admin.get("/admin/v1/audit").json["entries"]]
    assert actions[:2] == ["worker_key.revoke", "worker_key.add"]
    verified = fleet.musicfleet("audit", "verify")
    assert verified.returncode == 0, verified.stderr


def test_the_coordinator_moves_to_a_new_key_and_no_song_fails(fleet):
    fleet.coordinator.stop()
    fleet.times["lease_ms"] = LONG_LEASE_MS
    fleet.start_coordinator()
    old_worker = fleet.start_worker("worker-1")
    song = fleet.submit(long_song())
    fleet.wait_mid_song(song)

    # A second address with the new key, beside the first.
    fleet.coordinator.stop()
    fleet.next_fleet = "127.0.0.1:0"
    fleet.start_coordinator()
    old = dict(fleet.endpoints)
    fleet.endpoints.update(fleet_endpoint=old["fleet_next_endpoint"], fleet_public_key=old["fleet_next_public_key"])
    fleet.start_worker("worker-2")
    assert fleet.wait_ended(song)["attempts"] == 1
    both = [fleet.submit(long_song(seed=seed)) for seed in (1, 2)]
    assert {fleet.wait_ended(job_id)["worker"] for job_id in both} == {"worker-1", "worker-2"}

    # Every worker that is to stay has moved: the old address and its key end.
    moved = fleet.submit(long_song())
    assert old_worker.stop() == 0
    fleet.coordinator.stop()
    os.replace(fleet.data / "fleet-next.key", fleet.data / "fleet.key")
    fleet.next_fleet = None
    fleet.addresses["fleet"] = old["fleet_next_endpoint"].removeprefix("tcp://")
    fleet.start_coordinator()
    assert fleet.endpoints["fleet_public_key"] == old["fleet_next_public_key"]
    assert fleet.wait_ended(moved)["attempts"] == 1


def test_no_secret_is_in_a_log_a_command_line_or_an_environment(fleet):
    worker = fleet.start_worker("worker-1")
    fleet.audio(fleet.wait_ended(fleet.submit(short_song()))["id"])
    listed = fleet.musicfleet("keys", "list")
    secrets = {"admin.key": fleet.admin.key, "API key": fleet.api_key,
               "worker.key": secret_of(fleet.folder / "worker-1" / "worker.key"),
               "fleet.key": secret_of(fleet.data / "fleet.key")}
    places = {str(log): log.read_bytes() for log in fleet.folder.glob("*.log")}
    assert len(places) == 2
    places["keys list"] = (listed.stdout + listed.stderr).encode()
    for process in (fleet.coordinator, worker):
        for file in ("cmdline", "environ"):
            with open(f"/proc/{process.popen.pid}/{file}", "rb") as opened:
                places[f"{process.name} {file}"] = opened.read()
    for what, secret in secrets.items():
        assert len(secret) >= 40
        for place, text in places.items():
            assert secret.encode() not in text, f"{what} is in {place}"


def test_a_key_file_that_others_can_read_is_refused_by_its_name(fleet):
    fleet.coordinator.stop()
    for name in ("fleet.key", "admin.key"):
        os.chmod(fleet.data / name, 0o640)
        refused = fleet.launch_coordinator()
        assert refused.end() == 1
        assert name in refused.said() and "chmod 600" in refused.said()
        os.chmod(fleet.data / name, 0o600)
    fleet.make_key("worker-1")
    os.chmod(fleet.folder / "worker-1" / "worker.key", 0o604)
    worker = fleet.launch_worker("worker-1")
    assert worker.end() == 1
    assert "worker.key" in worker.said()
    fleet.start_coordinator()
