"""A model hub on loopback that behaves like Hugging Face's, and misbehaves as a test asks it to.

Two servers: the hub (API, small files, redirects) and a CDN on a port of its own that holds the large files."""
import hashlib
import json
import re
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

LARGE = 20_000  # bytes from which a file is kept as a large one
PIECE = 8_192
CACHE = "/api/resolve-cache/"  # where the hub itself keeps small files


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def git_oid(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@dataclass
class Request:
    server: str  # "hub" or "cdn"
    path: str    # of a file where one was asked for, of the URL otherwise
    headers: dict


@dataclass
class Trouble:
    """What goes wrong with one file, each for as many requests as the list is long; None: nothing this time."""
    statuses: list = field(default_factory=list)    # (status, headers) instead of the file
    cut_after: list = field(default_factory=list)   # bytes after which the connection breaks
    bodies: list = field(default_factory=list)      # other content than listed
    etags: list = field(default_factory=list)
    linked_headers: dict = field(default_factory=dict)
    ignores_ranges: bool = False
    location: str | None = None                     # where the redirect leads instead of the CDN
    hold_after: int | None = None                   # bytes after which it waits for release()
    piece: int = PIECE                              # bytes that are sent at a time

    def next(self, name):
        queue = getattr(self, name)
        return queue.pop(0) if queue else None


class Hub:
    def __init__(self, repository: str, files: dict[str, bytes]):
        self.repository = repository
        self.revisions = {"main": {}}      # name → commit
        self.commits = {}                  # commit → {path: bytes}
        self.page_size = 1000
        self.token = None                  # that everybody must send
        self.gated = False
        self.extra_entries = []            # of the list of files, as they are
        self.listed = {}                   # path → fields of its entry that are not true
        self.trouble: dict[str, Trouble] = {}
        self.requests: list[Request] = []
        self.holding = threading.Event()   # a file has come as far as hold_after
        self.released = threading.Event()
        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler(self, name)) for name in ("hub", "cdn")]
        for server in self.servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.url, self.cdn_url = (f"http://127.0.0.1:{server.server_port}" for server in self.servers)
        self.commit(files)

    def commit(self, files: dict[str, bytes]) -> str:
        name = hashlib.sha1(repr(sorted((path, sha256(data)) for path, data in files.items())).encode()).hexdigest()
        self.commits[name] = files
        self.revisions["main"] = name
        return name

    def trouble_with(self, path: str, **what) -> Trouble:
        self.trouble[path] = Trouble(**what)
        return self.trouble[path]

    def downloads(self, path=None, server=None) -> list[Request]:
        """The requests for files, of one path or all."""
        return [r for r in self.requests if not r.path.startswith("/api/") and path in (None, r.path)
                and server in (None, r.server)]

    def release(self):
        self.released.set()

    def close(self):
        self.release()
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def entry(self, path: str, data: bytes) -> dict:
        entry = {"type": "file", "path": path, "size": len(data), "oid": git_oid(data)}
        if len(data) >= LARGE:
            pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n" % (
                sha256(data).encode(), len(data))
            entry |= {"oid": git_oid(pointer), "lfs": {"oid": sha256(data), "size": len(data), "pointerSize": len(pointer)}}
        return entry | self.listed.get(path, {})


def handler(hub: Hub, server: str):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            url = urlsplit(self.path)
            try:
                if server == "cdn":
                    self.send_large(url)
                elif url.path.startswith("/api/models/"):
                    hub.requests.append(Request(server, self.path, dict(self.headers)))
                    self.api(url)
                elif url.path.startswith(CACHE):
                    self.send_small(url)
                else:
                    self.resolve(url)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def answer(self, status, headers, body=b""):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def json(self, document, **headers):
            self.answer(200, {"Content-Type": "application/json", **headers}, json.dumps(document).encode())

        def is_let_in(self) -> bool:
            sent = self.headers.get("Authorization")
            if hub.token and sent != f"Bearer {hub.token}":
                self.answer(401, {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"})
                return False
            return True

        def api(self, url):
            if not self.is_let_in():
                return
            match = re.fullmatch(r"/api/models/([^/]+/[^/]+)/(revision|tree)/([^/]+)", url.path)
            if not match or match[1] != hub.repository:
                self.answer(404, {"X-Error-Code": "RepoNotFound"})
                return
            revision = unquote(match[3])
            commit = hub.revisions.get(revision, revision)
            if commit not in hub.commits:
                self.answer(404, {"X-Error-Code": "RevisionNotFound"})
            elif match[2] == "revision":
                trouble = hub.trouble.get("revision", Trouble()).next("statuses")
                self.answer(*trouble) if trouble else self.json({"id": hub.repository, "sha": commit})
            else:
                self.tree(url, commit)

        def tree(self, url, commit):
            files = hub.commits[commit]
            folders = sorted({path.rsplit("/", 1)[0] for path in files if "/" in path})
            entries = [{"type": "directory", "path": path, "size": 0, "oid": git_oid(path.encode())} for path in folders]
            entries += [hub.entry(path, data) for path, data in sorted(files.items())] + hub.extra_entries
            begin = int(parse_qs(url.query).get("cursor", ["0"])[0])
            end = begin + hub.page_size
            link = {"Link": f'<{hub.url}{url.path}?recursive=true&cursor={end}>; rel="next"'} if end < len(entries) else {}
            self.json(entries[begin:end], **link)

        def resolve(self, url):
            match = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([0-9a-f]{40})/(.+)", url.path)
            path = unquote(match[3]) if match else url.path
            hub.requests.append(Request(server, path, dict(self.headers)))
            if not self.is_let_in():
                return
            if hub.gated:
                self.answer(403, {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access is restricted"})
                return
            data = hub.commits.get(match[2], {}).get(path) if match else None
            if data is None:
                self.answer(404, {"X-Error-Code": "EntryNotFound"})
                return
            trouble = hub.trouble.get(path, Trouble())
            status = trouble.next("statuses")
            if status:
                self.answer(*status)
            elif len(data) < LARGE:
                self.answer(307, {"Location": f"{CACHE}{match[2]}/{match[3]}", "X-Repo-Commit": match[2],
                                  "X-Linked-Size": str(len(data)), "X-Linked-Etag": f'"{git_oid(data)}"'})
            else:
                location = trouble.location or f"{hub.cdn_url}/{match[2]}/{match[3]}?signature=x"
                self.answer(302, {"Location": location, "X-Repo-Commit": match[2], "X-Linked-Size": str(len(data)),
                                  "X-Linked-Etag": f'"{sha256(data)}"', **trouble.linked_headers}, b"Found. Redirecting")

        def send_small(self, url):
            if self.is_let_in():
                commit, path = url.path.removeprefix(CACHE).split("/", 1)
                data = hub.commits[commit][unquote(path)]
                self.send_content(unquote(path), data, git_oid(data))

        def send_large(self, url):
            commit, path = url.path[1:].split("/", 1)
            path = unquote(path)
            hub.requests.append(Request(server, path, dict(self.headers)))
            data = hub.commits[commit][path]
            self.send_content(path, data, sha256(data))

        def send_content(self, path, data, name):
            trouble = hub.trouble.get(path, Trouble())
            body = trouble.next("bodies")
            data = data if body is None else body
            etag = trouble.next("etags") or f'"{name}"'
            begin, status, headers = 0, 200, {"ETag": etag, "Accept-Ranges": "bytes"}
            wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            if wanted and not trouble.ignores_ranges and self.headers.get("If-Range", etag) == etag:
                begin = int(wanted[1])
                if begin >= len(data):
                    self.answer(416, {"Content-Range": f"bytes */{len(data)}"})
                    return
                status = 206
                headers["Content-Range"] = f"bytes {begin}-{len(data) - 1}/{len(data)}"
            self.send_response(status)
            for header in (headers | {"Content-Length": str(len(data) - begin)}).items():
                self.send_header(*header)
            self.end_headers()
            cut = trouble.next("cut_after")
            self.send_pieces(data[begin:] if cut is None else data[begin:begin + cut], trouble)
            if cut is not None:
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True

        def send_pieces(self, data, trouble):
            hold = trouble.hold_after
            if hold is not None and hold < len(data):
                trouble.hold_after = None
                self.wfile.write(data[:hold])
                self.wfile.flush()
                data = data[hold:]
                hub.holding.set()
                hub.released.wait()
            for at in range(0, len(data), trouble.piece):
                self.wfile.write(data[at:at + trouble.piece])

    return Handler
