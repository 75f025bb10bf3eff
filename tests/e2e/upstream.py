"""The music API of ElevenLabs on loopback, as far as the coordinator buys from it, and as bad as a test asks it to be.

It charges for every song that it makes, as the vendor does, whether or not the song arrives: `charges` has them."""
import http.server
import json
import socket
import ssl
import struct
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

@dataclass(frozen=True)
class Mp3:
    """What a version of MPEG audio has for Layer III."""
    header: int
    rates: tuple[int, ...]
    kbps: tuple[int, ...]
    samples: int  # a frame


MPEG_1 = Mp3(0xFFFB0000, (44100, 48000, 32000), (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320), 1152)
MPEG_2 = Mp3(0xFFF30000, (22050, 24000, 16000), (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160), 576)
# What the fleet cannot do.
OTHER_PATHS = ("/v1/music/upload", "/v1/music/stem-separation", "/v1/music/video-to-music", "/v1/music/finetunes")
OTHER_BYTES = bytes(range(256)) * 3_000
FINETUNE = {"id": "ft_1", "name": "lo-fi", "status": "completed"}
DEFAULTS = {"music_v1": "mp3_44100_128", "music_v2": "mp3_48000_192"}


def silent_mp3(length_ms: int, sample_rate: int, kbps: int) -> bytes:
    """Frames of a constant bit rate, the next one that there is, whose side information is all zeros: silence, to any
    decoder."""
    mpeg = MPEG_1 if sample_rate in MPEG_1.rates else MPEG_2
    kbps = min(rate for rate in mpeg.kbps if rate >= kbps)
    header = mpeg.header | (mpeg.kbps.index(kbps) + 1) << 12 | mpeg.rates.index(sample_rate) << 10
    frames, owed = [], 0
    for _ in range(-(-length_ms * sample_rate // (1000 * mpeg.samples))):
        whole, rest = divmod(mpeg.samples * 125 * kbps, sample_rate)
        owed += rest
        padding, owed = (1, owed - sample_rate) if owed >= sample_rate else (0, owed)
        frames.append(struct.pack(">I", header | padding << 9) + bytes(whole + padding - 4))
    return b"".join(frames)


def silent_opus(length_ms: int, kbps: int) -> bytes:
    return subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", str(length_ms / 1000),
                           "-c:a", "libopus", "-b:a", f"{kbps}k", "-f", "ogg", "-"], check=True, stdout=subprocess.PIPE).stdout


def song_of(output_format: str, length_ms: int, model: str = "music_v1") -> tuple[bytes, str] | None:
    """The bytes and their media type; None for a format that is not made here."""
    name, *numbers = (DEFAULTS[model] if output_format == "auto" else output_format).split("_")
    rate = int(numbers[0]) if numbers and numbers[0].isdigit() else 0
    if name == "mp3" and rate in MPEG_1.rates + MPEG_2.rates and len(numbers) == 2:
        return silent_mp3(length_ms, rate, int(numbers[1])), "audio/mpeg"
    if name == "opus" and rate == 48000 and len(numbers) == 2:
        return silent_opus(length_ms, int(numbers[1])), "audio/ogg"
    if name == "pcm" and rate:
        return bytes(length_ms * rate // 1000 * 4), "audio/pcm"
    return None


def length_of(body: dict) -> int:
    """Of the song that is ordered, in milliseconds."""
    plan = body.get("composition_plan", {})
    parts = plan.get("sections") or plan.get("chunks") or [{"duration_ms": 30_000}]
    return body.get("music_length_ms") or sum(part["duration_ms"] for part in parts)


@dataclass
class Trouble:
    """What goes wrong with one request, instead of or on top of a good answer."""
    status: int | None = None          # an error in the vendor's form
    code: str = "system_busy"
    retry_after: str | None = None
    gateway: bool = False              # the error is HTML of a proxy instead
    stall: str | None = None           # "before" or "after" the header: nothing more until release()
    waits: bool = False                # the answer, good in itself, begins after release()
    cut_after: int | None = None       # bytes of the body after which the connection breaks
    extra_length: int = 0              # announced beyond what is sent; below 0: less is announced
    body: bytes | None = None          # instead of the song
    close: bool = False                # the connection ends without an answer, though the song is made
    drip: float | None = None          # seconds between pieces of the body
    piece: int = 64 * 1024


@dataclass
class Charge:
    song_id: str
    key: str
    length_ms: int


@dataclass
class Request:
    path: str
    key: str
    body: dict = field(default_factory=dict)
    port: int = 0  # of the client: tells connections apart
    method: str = "POST"
    raw: bytes = b""
    content_type: str = ""


class Upstream:
    def __init__(self, keys=("sk_upstream",), certificate: Path | None = None, at_once: int = 2):
        self.keys = set(keys)
        self.at_once = at_once                  # for each key
        self.troubles: list[Trouble] = []       # of the next requests, in this order
        self.requests: list[Request] = []
        self.charges: list[Charge] = []
        self.running: dict[str, int] = {}
        self.most_running: dict[str, int] = {}
        self.lock = threading.Lock()
        self.left = threading.Condition(self.lock)
        self.released = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.server.daemon_threads = True
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            self.scheme = "https"
        self.port = self.server.server_address[1]
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def trouble(self, **what) -> None:
        self.troubles.append(Trouble(**what))

    def release(self) -> None:
        self.released.set()

    def close(self) -> None:
        self.release()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def enter(self, key: str) -> bool:
        """Whether the key may have one more request under way; an answer that has gone out may still be on its way to leave()."""
        with self.left:
            if not self.left.wait_for(lambda: self.running.get(key, 0) < self.at_once, timeout=1):
                return False
            self.running[key] = self.running.get(key, 0) + 1
            self.most_running[key] = max(self.most_running.get(key, 0), self.running[key])
            return True

    def leave(self, key: str) -> None:
        with self.left:
            self.running[key] -= 1
            self.left.notify_all()

    def charge(self, key: str, length_ms: int) -> str:
        with self.lock:
            song_id = f"song_{len(self.charges) + 1}"
            self.charges.append(Charge(song_id, key, length_ms))
            return song_id

    def next_trouble(self) -> Trouble:
        with self.lock:
            return self.troubles.pop(0) if self.troubles else Trouble()


def handler(upstream: Upstream):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format, *arguments):  # pylint: disable=redefined-builtin
            pass

        def do_POST(self):
            try:
                self.serve()
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                self.close_connection = True

        do_GET = do_PATCH = do_DELETE = do_POST

        def serve(self):
            key = self.headers.get("xi-api-key", "")
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = urlsplit(self.path)
            if key not in upstream.keys:
                self.error(401, "invalid_api_key", "Invalid API key")
                return
            if url.path.startswith(OTHER_PATHS):
                with upstream.lock:
                    upstream.requests.append(Request(self.path, key, method=self.command, raw=raw,
                                                     content_type=self.headers.get("Content-Type", "")))
                self.serve_other(key, url.path)
                return
            if self.command != "POST":
                self.error(404, "not_found", "there is no such resource")
                return
            try:
                body = json.loads(raw)
            except ValueError:
                body = None
            if not isinstance(body, dict):
                self.invalid("body", "must be a JSON object")
                return
            with upstream.lock:
                upstream.requests.append(Request(self.path, key, body, self.client_address[1]))
            if url.path not in ("/v1/music", "/v1/music/stream", "/v1/music/detailed"):
                self.error(404, "not_found", "Not Found")
            elif not upstream.enter(key):
                self.error(429, "too_many_concurrent_requests", "too many concurrent requests")
            else:
                try:
                    self.make(key, url, {name: value for name, value in body.items() if value is not None})
                finally:
                    upstream.leave(key)

        def serve_other(self, key, path):
            """What is no song: a POST costs."""
            trouble = upstream.next_trouble()
            if trouble.status:
                self.fail(trouble)
                return
            song_id = upstream.charge(key, 0) if self.command == "POST" else ""
            if trouble.stall:
                upstream.released.wait()
            if trouble.close or trouble.stall:
                self.hang_up()
            elif path == "/v1/music/upload":
                self.json(200, {"song_id": song_id, "composition_plan": None})
            elif path in ("/v1/music/stem-separation", "/v1/music/video-to-music"):
                self.answer(200, "application/zip" if "stem" in path else "audio/mpeg", OTHER_BYTES, {"song-id": song_id})
            elif self.command == "DELETE":
                self.json(200, {"status": "ok"})
            elif path == "/v1/music/finetunes" and self.command == "GET":
                self.json(200, {"finetunes": [FINETUNE], "has_more": False})
            else:
                self.json(200, FINETUNE)

        def make(self, key, url, body):
            problem = self.problem_of(body)
            if problem:
                self.invalid(*problem)
                return
            trouble = upstream.next_trouble()
            if trouble.stall == "before":
                self.charge_and_stall(key, body)
                return
            if trouble.status:
                self.fail(trouble)
                return
            length_ms = length_of(body)
            song = song_of(parse_qs(url.query).get("output_format", ["auto"])[0], length_ms, body.get("model_id", "music_v1"))
            if song is None:
                self.invalid("output_format", "is not made here", "query")
                return
            song_id = upstream.charge(key, length_ms)
            if trouble.waits:
                upstream.released.wait()
            if trouble.close:
                self.hang_up()
                return
            self.send_song(url, trouble, song_id, *song)

        def problem_of(self, body):
            length = body.get("music_length_ms")
            if ("prompt" in body) == ("composition_plan" in body):
                return "prompt", "exactly one of prompt and composition_plan"
            if length is not None and not (isinstance(length, int) and 3_000 <= length <= 600_000):
                return "music_length_ms", "must be from 3000 to 600000"
            if length is not None and "prompt" not in body:
                return "music_length_ms", "only with a prompt"
            if "prompt" in body and not (isinstance(body["prompt"], str) and len(body["prompt"]) <= 4_100):
                return "prompt", "must be a text of at most 4100 characters"
            return None

        def charge_and_stall(self, key, body):
            upstream.charge(key, body.get("music_length_ms", 30_000))
            upstream.released.wait()
            self.close_connection = True

        def fail(self, trouble):
            headers = {"Retry-After": trouble.retry_after} if trouble.retry_after else {}
            if trouble.gateway:
                self.answer(trouble.status, "text/html", b"<html><body>Bad gateway</body></html>", headers)
            elif trouble.status == 422:
                self.invalid("prompt", "is not what it should be")
            elif trouble.status == 400:
                self.json(400, {"detail": {"code": "bad_request", "status": "bad_prompt", "message": "not this one",
                                           "data": {"prompt_suggestion": "another one"}}}, headers)
            else:
                self.error(trouble.status, trouble.code, "as a test asked for", headers)

        def send_song(self, url, trouble, song_id, song, media_type):
            if url.path == "/v1/music/detailed":
                song, media_type = self.detailed(song, media_type)
            body = song if trouble.body is None else trouble.body
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("song-id", song_id)
            self.send_header("current-concurrent-requests", "1")
            self.send_header("maximum-concurrent-requests", str(upstream.at_once))
            self.send_header("Content-Length", str(len(body) + trouble.extra_length))
            self.end_headers()
            self.wfile.flush()
            if trouble.stall == "after":
                upstream.released.wait()
                self.close_connection = True
                return
            sent = body if trouble.cut_after is None else body[:trouble.cut_after]
            for begin in range(0, len(sent), trouble.piece):
                self.wfile.write(sent[begin:begin + trouble.piece])
                if trouble.drip:
                    self.wfile.flush()
                    if upstream.released.wait(trouble.drip):
                        break
            if trouble.cut_after is not None or trouble.extra_length:
                self.wfile.flush()
                self.hang_up()

        def detailed(self, song, media_type):
            line = json.dumps({"composition_plan": {"positive_global_styles": [], "negative_global_styles": [],
                                                    "sections": []},
                               "song_metadata": {"title": None, "description": None, "genres": [], "languages": [],
                                                 "is_explicit": None}})
            head = (f"--bound\r\nContent-Type: application/json\r\n\r\n{line}\r\n--bound\r\n"
                    f"Content-Type: {media_type}\r\nContent-Disposition: attachment; filename=\"song.mp3\"\r\n\r\n")
            return head.encode() + song + b"\r\n--bound--\r\n", "multipart/mixed; boundary=bound"

        def hang_up(self):
            self.close_connection = True
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

        def answer(self, status, media_type, body, headers):
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def json(self, status, document, headers=None):
            self.answer(status, "application/json", json.dumps(document).encode(), headers or {})

        def error(self, status, code, message, headers=None):
            self.json(status, {"detail": {"code": code, "status": code, "message": message}}, headers)

        def invalid(self, name, message, where="body"):
            self.json(422, {"detail": [{"loc": [where, name], "msg": message, "type": "value_error"}]})

    return Handler
