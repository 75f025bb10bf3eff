"""The operators' verbs against real daemons: what an operator types, and what comes of it."""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios

import pytest

from fleet import short_song
from processes import PROGRAMS, run_program, wait_until


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, arguments, columns=100, rows=30, environment=None):
        self.master, slave = pty.openpty()
        self.slave = slave
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.text = b""

        def own_terminal():
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(arguments, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                                        preexec_fn=own_terminal, env=environment)

    def resize(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text: str):
        os.write(self.master, text.encode())

    def read(self):
        while select.select([self.master], [], [], 0)[0]:
            self.text += os.read(self.master, 65536)
        return self.text

    def wait_for(self, what: str, start=0):
        wait_until(lambda: f"the terminal shows {what!r}; it has {self.text!r}",
                   lambda: what.encode() in self.read()[start:])

    def end(self) -> int:
        wait_until(lambda: f"it ends; {self.text!r}", lambda: self.read() is None or self.process.poll() is not None)
        self.read()
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


def test_why_tells_the_story_of_a_song(fleet, operate):
    fleet.start_worker("gpu-1")
    job = fleet.submit(short_song())
    fleet.wait_ended(job)
    told = operate("jobs", "why", job)
    assert f"{job} has succeeded" in told
    for kind in ("submitted", "leased", "attempt_ended", "succeeded"):
        assert kind in told
    assert "to gpu-1" in told
    story = json.loads(operate("jobs", "why", job, "--json"))
    assert [attempt["outcome"] for attempt in story["attempts"]] == ["succeeded"]
    operate("jobs", "why", "job_nobody", status=3)


def test_a_job_that_nobody_can_take_says_what_it_waits_for(fleet, operate):
    job = fleet.submit(short_song())
    told = operate("jobs", "why", job)
    assert f"{job} is queued" in told
    assert "waits for" in told


def test_a_paused_intake_refuses_new_jobs_also_after_a_restart_and_what_is_queued_goes_on(fleet, operate):
    queued = fleet.submit(short_song())
    assert "new disk" in operate("intake", "pause", "--reason", "new disk")
    fleet.coordinator.stop()
    fleet.start_coordinator()
    refused = fleet.api.post("/v1/jobs", short_song())
    assert refused.status == 503
    assert refused.headers["Retry-After"] == "30"
    assert refused.error["code"] == "intake_paused"
    fleet.start_worker("gpu-1")
    fleet.wait_ended(queued)
    operate("intake", "resume")
    fleet.wait_ended(fleet.submit(short_song()))


def test_top_prints_one_picture_for_scripts(fleet, operate):
    fleet.submit(short_song())
    picture = operate("top", "--once")
    assert "1 queued, 0 with workers; intake open; store ok" in picture
    overview = json.loads(operate("top", "--json"))
    assert overview["tenants"] == [{"tenant": "default", "queued": 1, "leased": 0}]
    assert overview["store"]["commit_ms"] > 0


@pytest.mark.parametrize("leave", ["q", "interrupt"])
def test_top_is_live_follows_the_size_and_gives_the_terminal_back(fleet, leave):
    terminal = Terminal([PROGRAMS / "musicfleet", "top", "--interval", "0.1", "--data-dir", fleet.data])
    try:
        terminal.wait_for("\x1b[?1049h")
        terminal.wait_for("0 queued")
        assert not termios.tcgetattr(terminal.slave)[3] & termios.ECHO
        fleet.submit(short_song())
        terminal.wait_for("1 queued")
        seen = len(terminal.read())
        terminal.resize(30, 5)
        terminal.wait_for("…", seen)
        if leave == "q":
            terminal.type("q")
        else:
            terminal.process.send_signal(signal.SIGINT)
        assert terminal.end() == 0
        assert terminal.text.endswith(b"\x1b[?25h\x1b[?1049l")
        assert termios.tcgetattr(terminal.slave) == terminal.before
    finally:
        terminal.close()


def test_bash_completes_verbs_options_and_files(tmp_path):
    (tmp_path / "only-file.toml").write_text("", encoding="utf-8")
    environment = {"PATH": f"{PROGRAMS}:{os.environ['PATH']}", "TERM": "dumb", "PS1": "$ ", "HOME": str(tmp_path)}
    terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], environment=environment)
    try:
        terminal.type(f"cd {tmp_path}; source <(musicfleet completion bash); bind 'set bell-style none'; echo rea''dy\n")
        terminal.wait_for("ready")
        for typed, completed in (("musicfleet jobs wh\t", "musicfleet jobs why "),
                                 ("musicfleet int\tpau\t--rea\t", "musicfleet intake pause --reason "),
                                 ("musicfleet --data-dir /tmp wor\t", "musicfleet --data-dir /tmp workers "),
                                 ("musicfleet config check onl\t", "musicfleet config check only-file.toml ")):
            start = len(terminal.read())
            terminal.type(typed)
            terminal.wait_for(completed, start)
            terminal.type("\x15")
    finally:
        terminal.close()


def test_config_check_names_file_line_and_setting_and_starts_nothing(fleet, tmp_path):
    good = run_program("musicfleet", "config", "check", fleet.folder / "coordinator.toml")
    assert good.returncode == 0, good.stdout + good.stderr
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(f'data_dir = "{tmp_path / "none"}"\nlease_ms = "long"\n', encoding="utf-8")
    bad = run_program("musicfleet", "config", "check", wrong)
    assert bad.returncode == 2
    assert f"{wrong}:2: lease_ms" in bad.stdout
    assert not (tmp_path / "none").exists()
    worker = tmp_path / "worker.toml"
    worker.write_text('coordinator = "tcp://127.0.0.1:7000"\nslots = 0\n', encoding="utf-8")
    bad = run_program("musicfleet", "config", "check", worker)
    assert bad.returncode == 2
    assert "slots" in bad.stdout or "server_key" in bad.stdout


def test_each_way_to_fail_has_its_exit_status_and_says_what_to_do(fleet, operate, tmp_path):
    operate("workers", "show", "nobody", status=3)
    operate("jobs", "list", "--admin", "--state", "asleep", status=2)
    (tmp_path / "wrong.key").write_text("nonsense", encoding="utf-8")
    (tmp_path / "wrong.key").chmod(0o600)
    refused = run_program("musicfleet", "workers", "list", "--admin-url", fleet.endpoints["admin_url"],
                          "--admin-key-file", tmp_path / "wrong.key")
    assert refused.returncode == 5
    fleet.coordinator.stop()
    down = run_program("musicfleet", "workers", "list", "--data-dir", fleet.data)
    assert down.returncode == 4
    assert "no coordinator runs on" in down.stderr
    silent = run_program("musicfleet", "workers", "list", "--admin-url", fleet.endpoints["admin_url"],
                         "--admin-key-file", tmp_path / "wrong.key")
    assert silent.returncode == 4
    assert fleet.endpoints["admin_url"] in silent.stderr
    assert "does the coordinator run there?" in silent.stderr
