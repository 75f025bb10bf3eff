"""`musicfleet model verify`: what a folder is, what it needs, and everything that is wrong with it."""
import json
import resource
import shutil

import pytest

from fetching import REPOSITORY, TRANSFORMER, checkpoint, fetch
from hub_server import Hub
from processes import run_program


@pytest.fixture(scope="module")
def fetched(model, tmp_path_factory):
    """A folder that `model fetch` filled."""
    hub = Hub(REPOSITORY, checkpoint(model))
    folder = tmp_path_factory.mktemp("fetched") / "turbo"
    assert fetch(hub, folder).returncode == 0
    hub.close()
    return folder


@pytest.fixture
def folder(fetched, tmp_path):
    """A copy to spoil."""
    return shutil.copytree(fetched, tmp_path / "turbo")


def verify(folder, *arguments):
    done = run_program("musicfleet", "model", "verify", folder, "--json", *arguments)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def parameters(path) -> int:
    """Numbers in a safetensors file, by its header."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    sizes = {"F32": 4, "F16": 2, "BF16": 2}
    return sum((t["data_offsets"][1] - t["data_offsets"][0]) // sizes[t["dtype"]]
               for name, t in header.items() if name != "__metadata__")


def test_a_fetched_checkpoint_is_described_and_loads(fetched):
    status, report = verify(fetched)
    assert status == 0 and report["ok"] and report["faults"] == []
    assert (report["family"], report["variant"], report["steps"], report["shift"]) == ("ace_v15", "turbo", 8, 3.0)
    assert report["source"]["repository"] == REPOSITORY
    assert report["content"] == "every byte is what was fetched"
    components = {part["name"]: part for part in report["components"]}
    assert set(components) == {"text_encoder", "condition_encoder", "transformer", "vae"}
    assert components["transformer"]["parameters"] == parameters(fetched / TRANSFORMER)
    used = sum(part["used_parameters"] for part in components.values())
    memory = report["memory"]
    assert memory["fp32"]["weights_bytes"] == 4 * used
    assert memory["bf16"]["weights_bytes"] == 2 * used
    for precision in ("fp32", "bf16"):
        assert memory[precision]["weights_bytes"] < memory[precision]["cpu_bytes"] < memory[precision]["gpu_bytes"]
    text = run_program("musicfleet", "model", "verify", fetched).stdout
    assert all(words in text for words in ("turbo", "transformer", "memory for a song of 180 s", "it loads"))


def test_a_folder_that_was_not_fetched_is_looked_at_all_the_same(model):
    status, report = verify(model)
    assert status == 0 and report["source"] is None
    assert report["content"].startswith("not compared")


def test_one_changed_byte_is_found(folder):
    with open(folder / TRANSFORMER, "r+b") as weights:
        weights.seek(-1, 2)
        last = weights.read(1)
        weights.seek(-1, 2)
        weights.write(bytes([last[0] ^ 1]))
    status, report = verify(folder)
    assert status == 1 and not report["ok"]
    assert [TRANSFORMER in fault and "SHA-256" in fault for fault in report["faults"]] == [True]
    status, report = verify(folder, "--no-hash")
    assert status == 0 and "sizes" in report["content"]


def test_everything_that_is_wrong_is_in_one_list(folder):
    (folder / "tokenizer/tokenizer.json").unlink()
    config = json.loads((folder / "transformer/config.json").read_text(encoding="utf-8"))
    config["num_hidden_layers"] += 1
    config.pop("layer_types", None)
    (folder / "transformer/config.json").write_text(json.dumps(config), encoding="utf-8")
    with open(folder / "vae/diffusion_pytorch_model.safetensors", "r+b") as weights:
        weights.truncate(1000)
    status, report = verify(folder, "--no-hash")
    assert status == 1
    faults = "\n".join(report["faults"])
    assert "missing: tokenizer/tokenizer.json" in faults
    assert "transformer: no tensor layers." in faults
    assert "vae" in faults
    assert len([fault for fault in report["faults"] if fault.startswith("transformer: no tensor")]) > 6


def test_eight_gigabytes_of_weights_are_not_read_into_memory(model, tmp_path):
    folder = shutil.copytree(model, tmp_path / "large")
    small = (folder / TRANSFORMER).read_bytes()
    header = json.loads(small[8:8 + int.from_bytes(small[:8], "little")])
    data = small[8 + int.from_bytes(small[:8], "little"):]
    numbers = 2 << 30
    header["huge"] = {"dtype": "F32", "shape": [numbers], "data_offsets": [len(data), len(data) + 4 * numbers]}
    text = json.dumps(header).encode()
    with open(folder / TRANSFORMER, "wb") as weights:
        weights.write(len(text).to_bytes(8, "little") + text + data)
        weights.truncate(8 + len(text) + len(data) + 4 * numbers)
    limit = 1 << 30
    done = run_program("musicfleet-worker", "verify", folder, "--json",
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["faults"] == ["transformer: nothing uses the tensor huge"]


@pytest.mark.parametrize("make", [lambda folder: None, lambda folder: folder.mkdir(), lambda folder: folder.write_text("x")])
def test_what_is_no_checkpoint_is_told_so(tmp_path, make):
    make(tmp_path / "model")
    status, report = verify(tmp_path / "model")
    assert status == 1 and report["faults"]
    text = run_program("musicfleet", "model", "verify", tmp_path / "model")
    assert text.returncode == 1 and "it cannot be used" in text.stdout
