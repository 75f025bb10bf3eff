"""`musicfleet model fetch` when the hub, the network or the power goes wrong: nothing half-written, nothing wrong
under a right name, and on from where it ended."""
import signal

import pytest

from fetching import REPOSITORY, TRANSFORMER, checkpoint, contents, fetch, manifest, needed, partial, start_fetch
from hub_server import Hub
from processes import wait_until


@pytest.fixture
def hub(model):
    made = Hub(REPOSITORY, checkpoint(model))
    yield made
    made.close()


@pytest.fixture
def files(hub):
    return needed(hub.commits[hub.revisions["main"]])


def ranges(hub, path=TRANSFORMER):
    return [r.headers.get("Range") for r in hub.downloads(path, "cdn")]


def test_a_broken_connection_is_resumed_where_it_broke(hub, files, tmp_path):
    hub.trouble_with(TRANSFORMER, cut_after=[30_000, 20_000])
    done = fetch(hub, tmp_path)
    assert done.returncode == 0, done.stderr
    assert ranges(hub) == [None, "bytes=30000-", "bytes=50000-"]
    assert all(r.headers["If-Range"] == f'"{hub.entry(TRANSFORMER, files[TRANSFORMER])["lfs"]["oid"]}"'
               for r in hub.downloads(TRANSFORMER, "cdn")[1:])
    assert "trying again" in done.stderr
    assert contents(tmp_path) == files


@pytest.mark.parametrize("trouble", [{"ignores_ranges": True}, {"etags": ['"one"', '"two"', '"two"']}])
def test_a_file_that_cannot_be_resumed_begins_anew(hub, files, tmp_path, trouble):
    hub.trouble_with(TRANSFORMER, cut_after=[30_000], **trouble)
    done = fetch(hub, tmp_path)
    assert done.returncode == 0, done.stderr
    assert ranges(hub) == [None, "bytes=30000-"]
    assert contents(tmp_path) == files


def test_a_file_that_changes_between_two_parts_is_not_patched_together(hub, files, tmp_path):
    other = bytes(reversed(files[TRANSFORMER]))
    hub.trouble_with(TRANSFORMER, cut_after=[30_000], bodies=[other], etags=['"same"', '"same"', '"same"'])
    done = fetch(hub, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "downloading it anew" in done.stderr
    assert ranges(hub) == [None, "bytes=30000-", None]
    assert contents(tmp_path) == files


def test_kill_9_in_mid_file_loses_nothing_that_arrived(hub, files, tmp_path):
    hub.trouble_with(TRANSFORMER, hold_after=40_000)
    first = start_fetch(hub, tmp_path / "model", tmp_path / "first.log")
    wait_until("the download is under way", hub.holding.is_set)

    def arrived():
        part = partial(tmp_path / "model", files[TRANSFORMER])
        return part.stat().st_size if part else 0
    wait_until("40,000 bytes are on disk", lambda: arrived() == 40_000)
    first.kill()
    assert not (tmp_path / "model" / TRANSFORMER).exists()
    assert not (tmp_path / "model/musicfleet-model.json").exists()
    hub.release()
    hub.requests.clear()
    done = fetch(hub, tmp_path / "model")
    assert done.returncode == 0, done.stderr
    assert ranges(hub) == ["bytes=40000-"]
    assert contents(tmp_path / "model") == files


def test_ctrl_c_keeps_what_arrived_and_says_so(hub, files, tmp_path):
    hub.trouble_with(TRANSFORMER, hold_after=40_000)
    first = start_fetch(hub, tmp_path / "model", tmp_path / "first.log")
    wait_until("the download is under way", hub.holding.is_set)
    first.popen.send_signal(signal.SIGINT)
    assert first.end() == 1
    assert "goes on from there" in first.said()
    hub.release()
    assert fetch(hub, tmp_path / "model").returncode == 0
    assert contents(tmp_path / "model") == files


def test_an_interrupted_change_of_revision_leaves_nothing_of_the_old_one_once_it_is_completed(hub, files, tmp_path):
    folder = tmp_path / "model"
    weights, half = files[TRANSFORMER], len(files[TRANSFORMER]) // 2
    hub.commit(files | {"tokenizer/old.json": b"{}"})
    assert fetch(hub, folder).returncode == 0
    shards = {TRANSFORMER.replace(".safetensors", end): data for end, data in {
        "-00001-of-00002.safetensors": weights[:half], "-00002-of-00002.safetensors": weights[half:],
        ".safetensors.index.json": b"{}"}.items()}
    sharded = {path: data for path, data in files.items() if path != TRANSFORMER} | shards
    hub.commit(sharded | {"tokenizer/between.json": b"{}"})
    hub.trouble_with(next(iter(shards)), hold_after=1_000)
    first = start_fetch(hub, folder, tmp_path / "first.log")
    wait_until("one file of it is there and one is not",
               lambda: hub.holding.is_set() and (folder / "tokenizer/between.json").exists())
    first.kill()
    assert (folder / TRANSFORMER).exists() and not (folder / "musicfleet-model.json").exists()
    hub.release()
    hub.commit(sharded)
    done = fetch(hub, folder)
    assert done.returncode == 0, done.stderr
    assert contents(folder) == sharded


def test_a_file_of_the_old_revision_that_cannot_be_removed_is_an_error(hub, files, tmp_path):
    hub.commit(files | {"tokenizer/old.json": b"{}"})
    assert fetch(hub, tmp_path).returncode == 0
    (tmp_path / "tokenizer/old.json").unlink()
    (tmp_path / "tokenizer/old.json").mkdir()
    hub.commit(files | {"tokenizer/new.json": b"{}"})
    done = fetch(hub, tmp_path)
    assert done.returncode == 1
    assert "cannot remove" in done.stderr and "tokenizer/old.json" in done.stderr
    assert not (tmp_path / "musicfleet-model.json").exists()
    (tmp_path / "tokenizer/old.json").rmdir()
    assert fetch(hub, tmp_path).returncode == 0
    assert contents(tmp_path) == files | {"tokenizer/new.json": b"{}"}


def test_a_damaged_partial_file_is_noticed(hub, files, tmp_path):
    hub.trouble_with(TRANSFORMER, hold_after=40_000)
    first = start_fetch(hub, tmp_path / "model", tmp_path / "first.log")
    wait_until("40,000 bytes are on disk", lambda: (part := partial(tmp_path / "model", files[TRANSFORMER]))
               and part.stat().st_size == 40_000)
    first.kill()
    hub.release()
    with open(partial(tmp_path / "model", files[TRANSFORMER]), "r+b") as part:
        part.seek(20_000)
        part.write(b"damage")
    done = fetch(hub, tmp_path / "model")
    assert done.returncode == 0, done.stderr
    assert "downloading it anew" in done.stderr
    assert contents(tmp_path / "model") == files


def test_a_busy_hub_is_asked_again_when_it_says(hub, files, tmp_path):
    hub.trouble_with("revision", statuses=[(429, {"Retry-After": "1"})])
    hub.trouble_with(TRANSFORMER, statuses=[(503, {}), (429, {"Retry-After": "1"})])
    done = fetch(hub, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "asked too often; trying again in 1 s" in done.stderr
    assert "answered 503" in done.stderr
    assert contents(tmp_path) == files


def test_a_wait_that_nobody_has_time_for_is_an_error(hub, tmp_path):
    hub.trouble_with("revision", statuses=[(429, {"Retry-After": "86400"})])
    done = fetch(hub, tmp_path)
    assert done.returncode == 5
    assert "86400 s" in done.stderr


@pytest.mark.parametrize("path", [TRANSFORMER, "vae/config.json"])
def test_wrong_content_never_gets_the_right_name(hub, files, tmp_path, path):
    wrong = bytearray(files[path])
    wrong[len(wrong) // 2] ^= 1
    hub.trouble_with(path, bodies=[bytes(wrong)] * 2)
    done = fetch(hub, tmp_path)
    assert done.returncode == 1
    assert path in done.stderr and "the hub's list says" in done.stderr
    assert not (tmp_path / path).exists()
    assert not (tmp_path / "musicfleet-model.json").exists()
    assert fetch(hub, tmp_path).returncode == 1
    assert fetch(hub, tmp_path).returncode == 0  # once the hub is right again
    assert contents(tmp_path) == files


@pytest.mark.parametrize("trouble, words", [
    ({"bodies": [b"too short" * 3_000] * 9}, "bytes"),
    ({"linked_headers": {"X-Linked-Size": "17"}}, "links to 17 bytes"),
    ({"linked_headers": {"X-Linked-Etag": '"' + "0" * 64 + '"'}}, "links to the SHA-256 000"),
    ({"location": "ftp://127.0.0.1/x"}, "not followed"),
])
def test_a_hub_that_contradicts_its_list_is_not_believed(hub, tmp_path, trouble, words):
    hub.trouble_with(TRANSFORMER, **trouble)
    done = fetch(hub, tmp_path)
    assert done.returncode == 1
    assert words in done.stderr
    assert not (tmp_path / TRANSFORMER).exists()


def test_a_redirect_that_never_ends_is_left(hub, tmp_path):
    hub.trouble_with(TRANSFORMER, location=f"{hub.url}/{REPOSITORY}/resolve/{hub.revisions['main']}/{TRANSFORMER}")
    done = fetch(hub, tmp_path)
    assert done.returncode == 1
    assert "redirects more than" in done.stderr


@pytest.mark.parametrize("path", ["../outside.json", "/etc/outside.json", "tokenizer/../../outside.json",
                                  "tokenizer\\outside.json", "tokenizer/out\u0000side.json", "tokenizer/out\nside.json",
                                  "tokenizer//outside.json", "x" * 600])
def test_a_path_that_leaves_the_folder_stops_everything(hub, tmp_path, path):
    hub.extra_entries = [hub.entry(path, b"{}")]
    done = fetch(hub, tmp_path / "a/model")
    assert done.returncode == 1
    assert "the hub lists the path" in done.stderr
    assert contents(tmp_path) == {}
    assert not hub.downloads()


@pytest.mark.parametrize("entry, words", [
    ({"size": 1 << 50}, "more than"),
    ({"size": -1}, "no size"),
    ({"lfs": {"oid": "zz", "size": 3}}, "no SHA-256"),
])
def test_a_list_that_makes_no_sense_is_refused(hub, tmp_path, entry, words):
    hub.listed[TRANSFORMER] = {"lfs": None} | entry
    done = fetch(hub, tmp_path)
    assert done.returncode == 1, done.stderr
    assert words in done.stderr
    assert not hub.downloads()


def test_files_that_drip_arrive(hub, files, tmp_path):
    hub.trouble_with(TRANSFORMER, piece=97)
    done = fetch(hub, tmp_path, "--parallel", "1")
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path) == files
    assert manifest(tmp_path)["commit"] == hub.revisions["main"]
