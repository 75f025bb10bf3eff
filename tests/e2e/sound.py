"""What a sound file is, as ffprobe sees it."""
import json
import subprocess
from pathlib import Path


def probed(folder: Path, audio: bytes, raw=()) -> dict:
    """Its format and streams; `raw` says what is in a file without a header."""
    file = folder / "song"
    file.write_bytes(audio)
    read = subprocess.run(["ffprobe", "-v", "error", *raw, "-show_streams", "-show_format", "-of", "json", file],
                          check=True, capture_output=True, text=True)
    assert read.stderr == ""
    return json.loads(read.stdout)


def seconds_of(folder: Path, audio: bytes) -> float:
    return float(probed(folder, audio)["format"]["duration"])
