"""A TCP proxy on loopback that can cut, hold up and damage what goes through it."""
import random
import selectors
import socket
import threading
import time


class TcpProxy:
    """Between clients and one `HOST:PORT`. The faults act on every connection, from the next bytes on."""

    def __init__(self, target: str, seed: int):
        host, port = target.rsplit(":", 1)
        self.target = (host, int(port))
        self.random = random.Random(seed)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.open: set[socket.socket] = set()
        self.lock = threading.Lock()
        self.is_cut = False
        self.delay_seconds = 0.0
        self.to_damage = 0  # chunks
        self.closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Ends every connection and every new one at once, until heal()."""
        self.is_cut = True
        with self.lock:
            victims, self.open = self.open, set()
        for victim in victims:
            _end(victim)

    def delay(self, seconds: float):
        self.delay_seconds = seconds

    def damage(self, chunks: int):
        """Flips a bit in each of the next so many chunks."""
        self.to_damage = chunks

    def heal(self):
        self.is_cut, self.delay_seconds, self.to_damage = False, 0.0, 0

    def close(self):
        self.closed = True
        self.listener.close()
        self.cut()

    def _accept(self):
        while not self.closed:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                _end(client)
                continue
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            server = socket.create_connection(self.target, timeout=10)
        except OSError:
            _end(client)
            return
        server.settimeout(None)
        with self.lock:
            self.open |= {client, server}
        other = {client: server, server: client}
        try:
            with selectors.DefaultSelector() as ready:
                for end in other:
                    ready.register(end, selectors.EVENT_READ)
                while True:
                    for key, _ in ready.select():
                        chunk = key.fileobj.recv(65536)
                        if not chunk or self.is_cut:
                            return
                        other[key.fileobj].sendall(self._suffer(chunk))
        except (OSError, ValueError):
            return
        finally:
            with self.lock:
                self.open -= {client, server}
            _end(client)
            _end(server)

    def _suffer(self, chunk: bytes) -> bytes:
        if self.delay_seconds:
            time.sleep(self.delay_seconds)
        with self.lock:
            if not self.to_damage:
                return chunk
            self.to_damage -= 1
        damaged = bytearray(chunk)
        damaged[self.random.randrange(len(damaged))] ^= 1 << self.random.randrange(8)
        return bytes(damaged)


def _end(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
