#!/usr/bin/env python3
"""script/bench dispatch: no-op jobs through the coordinator, Celery and asynq, as processes that take turns, so that what
the machine does meanwhile falls on all of them.  Prints medians of the rounds."""
import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from dispatch_fleet import DispatchFleet
from peer_python import CACHE, HERE, peer_python
from stored_jobs import stored_jobs

PORT = "17379"
# In flight at a time: how many jobs are measured. 0: everything is there at once (ours: 512 clients).
OURS = {1: 2000, 64: 20_000, 512: 20_000}
SONGS = {1: 300, 64: 3000, 512: 3000}
CELERY = {1: 1000, 64: 3000, 0: 3000}
ASYNQ = {1: 500, 64: 10_000, 0: 10_000}
LOADS = {1: 1, 64: 64, 512: 0}  # what of a peer stands beside ours


def say(text):
    print(f"[bench] {text}", file=sys.stderr, flush=True)


def asynq_program():
    """None where there is no Go that can build it."""
    source = HERE / "peers" / "asynq"
    digest = hashlib.sha256(b"".join((source / name).read_bytes() for name in ("go.mod", "go.sum", "main.go"))).hexdigest()
    program = CACHE / f"asynq-dispatch-{digest[:16]}"
    go = shutil.which("go") or "/usr/local/go/bin/go"
    if not program.exists():
        if not Path(go).exists():
            return None
        say("building asynq's side (once)")
        if subprocess.run([go, "build", "-o", program, "."], cwd=source).returncode != 0:
            return None
    return program


def output(command):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "MUSICFLEET_BENCH_REDIS": PORT, "PYTHONDONTWRITEBYTECODE": "1"})
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def tasks(of_peer):
    return [f"{in_flight}:{jobs}" for in_flight, jobs in of_peer.items()]


def ours(programs, loads=None, **options):
    """{in flight: measurement} of a fresh coordinator."""
    folder = tempfile.mkdtemp(dir=CACHE, prefix="dispatch.")
    fleet = DispatchFleet(programs, folder, **options)
    try:
        return {in_flight: fleet.measure(in_flight, jobs, jobs // 10) for in_flight, jobs in (loads or OURS).items()}
    finally:
        fleet.close()
        shutil.rmtree(folder)


def peer(command):
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="dispatch.") as folder:
        return {int(in_flight): result for in_flight, result in output([part or folder for part in command]).items()}


def medians(rounds):
    """{in flight: {figure: median}} of such dictionaries."""
    return {load: {figure: statistics.median(one[load][figure] for one in rounds) for figure in rounds[0][load]}
            for load in rounds[0]}


def rows_of(mine, theirs, peer_name):
    rows = []
    for load, of_peer in LOADS.items():
        for figure, what, unit in (("jobs_per_s", "jobs a second", "jobs/s"), ("p50_ms", "p50", "ms"), ("p99_ms", "p99", "ms")):
            if figure == "jobs_per_s" and load == 1 or figure != "jobs_per_s" and load == 512:
                continue
            here, there = mine[load][figure], theirs[of_peer][figure]
            name = f"{what}, {load} in flight" if load < 512 else f"{what}, saturated"
            ratio = here / there if figure == "jobs_per_s" else there / here
            rows.append({"name": name, "unit": unit, "ours": round(here, 3), "peer": round(there, 3), "peer_name": peer_name,
                         "ratio": round(ratio, 2)})
    return rows


def against_peers(programs, rounds, with_peers):
    """A round measures ours and every peer, one after the other."""
    redis = subprocess.run(["redis-server", "--version"], stdout=subprocess.PIPE, text=True).stdout.split("v=")[1].split()[0]
    sides = {"ours": lambda: ours(programs), "ours, whole songs of a few bytes": lambda: ours(programs, SONGS, end="song")}
    if with_peers:
        python, asynq = peer_python("celery_requirements.txt"), asynq_program()
        celery = [python, HERE / "peers" / "celery_dispatch.py"]
        for fsync in ("everysec", "always"):
            name = f"Celery 5.5.3, Redis {redis}, append-only file {fsync}"
            sides[name] = lambda fsync=fsync: peer([*celery, fsync, *tasks(CELERY)])
        if asynq:
            for fsync in ("off", "everysec"):
                name = f"asynq 0.26, Redis {redis}, append-only file {fsync}"
                sides[name] = lambda fsync=fsync: peer([asynq, PORT, None, fsync, *tasks(ASYNQ)])
        else:
            say("no Go that builds asynq's side: without it")
    measured = {name: [] for name in sides}
    for number in range(rounds):
        for name, measure in sides.items():
            say(f"round {number + 1} of {rounds}: {name}")
            measured[name].append(measure())
    return {name: medians(results) for name, results in measured.items()}


def scaling(programs, rounds):
    """Ours alone: does it stay as fast with many stored jobs and many workers?"""
    loads = {1: 1000, 64: 10_000}
    grown = {}
    cases = {"10 stored jobs": {"prefill": stored_jobs(10)}, "1,000,000 stored jobs": {"prefill": stored_jobs(1_000_000)},
             "1 worker": {"workers": 1}, "1,000 workers": {"workers": 1000, "slots": 1}}
    for number in range(rounds):
        for name, options in cases.items():
            say(f"scaling, round {number + 1} of {rounds}: {name}")
            grown.setdefault(name, []).append(ours(programs, loads, **options))
    found = {name: medians(results) for name, results in grown.items()}
    rows = []
    for few, many in (("10 stored jobs", "1,000,000 stored jobs"), ("1 worker", "1,000 workers")):
        for load, figure, what, unit in ((64, "jobs_per_s", "jobs a second", "jobs/s"), (1, "p50_ms", "p50", "ms")):
            here, there = found[many][load][figure], found[few][load][figure]
            ratio = here / there if unit == "jobs/s" else there / here
            rows.append({"name": f"{what}, {load} in flight, {many}", "unit": unit, "ours": round(here, 3), "peer": round(there, 3),
                         "peer_name": f"ours with {few}", "ratio": round(ratio, 2)})
    return rows


def show(rows, costs):
    for peer_name in dict.fromkeys(row["peer_name"] for row in rows):
        print(f"\n{'':44} {'ours':>10} {'peer':>10} {'ratio':>7}   {peer_name}")
        for row in rows:
            if row["peer_name"] == peer_name:
                print(f"{row['name']:44} {row['ours']:10,.2f} {row['peer']:10,.2f} {row['ratio']:6.2f}x  {row['unit']}")
    print("\nprocessor time of ours, µs a job: " + "; ".join(
        f"{load} in flight: coordinator {cost['coordinator_us']:.0f}, workers {cost['worker_us']:.0f}, clients {cost['client_us']:.0f}"
        for load, cost in costs.items()))


def main():
    parser = argparse.ArgumentParser(prog="script/bench dispatch")
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ours-only", action="store_true", help="without the peers")
    parser.add_argument("--no-scaling", action="store_true", help="without 1,000,000 stored jobs and 1,000 workers")
    parser.add_argument("--nice", type=int, default=0, help="for every process of both sides, where others use the machine")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("rounds must be at least 1")
    os.nice(options.nice)
    CACHE.mkdir(parents=True, exist_ok=True)

    found = against_peers(options.programs, options.rounds, not options.ours_only)
    mine, songs = found.pop("ours"), found.pop("ours, whole songs of a few bytes")
    rows = [row for name, theirs in found.items() for row in rows_of(mine, theirs, name)]
    rows += rows_of(mine, {of_peer: songs[load] for load, of_peer in LOADS.items()}, "ours, ending with an upload of a few bytes")
    if not options.no_scaling:
        rows += scaling(options.programs, options.rounds)
    show(rows, mine)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
