"""The README's way to music: fetch, verify, run; its three lines as they are, against the local hub."""
import json
import re
from pathlib import Path

import pytest

from fetching import REPOSITORY, checkpoint
from hub_server import Hub
from processes import Process, run_program, wait_until

README = Path(__file__).parents[2] / "README.md"
PREFIX = "build/release/bin/musicfleet "


@pytest.fixture
def hub(model):
    made = Hub(REPOSITORY, checkpoint(model))
    yield made
    made.close()


def three_lines() -> list[list[str]]:
    """The arguments of the lines that fetch, verify and run, without their comments."""
    music = README.read_text(encoding="utf-8").split("## Make music")[1].split("\n## ")[0]
    lines = [line.split(" #")[0].strip() for line in re.search(r"```sh\n(.*?)```", music, re.DOTALL)[1].splitlines()]
    return [line.removeprefix(PREFIX).split() for line in lines if line.startswith(PREFIX)][:3]


def test_fetch_verify_and_run_give_a_song(hub, tmp_path, monkeypatch):
    fetch, verify, dev = three_lines()
    assert [fetch[:2], verify[:2], dev[:1]] == [["model", "fetch"], ["model", "verify"], ["dev"]]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    fetched = run_program("musicfleet", *fetch)
    assert fetched.returncode == 0, fetched.stderr
    verified = run_program("musicfleet", *verify)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "it loads" in verified.stdout
    fleet = Process("musicfleet", [*dev, "--http", "127.0.0.1:0"], tmp_path / "dev.log")
    try:
        ready = tmp_path / "musicfleet-dev/dev.json"
        wait_until(lambda: f"the fleet is ready; it said:\n{fleet.said()}",
                   lambda: ready.exists() or not fleet.is_running())
        song = run_program("musicfleet", "generate", "--prompt", "lo-fi chill", "--duration", "3", "--out", "song.wav", "--json")
        assert song.returncode == 0, song.stderr
        made = json.loads(song.stdout)
        assert made["model"] == "turbo" and (tmp_path / "song.wav").stat().st_size > 3 * 48_000 * 4
    finally:
        fleet.terminate()
    assert fleet.end() == 0, fleet.said()
