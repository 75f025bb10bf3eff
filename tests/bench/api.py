#!/usr/bin/env python3
"""script/bench api: what the HTTP layer adds to a song that takes no time to make, and what a waiting client costs, beside a
FastAPI application that keeps nothing.  The sides take turns; prints medians of the rounds."""
import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from dispatch_fleet import DispatchFleet
from http_clients import by_jobs, composer, songs, waiting
from peer_python import CACHE, HERE, peer_python

SONG_BYTES = 480_000  # 30 s of mp3 at 128 kbit/s
LOADS = {1: 300, 32: 1500}  # in flight: songs of a round
STEPS = [0, 1000, 2000, 4000]  # waiting clients
PEER = "FastAPI 0.121.0, uvicorn 0.38.0"
SETTINGS = {"http": {"max_connections": 20_000}, "music": {"max_concurrent": 10_000}}
# Of a measurement: figure, what it is called, unit, whether less is better.
FIGURES = (("p50_ms", "p50", "ms", True), ("p99_ms", "p99", "ms", True), ("songs_per_s", "songs a second", "songs/s", False))


def say(text):
    print(f"[bench] {text}", file=sys.stderr, flush=True)


def resident_kib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise SystemExit(f"process {pid} has ended")


def until(holds):
    deadline = time.monotonic() + 120
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit("the clients did not all begin to wait")
        time.sleep(0.05)


class Ours:
    name = "ours"

    def __init__(self, programs, folder, end):
        self.fleet = DispatchFleet(programs, folder, end=end, slots=64 if end == "song" else 1, song_bytes=SONG_BYTES,
                                   settings=SETTINGS)
        self.port = int(self.fleet.endpoints["http_url"].rsplit(":", 1)[1])
        self.key, self.pid = self.fleet.api_key, self.fleet.coordinator.pid
        self.clients = {"music": composer("/v1/music", SONG_BYTES, "a song"),
                        "stream": composer("/v1/music/stream", SONG_BYTES, "a stream"), "jobs": by_jobs(SONG_BYTES)}

    def waiting(self):
        return self.fleet.live_jobs()

    def close(self):
        self.fleet.close()


class FastApi:
    name = PEER

    def __init__(self, _, folder, end):
        self.port, self.key = 17380, "key"
        self.process = subprocess.Popen([peer_python("fastapi_requirements.txt"), HERE / "peers" / "fastapi_music.py", str(self.port),
                                         folder, str(SONG_BYTES), end])
        self.pid = self.process.pid
        until(self._answers)
        self.clients = {"music": composer("/v1/music", SONG_BYTES, "a song"),
                        "stream": composer("/v1/music/stream", SONG_BYTES, "a stream")}

    def _answers(self):
        try:
            return self.waiting() == 0
        except OSError:
            return False

    def waiting(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/waiting") as answer:
            return json.load(answer)

    def close(self):
        self.process.kill()  # it would wait for those who wait
        self.process.wait()


def measured(side, programs):
    """{(clients' way, in flight): figures, "waiting": {clients: KiB resident}} of a fresh server."""
    found = {}
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="api.") as folder:
        server = side(programs, folder, "song")
        try:
            for way, make in server.clients.items():
                for clients, count in LOADS.items():
                    asyncio.run(songs(server.port, server.key, make, clients, count // 10))
                    found[way, clients] = asyncio.run(songs(server.port, server.key, make, clients, count))
        finally:
            server.close()
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="api.") as folder:
        server = side(programs, folder, "never")
        try:
            found["waiting"] = asyncio.run(waiting(server.port, server.key, STEPS, lambda: resident_kib(server.pid),
                                                   lambda step: until(lambda: server.waiting() == step)))
        finally:
            server.close()
    return found


def row(name, unit, ours, peer, peer_name, less_is_better=True):
    return {"name": name, "unit": unit, "ours": round(ours, 3), "peer": round(peer, 3), "peer_name": peer_name,
            "ratio": round(peer / ours if less_is_better else ours / peer, 2)}


def rows_of(ours, peer):
    """Of two lists of measurements, a round each."""
    def median(of, key, figure):
        return statistics.median(one[key][figure] for one in of)

    rows = []
    for way in ("music", "stream"):
        for clients in LOADS:
            for figure, what, unit, less in FIGURES:
                rows.append(row(f"/v1/{'music/' if way == 'stream' else ''}{way}, {clients} in flight: {what}", unit,
                                median(ours, (way, clients), figure), median(peer, (way, clients), figure), PEER, less))
    for figure, what in (("first_p50_ms", "p50"), ("first_p99_ms", "p99")):
        rows.append(row(f"/v1/music/stream, 1 in flight: first byte, {what}", "ms", median(ours, ("stream", 1), figure),
                        median(peer, ("stream", 1), figure), PEER))
    for clients in LOADS:
        for figure, what, unit, less in FIGURES:
            rows.append(row(f"/v1/music, {clients} in flight: {what}", unit, median(ours, ("music", clients), figure),
                            median(ours, ("jobs", clients), figure), "ours, the same songs by /v1/jobs", less))

    def per_client(of, few, many):
        return statistics.median((one["waiting"][many] - one["waiting"][few]) / (many - few) for one in of)

    for few, many in zip(STEPS, STEPS[1:]):
        rows.append(row(f"memory of a waiting client, from {few:,} to {many:,}", "KiB", per_client(ours, few, many),
                        per_client(peer, few, many), PEER))
    return rows


def show(rows):
    for peer_name in dict.fromkeys(one["peer_name"] for one in rows):
        print(f"\n{'':52} {'ours':>10} {'peer':>10} {'ratio':>7}   {peer_name}")
        for one in rows:
            if one["peer_name"] == peer_name:
                print(f"{one['name']:52} {one['ours']:10,.2f} {one['peer']:10,.2f} {one['ratio']:6.2f}x  {one['unit']}")


def main():
    parser = argparse.ArgumentParser(prog="script/bench api")
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("rounds must be at least 1")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < STEPS[-1] + 1000:
        parser.error(f"{STEPS[-1]} clients need that many open files and 1,000 more; the limit is {most}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    CACHE.mkdir(parents=True, exist_ok=True)
    found = {Ours: [], FastApi: []}
    for number in range(options.rounds):
        for side, results in found.items():
            say(f"round {number + 1} of {options.rounds}: {side.name}")
            results.append(measured(side, options.programs))
    rows = rows_of(found[Ours], found[FastApi])
    show(rows)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
