#!/usr/bin/env python3
"""Starts a fleet on this machine, makes the evaluation's three test cases through it as 30-second clips, and leaves a
summary and a picture of each.  Called by script/demo after the build; needs ffmpeg.
"""
import argparse
import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import clip_picture

CLIP_SECONDS = 30
STOP_LIMIT_SECONDS = 120
START_LIMIT_SECONDS = 600  # a real checkpoint takes a while to load
NOISE_NOTE = ("These clips come from the embedded model, whose weights are random: they are noise. They prove the pipeline and "
              "the fleet, not the music; --model DIR uses a real checkpoint.")


@contextmanager
def running_fleet(programs: Path, data: Path, options: list):
    """A coordinator and a worker on loopback, as `musicfleet dev` starts them; stopped in order at the end."""
    ready = data / "dev.json"
    data.mkdir(parents=True, exist_ok=True)
    ready.unlink(missing_ok=True)
    command = [programs / "musicfleet", "dev", "--data", data, "--http", "127.0.0.1:0", *options]
    with open(data / "dev.log", "w", encoding="utf-8") as log:
        fleet = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while not ready.exists():
            if fleet.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"[demo] the fleet did not start:\n{(data / 'dev.log').read_text(encoding='utf-8')}")
            time.sleep(0.1)
        yield fleet
    finally:
        fleet.send_signal(signal.SIGTERM)
        try:
            fleet.wait(timeout=STOP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            print("[demo] the fleet does not leave; it is killed", file=sys.stderr)
            fleet.kill()
            fleet.wait()


def ask(programs: Path, data: Path, *arguments) -> dict:
    """One call of the CLI with --json, of which the first line is answered; its progress goes to the terminal."""
    command = [programs / "musicfleet", *arguments, "--dev", data, "--json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[0])


def make_clip(programs: Path, data: Path, case: dict, out: Path) -> dict:
    """Makes one case through the fleet and returns its line of the summary."""
    file = out / f"{case['case']}.wav"
    arguments = ["generate", "--prompt", case["prompt"], "--title", case["title"], "--seed", str(case["seed"]), "--duration", str(CLIP_SECONDS),
                 "--bpm", str(case["bpm"]), "--key-scale", case["key_scale"], "--out", file]
    arguments += ["--instrumental"] if case["instrumental"] else ["--lyrics", case["lyrics"]]
    song = ask(programs, data, *arguments)
    picture = file.with_suffix(".png")
    clip_picture.draw(file, f"{case['title']} - seed {song['seed']}", picture)
    return {"case": case["case"], "file": file.name, "picture": picture.name, "seed": song["seed"], "seconds": round(song["seconds"], 2),
            "realtime": rounded(song["realtime"]), "lufs": rounded(song["lufs"]),
            "true_peak_dbtp": rounded(song["true_peak_dbtp"]), "sha256": song["sha256"]}


def rounded(value: float | None) -> float | None:
    """To one decimal; what could not be measured (the loudness of silence) stays null."""
    return None if value is None else round(value, 1)


def cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def print_table(clips: list[dict]) -> None:
    print(f"\n{'case':<14}{'seconds':>9}{'x real time':>13}{'LUFS':>8}{'dBTP':>7}  files")
    for clip in clips:
        print(f"{clip['case']:<14}{clip['seconds']:>9.1f}{cell(clip['realtime']):>13}{cell(clip['lufs']):>8}"
              f"{cell(clip['true_peak_dbtp']):>7}  {clip['file']} {clip['picture']}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=Path, required=True, help="folder of the built programs")
    parser.add_argument("--out", type=Path, required=True, help="folder for the clips and summary.json")
    parser.add_argument("--model", type=Path, help="checkpoint folder; by default the embedded model")
    parser.add_argument("--device", help="cpu or cuda:N, of the worker")
    parser.add_argument("--precision", help="fp32 or bf16")
    options = parser.parse_args()

    cases = json.loads((Path(__file__).parent / "demo_cases.json").read_text(encoding="utf-8"))
    data = options.out / "fleet"
    print("[demo] starting a fleet: one coordinator, one worker", flush=True)
    clips = []
    given = [(name, value) for name in ("model", "device", "precision") if (value := getattr(options, name)) is not None]
    with running_fleet(options.bin, data, [text for name, value in given for text in (f"--{name}", value)]):
        worker = ask(options.bin, data, "workers", "list")
        for number, case in enumerate(cases, 1):
            print(f"[demo] clip {number} of {len(cases)}: {case['case']}", flush=True)
            clips.append(make_clip(options.bin, data, case, options.out))

    summary = {"model": worker["models"][0]["name"], "device": worker["device"], "clips": clips}
    if options.model is None:
        summary["note"] = NOISE_NOTE
    (options.out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print_table(clips)
    print(f"\nsummary: {options.out / 'summary.json'}")
    if options.model is None:
        print(NOISE_NOTE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
