#!/usr/bin/env python3
"""Counts the instructions that one short song of the embedded model takes, and compares them with the recorded number: a
slowdown is seen without a clock.  The processor's finer points are left out (no AVX for libtorch, SSE4.1 for oneDNN), and
so are threads, so that the count is much the same everywhere.

    tests/bench/guard.py WORKER            fails above or below the recorded count by more than the tolerance
    tests/bench/guard.py WORKER --update   records the count
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RECORD = Path(__file__).resolve().parent / "guard.json"
TOLERANCE = 0.05


def counted(worker):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([worker, "init-tiny", f"{folder}/model"], check=True, stdout=subprocess.DEVNULL)
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/profile", worker, "render",
             "--model", f"{folder}/model", "--prompt", "a slow waltz", "--lyrics", "la la", "--duration", "3",
             "--seed", "1", "--threads", "1", "--out", f"{folder}/song.wav"],
            env={**os.environ, "ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"guard: the render under valgrind ended with {done.returncode}:\n{done.stdout}")
    return int(re.search(r"Collected : (\d+)", done.stdout).group(1))


def main():
    worker = sys.argv[1]
    count = counted(worker)
    if "--update" in sys.argv[2:]:
        RECORD.write_text(json.dumps({"instructions": count}) + "\n")
        print(f"guard: recorded {count:,} instructions")
        return
    recorded = json.loads(RECORD.read_text())["instructions"]
    change = count / recorded - 1
    print(f"guard: {count:,} instructions, {change:+.2%} of the recorded {recorded:,}")
    if abs(change) > TOLERANCE:
        sys.exit("guard: if that is meant, record it: tests/bench/guard.py WORKER --update")


if __name__ == "__main__":
    main()
