"""Backups by the command line: taken while songs are made, checked, put back while nothing runs."""
import json
import shutil

from fleet import short_song
from processes import run_program


def restore(fleet, *arguments, status=0):
    done = run_program("musicfleet", "restore", *arguments, "--data-dir", fleet.data)
    assert done.returncode == status, done.stdout + done.stderr
    return done


def test_what_was_backed_up_comes_back_and_what_came_later_is_gone(fleet, operate):
    fleet.start_worker("gpu-1")
    kept = fleet.submit(short_song())
    fleet.wait_ended(kept)
    backup = json.loads(operate("backup", "monday", "--json"))
    assert backup["jobs"] == 1 and backup["songs"] == 1
    later = fleet.submit(short_song())
    fleet.wait_ended(later)
    operate("backup", "monday", status=5)
    operate("backup", "../monday", status=2)

    assert "is sound" in restore(fleet, backup["folder"], "--check").stdout
    assert "is running" in restore(fleet, backup["folder"], "--yes", status=5).stderr
    for process in reversed(fleet.processes):
        process.stop()
    assert "--yes" in restore(fleet, backup["folder"], status=2).stderr
    restore(fleet, backup["folder"], "--yes")
    fleet.start_coordinator()
    assert fleet.audio(kept)
    assert fleet.api.get(f"/v1/jobs/{later}").status == 404
    assert "database.restore" in operate("audit", "list")
    operate("audit", "verify")


def test_a_damaged_backup_is_not_put_back(fleet, operate, tmp_path):
    folder = json.loads(operate("backup", "--json"))["folder"]
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    with open(damaged / "musicfleet.db", "r+b") as file:
        file.seek(5000)
        file.write(b"\0garbage")
    fleet.coordinator.stop()
    before = (fleet.data / "musicfleet.db").read_bytes()
    assert "is not the file that its manifest describes" in restore(fleet, damaged, "--yes", status=1).stderr
    assert (fleet.data / "musicfleet.db").read_bytes() == before
    restore(fleet, tmp_path / "none", "--yes", status=3)


def test_a_backup_goes_where_the_configuration_says(fleet, operate, tmp_path):
    fleet.coordinator.stop()
    fleet.times["backup_dir"] = f'"{tmp_path / "elsewhere"}"'
    fleet.start_coordinator()
    folder = json.loads(operate("backup", "--json"))["folder"]
    assert folder.startswith(str(tmp_path / "elsewhere") + "/")
    restore(fleet, folder, "--check")
