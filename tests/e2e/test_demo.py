"""The demo that the README begins with, without its build."""
import hashlib
import json
import subprocess
import sys
import wave
from pathlib import Path

from processes import PROGRAMS

DEMO = Path(__file__).parents[2] / "script/demo.py"
sys.path.append(str(DEMO.parent))
import clip_picture  # noqa: E402

CASES = ["dark-trap", "lo-fi-chill", "club-edm"]


def pixels(picture: Path) -> list[bytes]:
    """The rows of a PNG in grey."""
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", picture, "-f", "rawvideo", "-pix_fmt", "gray", "-"], check=True,
                         capture_output=True).stdout
    return [raw[begin:begin + clip_picture.WIDTH] for begin in range(0, len(raw), clip_picture.WIDTH)]


def test_three_clips_and_a_summary_that_is_true(tmp_path):
    made = subprocess.run([sys.executable, DEMO, "--bin", PROGRAMS, "--out", tmp_path], capture_output=True, text=True, timeout=600)
    assert made.returncode == 0, made.stderr
    assert "noise" in made.stdout

    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["device"] == "cpu fp32"
    assert "noise" in summary["note"]
    assert [clip["case"] for clip in summary["clips"]] == CASES
    for clip in summary["clips"]:
        file = tmp_path / clip["file"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == clip["sha256"]
        with wave.open(str(file)) as song:
            assert (song.getnchannels(), song.getframerate(), song.getnframes()) == (2, 48000, 30 * 48000)
        picture = tmp_path / clip["picture"]
        assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        rows = pixels(picture)
        assert len(rows) == clip_picture.HEIGHT and all(len(row) == clip_picture.WIDTH for row in rows)
        plot = slice(clip_picture.MARGIN + 1, clip_picture.MARGIN + clip_picture.PLOT_WIDTH - 1)
        waves = b"".join(row[plot] for row in rows[clip_picture.TITLE_HEIGHT:clip_picture.TITLE_HEIGHT + 2 * clip_picture.LANE_HEIGHT])
        assert 0 < waves.count(0) < len(waves) and max(waves) > 100
        spectrum = rows[-clip_picture.SPECTRUM_HEIGHT - 60:-80]
        assert len(set(b"".join(row[plot] for row in spectrum))) > 30, "the spectrogram is blank"
        assert clip["seconds"] > 0 and clip["realtime"] > 0
        assert -70 < clip["lufs"] < 0 and clip["true_peak_dbtp"] < 3
        assert all(word in made.stdout for word in (clip["case"], clip["file"]))
    assert len({clip["seed"] for clip in summary["clips"]}) == 3
    assert len({clip["sha256"] for clip in summary["clips"]}) == 3
