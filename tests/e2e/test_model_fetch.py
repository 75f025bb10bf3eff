"""`musicfleet model fetch`: what it downloads, what it leaves, and what a second time does."""
import hashlib
import json

import pytest

from fetching import NOT_NEEDED, REPOSITORY, TRANSFORMER, checkpoint, contents, fetch, manifest, needed, start_fetch
from hub_server import Hub
from processes import run_program, wait_until


@pytest.fixture
def hub(model):
    made = Hub(REPOSITORY, checkpoint(model))
    yield made
    made.close()


def test_the_folder_holds_what_the_engine_needs_and_says_where_it_is_from(hub, tmp_path):
    done = fetch(hub, tmp_path / "turbo")
    assert done.returncode == 0, done.stderr
    files = needed(hub.commits[hub.revisions["main"]])
    assert contents(tmp_path / "turbo") == files
    written = manifest(tmp_path / "turbo")
    assert (written["repository"], written["revision"], written["commit"]) == (REPOSITORY, "main", hub.revisions["main"])
    assert {f["path"]: (f["size"], f["sha256"]) for f in written["files"]} == {
        path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in files.items()}
    assert not (tmp_path / "turbo/.musicfleet-fetch").exists()
    for path in NOT_NEEDED:
        assert f"not needed: {path}" in done.stderr
        assert not hub.downloads(path)
    assert "100 %" in done.stderr
    assert hub.revisions["main"] in done.stdout


def test_a_short_name_is_enough(hub, tmp_path):
    done = fetch(hub, tmp_path / "turbo", repository="turbo")
    assert done.returncode == 0, done.stderr
    assert manifest(tmp_path / "turbo")["repository"] == REPOSITORY


def test_a_mirror_is_named_once_in_the_environment(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    done = run_program("musicfleet", "model", "fetch", "turbo", tmp_path / "turbo")
    assert done.returncode == 0, done.stderr


def test_a_second_fetch_downloads_nothing(hub, tmp_path):
    assert fetch(hub, tmp_path).returncode == 0
    before = contents(tmp_path)
    hub.requests.clear()
    again = fetch(hub, tmp_path)
    assert again.returncode == 0, again.stderr
    assert "was already complete" in again.stdout
    assert len(hub.requests) == 1  # which commit "main" is
    assert contents(tmp_path) == before
    by_commit = fetch(hub, tmp_path, "--revision", hub.revisions["main"])
    assert by_commit.returncode == 0 and len(hub.requests) == 1


def test_a_file_that_is_gone_or_cut_short_is_fetched_again_and_no_other(hub, tmp_path):
    assert fetch(hub, tmp_path).returncode == 0
    (tmp_path / "vae/config.json").unlink()
    with open(tmp_path / TRANSFORMER, "r+b") as weights:
        weights.truncate(100)
    hub.requests.clear()
    assert fetch(hub, tmp_path).returncode == 0
    assert {r.path for r in hub.downloads()} == {"vae/config.json", TRANSFORMER}
    assert contents(tmp_path) == needed(hub.commits[hub.revisions["main"]])


def test_files_that_are_there_without_a_manifest_are_kept_if_they_are_right(hub, tmp_path):
    files = needed(hub.commits[hub.revisions["main"]])
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    wrong = bytearray(files[TRANSFORMER])
    wrong[-1] ^= 1
    (tmp_path / TRANSFORMER).write_bytes(wrong)
    assert fetch(hub, tmp_path).returncode == 0
    assert {r.path for r in hub.downloads()} == {TRANSFORMER}
    assert contents(tmp_path) == files


def test_another_revision_brings_what_changed_and_takes_away_what_is_gone(hub, tmp_path):
    files = dict(hub.commits[hub.revisions["main"]])
    first = hub.commit(files | {"tokenizer/added.json": b"{}"})
    assert fetch(hub, tmp_path).returncode == 0
    changed = files[TRANSFORMER][:-4] + b"abcd"
    hub.commit(files | {TRANSFORMER: changed})
    hub.requests.clear()
    assert fetch(hub, tmp_path).returncode == 0
    assert {r.path for r in hub.downloads()} == {TRANSFORMER}
    assert contents(tmp_path) == needed(files) | {TRANSFORMER: changed}
    assert fetch(hub, tmp_path, "--revision", first).returncode == 0
    assert contents(tmp_path)[TRANSFORMER] == files[TRANSFORMER]


def test_a_long_list_of_files_is_read_to_its_end(hub, tmp_path):
    hub.page_size = 3
    done = fetch(hub, tmp_path)
    assert done.returncode == 0, done.stderr
    assert sum("/tree/" in r.path for r in hub.requests) > 3
    assert contents(tmp_path) == needed(hub.commits[hub.revisions["main"]])


def test_the_token_goes_to_the_hub_and_to_nobody_else(hub, tmp_path):
    hub.token = "hf_secret"
    (tmp_path / "token").write_text("hf_secret\n", encoding="utf-8")
    (tmp_path / "token").chmod(0o600)
    done = fetch(hub, tmp_path / "model", "--token-file", tmp_path / "token")
    assert done.returncode == 0, done.stderr
    assert {r.headers.get("Authorization") for r in hub.requests if r.server == "hub"} == {"Bearer hf_secret"}
    large = hub.downloads(server="cdn")
    assert large and all("Authorization" not in r.headers for r in large)
    assert "hf_secret" not in done.stdout + done.stderr


def test_a_token_is_not_sent_unencrypted_to_another_machine(tmp_path):
    (tmp_path / "token").write_text("hf_secret", encoding="utf-8")
    (tmp_path / "token").chmod(0o600)
    done = run_program("musicfleet", "model", "fetch", "turbo", tmp_path / "model", "--endpoint", "http://hub.invalid",
                       "--token-file", tmp_path / "token")
    assert done.returncode == 2
    assert "https" in done.stderr


@pytest.mark.parametrize("prepare, status, words", [
    (lambda hub: setattr(hub, "token", "hf_other"), 5, "--token-file"),
    (lambda hub: setattr(hub, "gated", True), 5, "gated: accept its conditions"),
    (lambda hub: setattr(hub, "repository", "some/other"), 3, "the hub has no Runware"),
    (lambda hub: hub.revisions.clear(), 3, "no such revision"),
    (lambda hub: hub.commit({"model.safetensors": b"x"}), 2, "missing: model_index.json"),
])
def test_a_refusal_says_what_to_do(hub, tmp_path, prepare, status, words):
    prepare(hub)
    done = fetch(hub, tmp_path)
    assert done.returncode == status, done.stderr
    assert words in done.stderr
    assert contents(tmp_path) == {}


def test_two_fetches_do_not_work_in_one_folder(hub, tmp_path):
    hub.trouble_with(TRANSFORMER, hold_after=10_000)
    first = start_fetch(hub, tmp_path / "model", tmp_path / "first.log")
    wait_until("the first is under way", hub.holding.is_set)
    second = fetch(hub, tmp_path / "model")
    assert second.returncode == 5
    assert "another fetch" in second.stderr
    hub.release()
    assert first.end() == 0, first.said()
    assert contents(tmp_path / "model") == needed(hub.commits[hub.revisions["main"]])


def test_the_published_names_are_listed_with_what_is_recommended(tmp_path):
    listed = run_program("musicfleet", "model", "list", "--json")
    models = {model["name"]: model for model in map(json.loads, listed.stdout.splitlines())}
    assert set(models) == {"turbo", "base", "sft", "xl-turbo", "xl-base", "xl-sft"}
    assert (models["xl-turbo"]["steps"], models["xl-turbo"]["shift"], models["xl-turbo"]["guidance"]) == (8, 3, 1)
    table = run_program("musicfleet", "model", "list").stdout
    assert all(name in table for name in models)
    unknown = run_program("musicfleet", "model", "fetch", "huge", tmp_path)
    assert unknown.returncode == 2 and "xl-turbo" in unknown.stderr
