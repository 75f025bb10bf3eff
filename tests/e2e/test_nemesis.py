"""Real processes that are killed, frozen, cut off and lied to at random, while clients order songs; afterwards every client's
view, the database and the songs on the disk must agree.

MUSICFLEET_NEMESIS_FAULTS and MUSICFLEET_NEMESIS_SEED ask for a longer run, or for one again:
    MUSICFLEET_NEMESIS_FAULTS=200 MUSICFLEET_NEMESIS_SEED=7 tests/e2e/run -k nemesis
"""
import http.client
import os
import random
import threading
import time
import urllib.error

import pytest

from failover import KEY, Books, buys_from
from fleet import ENDED, Fleet, short_song
from history import History
from processes import wait_until
from tcp_proxy import TcpProxy
from upstream import Upstream

FAULTS = int(os.environ.get("MUSICFLEET_NEMESIS_FAULTS", "14"))
SEEDS = [int(seed) for seed in os.environ.get("MUSICFLEET_NEMESIS_SEED", "1").split(",")]
CLIENTS = 3
WORKERS = ("worker-1", "worker-2")
BROKEN_CONNECTION = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


class Client(threading.Thread):
    """Orders one song after the other, each under a key of its own that it repeats until there is an answer; asks after the former ones
    and sometimes cancels one."""

    def __init__(self, fleet: Fleet, history: History, name: str, seed: int):
        super().__init__(daemon=True)
        self.fleet, self.history, self.name = fleet, history, name
        self.random = random.Random(seed)
        self.stopping = threading.Event()
        self.jobs: list[str] = []
        self.trouble: list[str] = []

    def run(self):
        number = 0
        while not self.stopping.is_set():
            number += 1
            self.order(f"{self.name}-{number}")
            self.look(self.random.choice(self.jobs))
            if self.random.random() < 0.1:
                self.call("DELETE", f"/v1/jobs/{self.random.choice(self.jobs)}", fine=(200, 202, 409))
            self.stopping.wait(self.random.random() * 0.5)

    def order(self, key: str):
        song = short_song(seed=self.random.randrange(1 << 40))
        answer = self.call("POST", "/v1/jobs", song, {"Idempotency-Key": key}, fine=(200, 202))
        self.history.accept(key, answer.json)
        self.jobs.append(answer.json["id"])

    def look(self, job_id: str) -> dict:
        job = self.call("GET", f"/v1/jobs/{job_id}").json
        self.history.see(job)
        return job

    def call(self, method, path, body=None, headers=None, fine=(200,)):
        """Tries until there is an answer: a coordinator that is down comes back."""
        def attempt():
            try:
                answer = self.fleet.api.request(method, path, body, headers)
            except BROKEN_CONNECTION:
                return None
            if answer.status in fine:
                return answer
            if answer.status not in (429, 503):
                self.trouble.append(f"{method} {path}: {answer.status} {answer.body!r}")
                raise AssertionError(self.trouble[-1])
            return None
        return wait_until(f"{method} {path} is answered", attempt)


class Nemesis:
    def __init__(self, fleet: Fleet, fleet_proxy: TcpProxy, upload_proxy: TcpProxy, seed: int):
        self.fleet = fleet
        self.proxies = (fleet_proxy, upload_proxy)
        self.random = random.Random(seed)
        self.workers = {name: fleet.start_worker(name) for name in WORKERS}
        self.done: list[str] = []

    def faults(self) -> tuple:
        return (self.kill_worker, self.kill_worker, self.freeze_worker, self.kill_coordinator, self.freeze_coordinator,
                self.cut, self.delay, self.damage, self.kill_all)

    def strike(self):
        fault = self.random.choice(self.faults())
        self.done.append(fault.__name__)
        fault()

    def pause(self, longest: float):
        time.sleep(self.random.random() * longest)

    def kill_worker(self):
        name = self.random.choice(WORKERS)
        self.workers[name].kill()
        self.pause(3)  # now and then longer than a lease
        self.workers[name] = self.fleet.launch_worker(name)

    def freeze_worker(self):
        worker = self.workers[self.random.choice(WORKERS)]
        worker.freeze()
        self.pause(5)
        worker.thaw()

    def kill_coordinator(self):
        self.fleet.coordinator.kill()
        self.pause(1)
        self.fleet.start_coordinator()

    def freeze_coordinator(self):
        self.fleet.coordinator.freeze()
        self.pause(3)
        self.fleet.coordinator.thaw()

    def kill_all(self):
        for process in (self.fleet.coordinator, *self.workers.values()):
            process.kill()
        self.fleet.start_coordinator()
        self.workers = {name: self.fleet.launch_worker(name) for name in WORKERS}

    def cut(self):
        proxy = self.random.choice(self.proxies)
        proxy.cut()
        self.pause(3)
        proxy.heal()

    def delay(self):
        proxy = self.random.choice(self.proxies)
        proxy.delay(self.random.random() / 2)
        self.pause(3)
        proxy.heal()

    def damage(self):
        proxy = self.random.choice(self.proxies)
        proxy.damage(chunks=3)
        self.pause(2)
        proxy.heal()

    def relent(self):
        """Everything runs and is connected again."""
        for proxy in self.proxies:
            proxy.heal()
        for name, worker in self.workers.items():
            if not worker.is_running():
                self.workers[name] = self.fleet.launch_worker(name)


class NemesisOfPurchases(Nemesis):
    """Also keeps the workers away for a while, so that songs are bought, and lets the vendor misbehave."""

    def __init__(self, *arguments, upstream: Upstream):
        super().__init__(*arguments)
        self.upstream = upstream

    def faults(self) -> tuple:
        return (*super().faults(), self.without_workers, self.without_workers, self.kill_while_buying, self.vendor_trouble,
                self.vendor_trouble)

    def without_workers(self):
        for worker in self.workers.values():
            worker.kill()
        self.pause(6)
        self.workers = {name: self.fleet.launch_worker(name) for name in WORKERS}

    def kill_while_buying(self):
        """Nothing can tell whether the song of an order that has left was made."""
        before = len(self.upstream.charges)
        for worker in self.workers.values():
            worker.kill()
        self.upstream.trouble(drip=0.05, piece=8 * 1024)
        wait_until("a song is being bought", lambda: len(self.upstream.charges) > before)
        self.fleet.coordinator.kill()
        self.fleet.start_coordinator()
        self.workers = {name: self.fleet.launch_worker(name) for name in WORKERS}

    def vendor_trouble(self):
        self.upstream.trouble(**self.random.choice(({"status": 500}, {"status": 503}, {"status": 429}, {"close": True},
                                                    {"cut_after": 1_000}, {"drip": 0.02, "piece": 16 * 1024})))


def broken_accounts(books: Books, upstream: Upstream) -> list[str]:
    """What of purchases, ledger and the vendor's bill does not agree."""
    broken = []
    purchases = books.purchases()
    bought = {purchase["vendor_song"] for purchase in purchases if purchase["state"] == "bought"}
    unknown = [purchase for purchase in purchases if purchase["state"] == "unknown"]
    charges = {charge.song_id for charge in upstream.charges}
    if not bought <= charges:
        broken.append(f"bought and not charged for: {bought - charges}")
    if len(charges - bought) > len(unknown):
        broken.append(f"{len(charges - bought)} songs were charged for and not delivered, {len(unknown)} are listed as unknown")
    paid = [purchase["job"] for purchase in purchases if purchase["state"] in ("bought", "unknown")]
    broken += [f"{job} was paid for {paid.count(job)} times" for job in set(paid) if paid.count(job) > 1]
    if any(purchase["state"] == "intended" for purchase in purchases):
        broken.append("a purchase is still under way")
    charged = sum(amount for kind, amount in books.ledger() if kind != "sale")
    if charged != sum(purchase["price"] for purchase in purchases if purchase["state"] in ("bought", "unknown")):
        broken.append(f"the ledger's charges are {charged} micro-dollars, of {purchases}")
    return broken


@pytest.fixture
def fleet_behind_proxies(tmp_path, model):
    made = Fleet(tmp_path, model)
    # The nemesis is no reason to give a song up, and it strikes often enough that leases must end.
    made.times |= {"max_attempts": 50, "lease_ms": 2_000}
    made.start_coordinator()
    fleet_proxy = TcpProxy(made.addresses["fleet"], seed=1)
    upload_proxy = TcpProxy(made.addresses["http"], seed=2)
    made.worker_route = f"tcp://{fleet_proxy.address}"
    made.public_url = f"http://{upload_proxy.address}"
    assert made.coordinator.stop() == 0
    made.start_coordinator()
    yield made, fleet_proxy, upload_proxy
    made.close()
    fleet_proxy.close()
    upload_proxy.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_dies_freezes_or_is_cut_off_no_song_is_lost_and_none_is_made_twice(fleet_behind_proxies, seed):
    fleet, *proxies = fleet_behind_proxies
    torment(fleet, Nemesis(fleet, *proxies, seed), seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_where_songs_are_bought_and_each_is_paid_for_once(fleet_behind_proxies, seed):
    fleet, *proxies = fleet_behind_proxies
    upstream = Upstream(keys=(KEY,))
    try:
        assert fleet.coordinator.stop() == 0
        buys_from(fleet, upstream)
        fleet.start_coordinator()
        torment(fleet, NemesisOfPurchases(fleet, *proxies, seed, upstream=upstream), seed)
        books = Books(fleet.data)
        assert broken_accounts(books, upstream) == []
        assert "bought" in books.states(), "there was something to prove"
    finally:
        upstream.close()


def torment(fleet: Fleet, nemesis: Nemesis, seed: int):
    history = History()
    clients = [Client(fleet, history, f"client-{i}", seed * 100 + i) for i in range(CLIENTS)]
    for client in clients:
        client.start()
    for _ in range(FAULTS):
        nemesis.pause(2)
        nemesis.strike()
    nemesis.relent()
    for client in clients:
        client.stopping.set()
    for client in clients:
        client.join()
        assert not client.trouble, (client.trouble, nemesis.done)

    for job_id in history.accepted.values():
        wait_until(lambda: f"{job_id} ends, after {nemesis.done}: {fleet.job(job_id)}",
                   lambda: fleet.job(job_id)["state"] in ENDED)
        history.see(fleet.job(job_id))
    states = [fleet.job(job_id)["state"] for job_id in history.accepted.values()]
    assert "succeeded" in states, (states, nemesis.done)
    assert "failed" not in states, (states, nemesis.done)
    assert fleet.coordinator.stop() == 0
    assert history.check(fleet.data) == [], nemesis.done
