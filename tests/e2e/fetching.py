"""`musicfleet model fetch` against the local hub."""
import hashlib
import json
from pathlib import Path

from processes import Process, run_program

REPOSITORY = "Runware/acestep-v15-turbo-diffusers"
TRANSFORMER = "transformer/diffusion_pytorch_model.safetensors"
NOT_NEEDED = {"README.md": b"# a model", ".gitattributes": b"*.safetensors filter=lfs", "cover.png": b"\x89PNG",
              "transformer/diffusion_pytorch_model.bin": b"pickle" * 10_000, "transformer/model.onnx": b"onnx",
              "transformer/diffusion_pytorch_model.fp16.safetensors": b"half", "scheduler/scheduler_config.json": b"{}",
              "transformer/run.py": b"import os"}


def checkpoint(model: Path) -> dict[str, bytes]:
    """The files of the embedded model as a repository has them, among others."""
    files = {str(path.relative_to(model)): path.read_bytes() for path in model.rglob("*") if path.is_file()}
    return files | NOT_NEEDED


def needed(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path not in NOT_NEEDED}


def fetch(hub, folder, *arguments, repository=REPOSITORY, **options):
    return run_program("musicfleet", "model", "fetch", repository, folder, "--endpoint", hub.url, *arguments, **options)


def start_fetch(hub, folder, log) -> Process:
    return Process("musicfleet", ["model", "fetch", REPOSITORY, folder, "--endpoint", hub.url], log)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the folder but the manifest."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and path.name != "musicfleet-model.json"}


def manifest(folder: Path) -> dict:
    return json.loads((folder / "musicfleet-model.json").read_text(encoding="utf-8"))


def partial(folder: Path, data: bytes) -> Path | None:
    """What has arrived of a large file so far."""
    return next(folder.glob(f".musicfleet-fetch/{hashlib.sha256(data).hexdigest()}-*.part"), None)
