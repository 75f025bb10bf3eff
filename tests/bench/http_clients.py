"""HTTP clients of script/bench api, each on a connection of its own that it keeps."""
import asyncio
import json
import time


class Client:
    def __init__(self, port, key):
        self.port, self.key = port, key
        self.reader = self.writer = None

    async def send(self, method, path, body=None):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        text = json.dumps(body).encode() if body is not None else b""
        self.writer.write(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nxi-api-key: {self.key}\r\n"
                          f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text)
        await self.writer.drain()

    async def receive(self):
        """(status, body, when its first byte was here)."""
        header = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        fields = dict(line.lower().split(": ", 1) for line in header.split("\r\n")[1:] if line)
        first = await self.reader.readexactly(1)
        at = time.perf_counter()
        if "content-length" in fields:
            body = first + await self.reader.readexactly(int(fields["content-length"]) - 1)
        else:
            body = await self._chunks(first)
        return int(header.split()[1]), body, at

    async def _chunks(self, begun):
        parts = []
        while True:
            size = int((begun + await self.reader.readuntil(b"\r\n")).strip(), 16)
            parts.append((await self.reader.readexactly(size + 2))[:-2])
            begun = b""
            if size == 0:
                return b"".join(parts)

    async def ask(self, method, path, body=None):
        await self.send(method, path, body)
        return await self.receive()

    def close(self):
        if self.writer:
            self.writer.close()


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def songs(port, key, make, clients, count):
    """`count` songs by `make(client, number) -> (total ms, first byte ms)`, so many clients at a time."""
    numbers = iter(range(count))
    times = []

    async def work():
        client = Client(port, key)
        for number in numbers:
            times.append(await make(client, number))
        client.close()

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(clients)))
    took = time.perf_counter() - begun
    total, first = ([one[i] for one in times] for i in (0, 1))
    return {"p50_ms": percentile(total, 0.5), "p99_ms": percentile(total, 0.99), "first_p50_ms": percentile(first, 0.5),
            "first_p99_ms": percentile(first, 0.99), "songs_per_s": count / took}


def composer(path, size, label):
    """One POST whose answer is the song; every order is another, so that none joins one that is under way."""
    async def make(client, number):
        begun = time.perf_counter()
        status, body, first = await client.ask("POST", path, {"prompt": f"{label} {number}", "music_length_ms": 30000})
        if status != 200 or len(body) != size:
            raise SystemExit(f"POST {path}: {status}, {len(body)} bytes: {body[:300]!r}")
        return (time.perf_counter() - begun) * 1e3, (first - begun) * 1e3
    return make


def by_jobs(size):
    """The same song by the API of jobs: ordered, waited for, fetched."""
    async def make(client, number):
        begun = time.perf_counter()
        status, body, _ = await client.ask("POST", "/v1/jobs", {"prompt": f"song {number}", "duration_seconds": 30,
                                                                "format": {"type": "mp3", "bit_rate": 128, "sample_rate": 44100}})
        while status in (200, 202) and json.loads(body)["state"] in ("queued", "leased", "running"):
            status, body, _ = await client.ask("GET", f"/v1/jobs/{json.loads(body)['id']}?wait=30")
        if status != 200:
            raise SystemExit(f"a job: {status}: {body[:300]!r}")
        status, audio, first = await client.ask("GET", f"/v1/jobs/{json.loads(body)['id']}/audio")
        if status != 200 or len(audio) != size:
            raise SystemExit(f"audio: {status}, {len(audio)} bytes")
        return (time.perf_counter() - begun) * 1e3, (first - begun) * 1e3
    return make


async def waiting(port, key, steps, measure, settled):
    """{clients: measure()} with so many clients that wait for songs that never come."""
    clients, found = [], {}
    for step in steps:
        while len(clients) < step:
            client = Client(port, key)
            await client.send("POST", "/v1/music", {"prompt": f"waiting {len(clients)}", "music_length_ms": 30000})
            clients.append(client)
        await asyncio.get_running_loop().run_in_executor(None, settled, step)
        found[step] = measure()
    for client in clients:
        client.close()
    return found
