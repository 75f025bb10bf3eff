"""What clients were told, and whether it was true: every client's view, held against the database and the disk afterwards."""
import hashlib
import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

FINAL = {"succeeded", "failed", "cancelled"}
NEXT = {"queued": {"queued", "leased"} | FINAL, "leased": {"queued", "leased"} | FINAL}


class History:
    """Collects from many threads; check() when all of them have ended."""

    def __init__(self):
        self.lock = threading.Lock()
        self.accepted: dict[str, str] = {}  # idempotency key → job
        self.seen: dict[str, list[dict]] = {}  # job → its answers, in the order in which one client got them
        self.broken: list[str] = []

    def accept(self, key: str, job: dict):
        with self.lock:
            former = self.accepted.setdefault(key, job["id"])
            if former != job["id"]:
                self.broken.append(f"the key {key} made two jobs: {former} and {job['id']}")
        self.see(job)

    def see(self, job: dict):
        with self.lock:
            self.seen.setdefault(job["id"], []).append(job)

    def check(self, data: Path) -> list[str]:
        """Everything that is not as it was promised."""
        broken = list(self.broken)
        for job_id, answers in self.seen.items():
            broken += order_of_answers(job_id, answers)
        with closing(sqlite3.connect(f"file:{data / 'musicfleet.db'}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            broken += _database(database, set(self.accepted.values()), data / "audio")
        return broken


def order_of_answers(job_id: str, answers: list[dict]) -> list[str]:
    """What one client was told of one job, against itself."""
    broken = []
    for before, after in zip(answers, answers[1:]):
        if before["state"] in FINAL:
            if (before["state"], before["audio"]) != (after["state"], after["audio"]):
                broken.append(f"{job_id} was {before['state']}, then {after['state']}")
        elif after["state"] not in NEXT[before["state"]]:
            broken.append(f"{job_id} went from {before['state']} to {after['state']}")
        if after["epoch"] < before["epoch"]:
            broken.append(f"the epoch of {job_id} fell from {before['epoch']} to {after['epoch']}")
    return broken


def _database(database, accepted: set[str], audio_root: Path) -> list[str]:
    broken = []
    check = database.execute("PRAGMA integrity_check").fetchone()[0]
    if check != "ok":
        broken.append(f"the database: {check}")
    jobs = {row["id"]: row for row in database.execute("SELECT * FROM jobs")}
    broken += [f"{lost} was accepted and is not there" for lost in accepted - jobs.keys()]
    for job in jobs.values():
        attempts = database.execute("SELECT * FROM attempts WHERE job = ? ORDER BY epoch", (job["id"],)).fetchall()
        won = [attempt for attempt in attempts if attempt["outcome"] == "succeeded"]
        if job["state"] not in FINAL:
            broken.append(f"{job['id']} is still {job['state']}")
        if len(won) != (job["state"] == "succeeded"):
            broken.append(f"{job['id']} is {job['state']} with {len(won)} successful attempts")
        if any(attempt["outcome"] is None for attempt in attempts):
            broken.append(f"{job['id']} is over, and an attempt of it is not")
        if [attempt["epoch"] for attempt in attempts] != list(range(1, job["epoch"] + 1)):
            broken.append(f"{job['id']} has epochs {[attempt['epoch'] for attempt in attempts]} of {job['epoch']}")
        if job["state"] == "succeeded":
            audio = json.loads(job["audio"])
            file = audio_root / audio["object"]
            if not file.exists():
                broken.append(f"the song of {job['id']} is not on the disk: {audio['object']}")
            elif hashlib.sha256(file.read_bytes()).hexdigest() != audio["sha256"]:
                broken.append(f"the song of {job['id']} is not the one that was accepted")
    return broken
