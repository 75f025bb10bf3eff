"""Databases of other versions of the software."""
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fleet import Fleet, short_song

MIGRATIONS = sorted((Path(__file__).parents[2] / "schema").glob("[0-9][0-9][0-9]_*.sql"))


def version_of(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def set_version(database: Path, version: int):
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


@pytest.fixture
def stopped(tmp_path, model):
    """A fleet that has not been started yet."""
    made = Fleet(tmp_path, model)
    made.data.mkdir(mode=0o700)
    yield made
    made.close()


@pytest.mark.parametrize("version", range(len(MIGRATIONS)))
def test_a_database_of_an_older_version_is_brought_up_to_date(stopped, version):
    database = stopped.data / "musicfleet.db"
    with closing(sqlite3.connect(database)) as connection:
        for migration in MIGRATIONS[:version]:
            connection.executescript(migration.read_text(encoding="utf-8"))
    set_version(database, version)
    stopped.start_coordinator()
    job_id = stopped.submit(short_song())
    stopped.coordinator.stop()
    assert version_of(database) == len(MIGRATIONS)
    stopped.start_coordinator()
    assert stopped.job(job_id)["state"] == "queued"


def test_a_database_of_a_newer_version_is_refused_and_left_alone(fleet):
    job_id = fleet.submit(short_song())
    fleet.coordinator.stop()
    database = fleet.data / "musicfleet.db"
    set_version(database, len(MIGRATIONS) + 1)
    before = database.read_bytes()
    coordinator = fleet.launch_coordinator()
    assert coordinator.end() == 1
    assert "newer" in coordinator.said()
    assert database.read_bytes() == before
    set_version(database, len(MIGRATIONS))
    fleet.start_coordinator()
    assert fleet.job(job_id)["state"] == "queued"


def test_two_coordinators_never_share_a_folder(fleet):
    first = fleet.coordinator
    fleet.addresses = {name: "127.0.0.1:0" for name in fleet.addresses}
    endpoints = fleet.data / "endpoints.json"
    kept = endpoints.read_bytes()
    second = fleet.launch_coordinator()
    assert second.end() == 1
    assert str(fleet.data) in second.said()
    assert first.is_running()
    endpoints.write_bytes(kept)
    fleet.submit(short_song())
