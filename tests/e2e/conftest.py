"""Fixtures: the embedded model, once; a fleet for each test."""
import pytest

from fleet import Fleet
from processes import run_program


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
