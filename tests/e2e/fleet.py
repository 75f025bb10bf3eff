"""A coordinator and workers as real processes on loopback, in a folder of their own."""
import json
import os
from pathlib import Path

from http_api import HttpApi
from processes import Process, run_program, wait_until

# A lease outlasts what a busy machine stalls for: tests that wait until one is over take SHORT_LEASE_MS, and those in which
# a worker must find its coordinator again before that take LONG_LEASE_MS.
TIMES = {"heartbeat_ms": 200, "lease_ms": 20_000, "retry_first_ms": 100, "retry_longest_ms": 500}
SHORT_LEASE_MS = 5_000
LONG_LEASE_MS = 60_000
ENDED = ("succeeded", "failed", "cancelled")


def long_song(**fields) -> dict:
    """A job that takes some seconds, in many small steps: there is time to do something in mid-song."""
    return {"prompt": "lo-fi chill", "duration_seconds": 60, "steps": 200, "seed": 4711, **fields}


def endless_song(**fields) -> dict:
    """A job that outlasts every test."""
    return {"prompt": "lo-fi chill", "duration_seconds": 600, "steps": 200, "seed": 4711, **fields}


def short_song(**fields) -> dict:
    return {"prompt": "lo-fi chill", "duration_seconds": 3, "steps": 1, "seed": 4711, **fields}


class Fleet:
    def __init__(self, folder: Path, model: Path):
        self.folder = folder
        self.model = model
        self.data = folder / "coordinator"
        self.addresses = {"http": "127.0.0.1:0", "admin": "127.0.0.1:0", "fleet": "127.0.0.1:0"}
        self.processes: list[Process] = []
        self.coordinator: Process | None = None
        self.endpoints: dict = {}
        self.api_key: str | None = None
        self.times = dict(TIMES)
        self.public_url: str | None = None  # what workers upload to, where it is not the listener itself
        self.worker_route: str | None = None  # how workers reach the fleet's port, likewise
        self.next_fleet: str | None = None  # the address of the door with the next server key
        self.environment: dict[str, str] = {}  # of the coordinator, beyond ours
        self.more_config = ""  # tables of the coordinator's file beyond those of its listeners

    # The coordinator

    def launch_coordinator(self) -> Process:
        """Starts it and waits for nothing."""
        config = [f'data_dir = "{self.data}"', *(f"{name} = {value}" for name, value in self.times.items())]
        for name, address in self.addresses.items():
            config += [f"[{name}]", f'listen = "{address}"']
            if name == "http" and self.public_url:
                config += [f'public_url = "{self.public_url}"']
            if name == "fleet" and self.next_fleet:
                config += [f'next_listen = "{self.next_fleet}"']
        (self.folder / "coordinator.toml").write_text("\n".join([*config, self.more_config]) + "\n", encoding="utf-8")
        (self.data / "endpoints.json").unlink(missing_ok=True)
        self.coordinator = Process("musicfleet-coordinator", ["--config", self.folder / "coordinator.toml"],
                                   self.folder / "coordinator.log", self.environment)
        self.processes.append(self.coordinator)
        return self.coordinator

    def start_coordinator(self):
        """Ready when it returns. The ports that it gets at the first start are kept for the next ones."""
        coordinator = self.launch_coordinator()
        file = self.data / "endpoints.json"
        wait_until(lambda: "the coordinator listens; it said:\n" + coordinator.said(),
                   lambda: file.exists() or not coordinator.is_running())
        assert coordinator.is_running(), coordinator.said()
        self.endpoints = json.loads(file.read_text(encoding="utf-8"))
        self.addresses = {"http": self.endpoints["http_url"].removeprefix("http://"),
                          "admin": self.endpoints["admin_url"].removeprefix("http://"),
                          "fleet": self.endpoints["fleet_endpoint"].removeprefix("tcp://")}
        if self.api_key is None:
            self.api_key = self.new_api_key()["key"]

    @property
    def admin(self) -> HttpApi:
        return HttpApi(self.endpoints["admin_url"], (self.data / "admin.key").read_text(encoding="utf-8").strip())

    @property
    def api(self) -> HttpApi:
        return HttpApi(self.endpoints["http_url"], self.api_key)

    def new_api_key(self, tenant="default") -> dict:
        made = self.admin.post("/admin/v1/keys", {"tenant": tenant, "label": "e2e"})
        assert made.status == 201, made.body
        return made.json

    def add_tenant(self, name: str):
        made = self.admin.post("/admin/v1/tenants", {"id": name})
        assert made.status == 201, made.body

    # Workers

    def make_key(self, name: str) -> str:
        """The public key of a new worker, whose secret key stays in the worker's folder."""
        (self.folder / name).mkdir()
        made = run_program("musicfleet-worker", "keygen", self.folder / name / "worker.key")
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    def let_in(self, name: str, public_key: str):
        answer = self.admin.post("/admin/v1/workers", {"name": name, "public_key": public_key})
        assert answer.status == 201, answer.body

    def launch_worker(self, name: str, *arguments, slots=1) -> Process:
        """Starts a worker that has a key, and waits for nothing."""
        worker = Process("musicfleet-worker",
                         ["run", "--coordinator", self.worker_route or self.endpoints["fleet_endpoint"], "--server-key",
                          self.endpoints["fleet_public_key"], "--key", self.folder / name / "worker.key", "--spool",
                          self.folder / name / "spool", "--name", name, "--model", self.model, "--threads", "1",
                          "--slots", str(slots), "--log-level", "debug", *arguments], self.folder / f"{name}.log")
        self.processes.append(worker)
        return worker

    def start_worker(self, name: str, slots=1) -> Process:
        """Connected and ready to work when it returns; makes its key at the first start."""
        if not (self.folder / name).exists():
            self.let_in(name, self.make_key(name))
        worker = self.launch_worker(name, slots=slots)
        wait_until(lambda: f"{name} connects; it said:\n{worker.said()}",
                   lambda: self.worker(name)["connected"] and self.worker(name)["models"])
        return worker

    def worker(self, name: str) -> dict:
        return next(worker for worker in self.admin.get("/admin/v1/workers").json["workers"] if worker["name"] == name)

    # Jobs

    def submit(self, job: dict, **headers) -> str:
        answer = self.api.post("/v1/jobs", job, headers={name.replace("_", "-"): value for name, value in headers.items()})
        assert answer.status == 202, answer.body
        return answer.json["id"]

    def job(self, job_id: str) -> dict:
        answer = self.api.get(f"/v1/jobs/{job_id}")
        assert answer.status == 200, answer.body
        return answer.json

    def job_count(self) -> int:
        return len(self.api.get("/v1/jobs?limit=200").json["jobs"])

    def wait_for(self, job_id: str, condition, what: str) -> dict:
        """The job once the condition is true of it; an end that it does not wait for is a failure at once."""
        def look():
            job = self.job(job_id)
            if condition(job):
                return job
            assert job["state"] not in ENDED, f"{what}: but it ended: {job}"
            return None
        return wait_until(lambda: f"{what}: {self.job(job_id)}", look)

    def wait_mid_song(self, job_id: str, attempts=1) -> dict:
        return self.wait_for(job_id, lambda job: job["state"] == "leased" and job["attempts"] == attempts
                             and job["progress"]["stage"] == "denoising" and job["progress"]["step"] >= 2,
                             "the song is under way")

    def wait_ended(self, job_id: str, state="succeeded") -> dict:
        job = self.wait_for(job_id, lambda job: job["state"] in ENDED, f"the job ends as {state}")
        assert job["state"] == state, job
        return job

    def audio(self, job_id: str) -> bytes:
        answer = self.api.get(f"/v1/jobs/{job_id}/audio")
        assert answer.status == 200, answer.body
        return answer.body

    # The command line

    def musicfleet(self, *arguments, **options):
        """`musicfleet` as a user of this fleet; secrets go by way of a file."""
        dev = self.folder / "dev.json"
        dev.write_text(json.dumps({"url": self.endpoints["http_url"], "api_key": self.api_key,
                                   "admin_url": self.endpoints["admin_url"], "admin_key": self.admin.key}), encoding="utf-8")
        os.chmod(dev, 0o600)
        return run_program("musicfleet", *arguments, "--dev", self.folder, **options)

    def close(self):
        for process in reversed(self.processes):
            if process.is_running():
                process.kill()
