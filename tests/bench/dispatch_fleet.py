"""The coordinator, its no-op workers and its client as processes, for script/bench dispatch and api."""
import json
import os
import subprocess
import time
import urllib.request
from pathlib import Path

LIMIT_S = 120


def cpu_seconds(pid):
    """Processor time that a running process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Lines:
    """A process that is spoken to by lines of JSON."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)

    def say(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args[0]} ended with {self.process.wait()}")
        return json.loads(line)

    def end(self):
        """The last thing that it says, once its input has ended; None where it says nothing."""
        self.process.stdin.close()
        last = self.process.stdout.read().strip()
        self.process.wait()
        return json.loads(last) if last else None


class DispatchFleet:
    """A real coordinator with its defaults (every commit fsynced, log to a file) and `workers` connections."""

    def __init__(self, programs, folder, workers=4, slots=64, end="result", prefill=None, song_bytes=10, settings=None):
        self.programs, self.folder = Path(programs), Path(folder)
        data = self.folder / "data"
        if prefill:
            data.mkdir(mode=0o700)
            prefill(data / "musicfleet.db")
        tables = {name: {"listen": '"127.0.0.1:0"'} for name in ("http", "admin", "fleet")}
        for name, values in (settings or {}).items():
            tables.setdefault(name, {}).update(values)
        text = "".join(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
                       for name, values in tables.items())
        (self.folder / "coordinator.toml").write_text(f'data_dir = "{data}"\n{text}')
        begun = time.monotonic()
        with open(self.folder / "coordinator.log", "wb") as log:
            self.coordinator = subprocess.Popen([self.programs / "musicfleet-coordinator", "--config",
                                                 self.folder / "coordinator.toml"], stderr=log)
        self.endpoints = self._when((data / "endpoints.json").exists,
                                    lambda: json.loads((data / "endpoints.json").read_text()))
        self.start_s = time.monotonic() - begun
        self.admin_key = (data / "admin.key").read_text().strip()
        self.api_key = self._admin("POST", "/admin/v1/keys", {"tenant": "default", "label": "bench"})["key"]
        self.workers = Lines(self.programs / "musicfleet-dispatch-worker", workers, slots, end, song_bytes)
        for number, key in enumerate(self.workers.hear()):
            self._admin("POST", "/admin/v1/workers", {"name": f"noop-{number}", "public_key": key})
        self.workers.say({"endpoint": self.endpoints["fleet_endpoint"], "server_key": self.endpoints["fleet_public_key"]})
        self._when(lambda: self._connected() == workers, lambda: None)
        self.client = Lines(self.programs / "musicfleet-dispatch-client")

    def _admin(self, method, path, body=None):
        request = urllib.request.Request(self.endpoints["admin_url"] + path, method=method,
                                         data=json.dumps(body).encode() if body else None,
                                         headers={"Authorization": f"Bearer {self.admin_key}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            return json.load(answer)

    def _connected(self):
        return sum(worker["connected"] for worker in self._admin("GET", "/admin/v1/workers")["workers"])

    def live_jobs(self):
        return sum(tenant["queued"] + tenant["leased"] for tenant in self._admin("GET", "/admin/v1/overview")["tenants"])

    def _when(self, ready, result):
        deadline = time.monotonic() + LIMIT_S
        while not ready():
            if self.coordinator.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the coordinator did not start; it said:\n" + (self.folder / "coordinator.log").read_text()[-2000:])
            time.sleep(0.02)
        return result()

    def measure(self, in_flight, jobs, warm_up):
        pids = {"coordinator": self.coordinator.pid, "worker": self.workers.process.pid}
        before = {name: cpu_seconds(pid) for name, pid in pids.items()}
        self.client.say({"port": int(self.endpoints["http_url"].rsplit(":", 1)[1]), "key": self.api_key,
                         "in_flight": in_flight, "jobs": jobs, "warm_up": warm_up})
        result = self.client.hear()
        for name, pid in pids.items():
            result[f"{name}_us"] = (cpu_seconds(pid) - before[name]) / (jobs + warm_up) * 1e6
        result["client_us"] = result.pop("cpu_s") / (jobs + warm_up) * 1e6
        return result

    def close(self):
        self.client.end()
        self.workers.end()
        self.coordinator.terminate()
        self.coordinator.wait()
