#!/usr/bin/env python3
"""script/bench pipeline: this engine and the diffusers reference make the same song, as processes that alternate, so that
what the machine does meanwhile falls on both; never are both in memory.  Prints medians, and how far apart the rounds were."""
import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEER = "diffusers 0.42.1"
STAGES = ["text encoder", "condition encoder", "DiT forward", "VAE decode", "song", "cpu", "peak"]
UNITS = {"cpu": "CPU-s", "peak": "GB"}
NAMES = {"song": "whole song", "cpu": "whole song, processor time", "peak": "peak memory"}


def reference_python():
    """The interpreter of an environment with requirements.txt in it, made on the first call."""
    if given := os.environ.get("MUSICFLEET_REFERENCE_PYTHON"):
        return given
    requirements = HERE / "requirements.txt"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "musicfleet"
    folder = cache / f"bench-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"[bench] making {folder} (once, several minutes)", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                        "--require-hashes", "-r", requirements], check=True)
        (folder / "complete").touch()
    return str(python)


def measured(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def spread(values):
    """Half the distance between the extremes, in percent of the median."""
    return 50 * (max(values) - min(values)) / statistics.median(values)


def main():
    parser = argparse.ArgumentParser(prog="script/bench pipeline")
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", action="append", choices=["fp32", "bf16"])
    parser.add_argument("--seconds", type=float, default=30, help="length of the song")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--ours-only", action="store_true", help="without the peer")
    options = parser.parse_args()
    if options.rounds < 1 or options.threads < 1 or options.seconds < 1:
        parser.error("rounds, threads and seconds must be at least 1")

    sides = {"ours": [options.program]}
    if not options.ours_only:
        sides["peer"] = [reference_python(), str(HERE / "pipeline_reference.py")]
    rows = []
    for precision in options.precision or ["bf16", "fp32"]:
        runs = {side: [] for side in sides}
        for number in range(options.rounds):
            for side, command in sides.items():
                print(f"[bench] {precision} round {number + 1} of {options.rounds}: {side}", file=sys.stderr, flush=True)
                runs[side].append(measured([*command, precision, str(options.seconds), str(options.threads)]))
        for stage in STAGES:
            values = {side: [run[stage] for run in runs[side]] for side in sides}
            medians = {side: statistics.median(of_side) for side, of_side in values.items()}
            peer = medians.get("peer")
            rows.append({"name": f"{NAMES.get(stage, stage)}, {precision}", "unit": UNITS.get(stage, "s"),
                         "ours": round(medians["ours"], 4), "peer": peer and round(peer, 4), "peer_name": PEER,
                         "ratio": peer and round(peer / medians["ours"], 3),
                         "spread": max(spread(of_side) for of_side in values.values())})

    print(f"\none song of {options.seconds:g} s, batch 1, 8 steps, {options.threads} threads, 2B widths, random weights; "
          f"medians of {options.rounds}")
    print(f"{'':34} {'ours':>9} {PEER:>17} {'ratio':>7} {'spread':>8}")
    for row in rows:
        peer = f"{row['peer']:12.3f} {row['unit']:<5}" if row["peer"] else " " * 18
        ratio = f"{row['ratio']:6.2f}x" if row["ratio"] else " " * 7
        print(f"{row['name']:34} {row['ours']:9.3f} {peer} {ratio} {row['spread']:6.1f} %")
    if options.json:
        for row in rows:
            del row["spread"]
        Path(options.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
