"""Fixtures: the embedded model, once; a fleet, or a server in the vendor's place, for each test."""
import pytest

from failover import KEY
from fleet import LONG_LEASE_MS, Fleet
from processes import run_program
from upstream import Upstream


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "tiny"
    made = run_program("musicfleet-worker", "init-tiny", folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def fleet(tmp_path, model):
    """A running coordinator without workers."""
    made = Fleet(tmp_path, model)
    made.start_coordinator()
    yield made
    made.close()


@pytest.fixture
def operate(fleet):
    """Runs a verb on the coordinator's machine, which needs its data folder and nothing else."""
    def run(*arguments, status=0):
        done = run_program("musicfleet", *arguments, "--data-dir", fleet.data)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout
    return run


@pytest.fixture
def patient_fleet(tmp_path, model):
    """A fleet whose leases outlast a restart of the coordinator, however long its workers take to come back."""
    made = Fleet(tmp_path, model)
    made.times["lease_ms"] = LONG_LEASE_MS
    made.start_coordinator()
    yield made
    made.close()


@pytest.fixture
def upstream():
    server = Upstream(keys=(KEY,))
    yield server
    server.close()
