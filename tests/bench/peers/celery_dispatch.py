#!/usr/bin/env python3
"""No-op jobs through Celery (prefork, acks_late) on a Redis of its own: the peer of script/bench dispatch.  Prints one
line of JSON: for each number in flight the jobs a second and the time from submission to the result in hand.

    celery_dispatch.py off|everysec|always IN_FLIGHT:JOBS...      IN_FLIGHT 0: everything is submitted at once
"""
import collections
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from celery import Celery

PORT = int(os.environ.get("MUSICFLEET_BENCH_REDIS", "17379"))
PROCESSES = 4
app = Celery("celery_dispatch", broker=f"redis://127.0.0.1:{PORT}/0", backend=f"redis://127.0.0.1:{PORT}/1")
app.conf.update(task_acks_late=True, task_serializer="json", result_serializer="json", accept_content=["json"],
                worker_send_task_events=False, worker_prefetch_multiplier=4, result_expires=3600,
                broker_connection_retry_on_startup=True)


@app.task(name="noop")
def noop(number):
    return number


def quantile(values, share):
    return sorted(values)[int(share * (len(values) - 1))]


def windowed(in_flight, jobs):
    """Keeps so many jobs in flight; results are awaited in the order of their submission."""
    waiting, latencies = collections.deque(), []
    begun = time.perf_counter()
    for number in range(jobs + in_flight):
        if len(waiting) == in_flight or number >= jobs:
            if not waiting:
                break
            submitted, result = waiting.popleft()
            result.get(timeout=60, interval=0.001)
            latencies.append((time.perf_counter() - submitted) * 1e3)
        if number < jobs:
            waiting.append((time.perf_counter(), noop.delay(number)))
    seconds = time.perf_counter() - begun
    return {"jobs_per_s": jobs / seconds, "p50_ms": quantile(latencies, 0.5), "p99_ms": quantile(latencies, 0.99)}


def all_at_once(redis, jobs):
    redis.flushdb()
    begun = time.perf_counter()
    for number in range(jobs):
        noop.delay(number)
    while redis.dbsize() < jobs:
        time.sleep(0.005)
    return {"jobs_per_s": jobs / (time.perf_counter() - begun)}


def connect():
    import redis
    client = redis.Redis(port=PORT, db=1)
    for _ in range(200):
        try:
            client.ping()
            return client
        except redis.ConnectionError:
            time.sleep(0.05)
    sys.exit("redis-server does not answer")


def main():
    fsync, tasks = sys.argv[1], [tuple(map(int, task.split(":"))) for task in sys.argv[2:]]
    durability = ["--appendonly", "no"] if fsync == "off" else ["--appendonly", "yes", "--appendfsync", fsync]
    with tempfile.TemporaryDirectory(dir=os.environ.get("MUSICFLEET_BENCH_FOLDER")) as folder:
        server = subprocess.Popen(["redis-server", "--port", str(PORT), "--bind", "127.0.0.1", "--save", "", "--dir", folder,
                                   *durability], stdout=subprocess.DEVNULL)
        redis = connect()
        worker = subprocess.Popen([sys.executable, "-m", "celery", "-A", "celery_dispatch", "worker", "-c", str(PROCESSES), "-P",
                                   "prefork", "-l", "WARNING", "--without-gossip", "--without-mingle"],
                                  cwd=Path(__file__).parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            noop.delay(0).get(timeout=60)
            windowed(8, 200)
            results = {str(in_flight): windowed(in_flight, jobs) if in_flight else all_at_once(redis, jobs)
                       for in_flight, jobs in tasks}
        finally:
            worker.terminate()
            worker.wait()
            server.terminate()
            server.wait()
    print(json.dumps(results), flush=True)
    os._exit(0)  # results that are let go of would ask Redis, which is gone


if __name__ == "__main__":
    main()
