"""A fleet that buys songs from a server which speaks the vendor's contract, and what was written down about its money."""
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from fleet import Fleet
from upstream import Upstream

KEY = "sk_upstream"
PRICE_MICROS_A_MINUTE = 300_000
SONG_MICROS = PRICE_MICROS_A_MINUTE // 15  # of four seconds


def mp3_song(**fields) -> dict:
    """Four seconds in a format of which upstream's bytes are known."""
    return {"prompt": "a secret wish", "duration_seconds": 4, "steps": 1, "seed": 4711,
            "format": {"type": "mp3", "sample_rate": 44100, "bit_rate": 128}, **fields}


def buys_from(fleet: Fleet, upstream: Upstream, keys=(KEY,), more="", budget=""):
    """Writes the coordinator's configuration; the next start goes by it."""
    files = []
    for number, key in enumerate(keys):
        file = fleet.folder / f"elevenlabs-{number}.key"
        file.write_text(key + "\n", encoding="utf-8")
        file.chmod(0o600)
        files.append(str(file))
    fleet.more_config = "\n".join([
        "[elevenlabs]", "enabled = true", f'base_url = "{upstream.url}"', f"key_files = {json.dumps(files)}",
        f'prices = ["2026-01-01 * {PRICE_MICROS_A_MINUTE / 1e6:.2f} exact a test"]', more, "[budget]", budget])


class Books:
    """The database's account of what was bought."""

    def __init__(self, data: Path):
        self.file = data / "musicfleet.db"

    def rows(self, query: str) -> list[dict]:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query)]

    def purchases(self) -> list[dict]:
        return self.rows("SELECT * FROM purchases ORDER BY number")

    def states(self) -> list[str]:
        return [purchase["state"] for purchase in self.purchases()]

    def ledger(self) -> list[tuple[str, int]]:
        """Kind and amount of what has to do with purchases and sales."""
        return [(row["kind"], row["amount"])
                for row in self.rows("SELECT kind, amount FROM ledger ORDER BY number") if not row["kind"].startswith("fleet_")]


def story(fleet: Fleet, job_id: str) -> dict:
    told = fleet.musicfleet("jobs", "why", job_id, "--json")
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def metric(fleet: Fleet, name: str) -> float:
    """The value of one line of /metrics, labels and all."""
    for line in fleet.api.get("/metrics").body.decode().splitlines():
        if line.rpartition(" ")[0] == name:
            return float(line.rpartition(" ")[2])
    raise AssertionError(f"there is no metric {name}")
