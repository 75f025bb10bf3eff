"""Python environments of peers, made once, below the user's cache."""
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "musicfleet"


def peer_python(requirements):
    """The interpreter of an environment with this file of peers/ in it, made on the first call."""
    file = HERE / "peers" / requirements
    folder = CACHE / f"bench-{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}"
    if not (folder / "complete").exists():
        print(f"[bench] making {folder} (once)", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                        "--require-hashes", "-r", file], check=True)
        (folder / "complete").touch()
    return folder / "bin" / "python"
