#!/usr/bin/env python3
"""Makes the evaluation's three test cases as 30-second clips and leaves a summary.  Called by script/demo after the build;
needs nothing but Python's standard library.
"""
import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path

CLIP_SECONDS = 30
NOISE_NOTE = ("These clips come from the embedded model, whose weights are random: they are noise. They prove the pipeline, "
              "not the music; --model DIR uses a real checkpoint.")


def make_clip(worker: Path, model: Path, case: dict, out: Path) -> dict:
    """Renders one case and returns its line of the summary."""
    file = out / f"{case['case']}.wav"
    command = [worker, "render", "--model", model, "--prompt", case["prompt"], "--lyrics", case["lyrics"], "--seed", str(case["seed"]),
               "--duration", str(CLIP_SECONDS), "--bpm", str(case["bpm"]), "--key-scale", case["key_scale"], "--out", file, "--json"]
    if case["instrumental"]:
        command.append("--instrumental")
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return {"case": case["case"], "file": file.name, "seed": result["seed"], "seconds": round(result["seconds"], 2),
            "realtime": round(result["realtime"], 1), "lufs": round(result["lufs"], 1),
            "true_peak_dbtp": round(result["true_peak_dbtp"], 1), "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "device": result["device"], "model": result["model"]}


def print_table(clips: list[dict]) -> None:
    print(f"\n{'case':<14}{'seconds':>9}{'x real time':>13}{'LUFS':>8}{'dBTP':>7}  file")
    for clip in clips:
        print(f"{clip['case']:<14}{clip['seconds']:>9.1f}{clip['realtime']:>13.1f}{clip['lufs']:>8.1f}{clip['true_peak_dbtp']:>7.1f}  {clip['file']}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=Path, required=True, help="folder of the built programs")
    parser.add_argument("--out", type=Path, required=True, help="folder for the clips and summary.json")
    parser.add_argument("--model", type=Path, help="checkpoint folder; by default the embedded model")
    options = parser.parse_args()
    worker = options.bin / "musicfleet-worker"

    model = options.model
    if model is None:
        model = options.out / "tiny-model"
        if not model.exists():
            subprocess.run([worker, "init-tiny", model], check=True)
    cases = json.loads((Path(__file__).parent / "demo_cases.json").read_text(encoding="utf-8"))
    clips = []
    for number, case in enumerate(cases, 1):
        print(f"[demo] clip {number} of {len(cases)}: {case['case']}", flush=True)
        clips.append(make_clip(worker, model, case, options.out))

    summary = {"model": clips[0]["model"], "device": clips[0]["device"],
               "clips": [{key: value for key, value in clip.items() if key not in ("model", "device")} for clip in clips]}
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
