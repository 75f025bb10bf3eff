"""`musicfleet` against real daemons."""
import hashlib
import json
import os
import signal
import stat
import subprocess

import pytest

from fleet import long_song
from http_api import HttpApi
from processes import Process, run_program, wait_until


@pytest.fixture
def dev(tmp_path):
    """Starts `musicfleet dev` in tmp_path/data; ready when it returns."""
    started = []

    def start(*arguments) -> Process:
        file = tmp_path / "data" / "dev.json"
        file.unlink(missing_ok=True)
        process = Process("musicfleet", ["dev", "--data", tmp_path / "data", "--http", "127.0.0.1:0", *arguments],
                          tmp_path / "dev.log")
        started.append(process)
        wait_until(lambda: "musicfleet dev is ready; it said:\n" + process.said(),
                   lambda: file.exists() or not process.is_running())
        assert process.is_running(), process.said()
        return process

    yield start
    for process in started:
        if process.is_running():
            process.stop()


def children_of(process: Process) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.popen.pid)], capture_output=True, text=True, check=True)
    return [int(pid) for pid in listed.stdout.split()]


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_dev_is_ready_to_make_songs_and_says_that_they_are_noise(dev, tmp_path):
    process = dev()
    file = tmp_path / "data" / "dev.json"
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert set(json.loads(file.read_text())) == {"url", "api_key", "admin_url", "admin_key"}
    wait_until("the greeting", lambda: "Ctrl-C ends it" in process.said())
    assert json.loads(file.read_text())["url"] in process.said()
    assert "NOISE" in process.said()

    out = tmp_path / "song.flac"
    made = run_program("musicfleet", "generate", "--prompt", "dark trap", "--duration", "3", "--out", out, "--json",
                       "--dev", tmp_path / "data")
    assert made.returncode == 0, made.stderr
    line = json.loads(made.stdout)
    assert line["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert line["worker"] == "worker-1"
    assert {"job", "seed", "file", "seconds", "realtime", "lufs", "true_peak_dbtp", "model"} <= set(line)


def test_dev_comes_back_on_the_same_folder_with_the_same_keys(dev, tmp_path):
    first = dev()
    before = json.loads((tmp_path / "data" / "dev.json").read_text())
    made = run_program("musicfleet", "generate", "--prompt", "x", "--duration", "3", "--out", tmp_path / "a.wav", "--json",
                       "--dev", tmp_path / "data")
    assert first.stop() == 0, first.said()
    dev("--workers", "2")
    after = json.loads((tmp_path / "data" / "dev.json").read_text())
    assert (after["api_key"], after["admin_key"]) == (before["api_key"], before["admin_key"])
    job = HttpApi(after["url"], after["api_key"]).get(f"/v1/jobs/{json.loads(made.stdout)['job']}")
    assert job.json["state"] == "succeeded"
    listed = run_program("musicfleet", "workers", "list", "--json", "--dev", tmp_path / "data").stdout
    assert [json.loads(line)["name"] for line in listed.splitlines()] == ["worker-1", "worker-2"]


def test_devs_children_die_with_it_and_a_dead_child_is_replaced(dev):
    process = dev()
    children = children_of(process)
    assert len(children) == 2
    os.kill(children[1], signal.SIGKILL)
    wait_until(lambda: "the death is reported; it said:\n" + process.said(), lambda: "signal 9" in process.said())
    wait_until("the child is replaced", lambda: len(children_of(process)) == 2)
    children = children_of(process)
    process.kill()
    wait_until("the children are gone", lambda: not any(is_alive(pid) for pid in children))


def test_dev_says_what_is_wrong_with_a_model(tmp_path):
    (tmp_path / "model").mkdir()
    failed = run_program("musicfleet", "dev", "--data", tmp_path / "data", "--http", "127.0.0.1:0", "--model", tmp_path / "model")
    assert failed.returncode == 1
    assert "worker-1" in failed.stderr
    assert str(tmp_path / "model") in failed.stderr
    assert not (tmp_path / "data" / "dev.json").exists()


def test_generate_survives_a_restart_of_the_coordinator(fleet, tmp_path):
    fleet.start_worker("worker-1")
    fleet.musicfleet("jobs", "list")  # writes dev.json
    out = tmp_path / "song.wav"
    song = long_song()
    process = Process("musicfleet", ["generate", "--prompt", song["prompt"], "--duration", str(song["duration_seconds"]), "--steps",
                                     str(song["steps"]), "--out", out, "--dev", fleet.folder], tmp_path / "generate.log")
    job_id = wait_until("the job is there", lambda: fleet.api.get("/v1/jobs").json["jobs"])[0]["id"]
    fleet.wait_mid_song(job_id)
    fleet.coordinator.kill()
    fleet.start_coordinator()
    assert process.end() == 0, process.said()
    assert hashlib.sha256(out.read_bytes()).hexdigest() == fleet.job(job_id)["audio"]["sha256"]


def test_ctrl_c_cancels_the_job_of_generate(fleet, tmp_path):
    fleet.start_worker("worker-1")
    fleet.musicfleet("jobs", "list")  # writes dev.json
    process = Process("musicfleet", ["generate", "--prompt", "x", "--duration", "600", "--steps", "200", "--out", tmp_path / "song.wav",
                                     "--dev", fleet.folder], tmp_path / "generate.log")
    job_id = wait_until("the job is there", lambda: fleet.api.get("/v1/jobs").json["jobs"])[0]["id"]
    fleet.wait_mid_song(job_id)
    process.popen.send_signal(signal.SIGINT)
    assert process.end() == 1
    assert fleet.job(job_id)["state"] == "cancelled"
    assert not (tmp_path / "song.wav").exists()


def test_exit_statuses_tell_what_kind_of_failure_it_was(fleet):
    assert fleet.musicfleet("jobs", "list").returncode == 0
    assert fleet.musicfleet("jobs", "list", "--state", "asleep").returncode == 2
    assert fleet.musicfleet("dance").returncode == 2
    assert fleet.musicfleet("jobs", "show", "job_nope").returncode == 3
    assert fleet.musicfleet("keys", "revoke", "nope").returncode == 3
    assert fleet.musicfleet("workers", "revoke", "nope").returncode == 3
    fleet.coordinator.kill()
    (fleet.data / "endpoints.json").unlink(missing_ok=True)
    unreachable = run_program("musicfleet", "jobs", "list", "--dev", fleet.folder)
    assert unreachable.returncode == 4
    assert fleet.endpoints["http_url"] in unreachable.stderr


def test_secrets_are_taken_from_files_only():
    help_text = run_program("musicfleet", "--help").stdout
    assert "--api-key-file" in help_text
    assert run_program("musicfleet", "jobs", "list", "--api-key", "mf_x").returncode == 2
