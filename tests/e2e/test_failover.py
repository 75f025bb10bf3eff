"""Songs that no worker makes are bought, once, within the budget: real processes, and a server in the vendor's place that
charges for what it makes and misbehaves in every way."""
import http.client
import json
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest

from failover import KEY, SONG_MICROS, Books, buys_from, metric, mp3_song, story
from fleet import Fleet, short_song
from processes import run_program, wait_until
from upstream import silent_mp3

SALE = ("sale", 2_990_000)
PAID = ("purchase", SONG_MICROS)
MAYBE_PAID = ("unknown_purchase", SONG_MICROS)


@pytest.fixture
def buyer(tmp_path, model, upstream):
    """A coordinator that buys, without workers."""
    made = Fleet(tmp_path, model)
    made.times["retry_longest_ms"] = 200
    buys_from(made, upstream)
    made.start_coordinator()
    yield made
    made.close()


def routes(fleet: Fleet, job_id: str) -> list[dict]:
    """What the router has said of the job since it was last bought."""
    told = []
    for event in story(fleet, job_id)["events"]:
        if event["kind"] == "routed":
            told.append(event["detail"])
        if event["kind"] == "attempt_ended":
            told.clear()
    return told


def wait_routed(fleet: Fleet, job_id: str, what: str):
    """Until the job waits, for the reason or with the number that is named."""
    def is_told():
        return [route for route in routes(fleet, job_id)
                if what == route["reason"] or what in route["numbers"] or what in route["numbers"]["elevenlabs"]]
    wait_until(lambda: f"{job_id} waits, {what}: {story(fleet, job_id)}", is_told)
    assert fleet.job(job_id)["state"] == "queued"


def test_a_song_that_no_worker_is_there_for_is_bought_and_delivered(buyer, upstream):
    job = buyer.wait_ended(buyer.submit(mp3_song()))
    assert buyer.audio(job["id"]) == silent_mp3(4_000, 44100, 128)
    assert (job["epoch"], job["attempts"]) == (1, 1)
    assert upstream.requests[0].body == {"prompt": "a secret wish", "music_length_ms": 4_000, "model_id": "music_v1"}
    books = Books(buyer.data)
    [purchase] = books.purchases()
    assert (purchase["state"], purchase["vendor_song"], purchase["price"]) == ("bought", upstream.charges[0].song_id, SONG_MICROS)
    assert sorted(books.ledger()) == sorted([PAID, SALE])
    assert metric(buyer, 'musicfleet_purchases_micro_dollars_total{outcome="bought"}') == SONG_MICROS
    said = buyer.coordinator.said()
    assert "secret wish" not in said and KEY not in said


def test_our_default_format_is_bought_as_samples_and_delivered_as_wav(buyer, upstream):
    job = buyer.wait_ended(buyer.submit(short_song()))
    assert upstream.requests[0].path == "/v1/music?output_format=pcm_48000"
    audio = buyer.audio(job["id"])
    assert audio[:4] == b"RIFF" and len(audio) == 44 + 3 * 48_000 * 4
    assert job["audio"]["duration_seconds"] == 3 and job["audio"]["channels"] == 2


def test_a_worker_that_is_there_makes_the_song_and_nothing_is_bought(buyer, upstream):
    buyer.start_worker("worker-1")
    assert buyer.wait_ended(buyer.submit(mp3_song()))["worker"] == "worker-1"
    assert not upstream.requests and not Books(buyer.data).purchases()


def test_beyond_the_budget_nothing_is_bought_and_the_song_waits_for_a_worker(buyer, upstream):
    assert buyer.coordinator.stop() == 0
    buys_from(buyer, upstream, budget='month = "0.03"')  # a song and a half
    buyer.start_coordinator()
    buyer.wait_ended(buyer.submit(mp3_song()))
    second = buyer.submit(mp3_song())
    wait_routed(buyer, second, "over_budget")
    buyer.coordinator.kill()
    buyer.start_coordinator()  # which knows what was spent
    third = buyer.submit(mp3_song())
    wait_routed(buyer, third, "over_budget")
    assert len(upstream.charges) == 1
    buyer.start_worker("worker-1")
    for job in (second, third):
        assert buyer.wait_ended(job)["worker"] == "worker-1"


def test_killed_in_mid_purchase_the_song_is_listed_as_unknown_and_not_bought_again(buyer, upstream):
    upstream.trouble(stall="before")
    job = buyer.submit(mp3_song())
    wait_until("the order has left", lambda: upstream.charges)
    buyer.coordinator.kill()
    assert Books(buyer.data).states() == ["intended"]
    buyer.start_coordinator()
    assert Books(buyer.data).states() == ["unknown"]
    assert Books(buyer.data).ledger() == [MAYBE_PAID]
    wait_routed(buyer, job, "purchase_unknown")
    buyer.start_worker("worker-1")
    made = buyer.wait_ended(job)
    assert (made["worker"], made["epoch"]) == ("worker-1", 2)
    assert len(upstream.requests) == 1
    assert sorted(Books(buyer.data).ledger()) == sorted([MAYBE_PAID, SALE])


def test_told_to_end_in_mid_purchase_it_waits_for_the_songs_and_buys_no_more(buyer, upstream):
    for _ in range(2):
        upstream.trouble(waits=True)
    with ThreadPoolExecutor() as clients:
        caller = clients.submit(compose, buyer)
        try:
            ordered = buyer.submit(mp3_song())
            wait_until("both have left", lambda: len(upstream.charges) == 2)
            third = buyer.submit(mp3_song())
            buyer.wait_for(third, lambda job: job["state"] == "leased", "it waits for a slot")
            buyer.coordinator.terminate()
            wait_until("it waits", lambda: "waiting for ElevenLabs" in buyer.coordinator.said())
            wait_routed(buyer, third, "resting")  # its order is taken back
            wait_routed(buyer, buyer.submit(mp3_song()), "resting")  # and nobody is turned away
        finally:
            upstream.release()
        assert caller.result().status == 200
    assert buyer.coordinator.end() == 0
    assert Books(buyer.data).states() == ["bought", "bought", "not_bought"]
    assert sorted(Books(buyer.data).ledger()) == sorted([PAID, PAID, SALE, SALE])
    assert len(upstream.requests) == 2
    buyer.start_coordinator()
    assert buyer.job(ordered)["state"] == "succeeded"
    buyer.wait_ended(third)
    wait_until("both are bought", lambda: Books(buyer.data).states() == ["bought", "bought", "not_bought", "bought", "bought"])


def test_told_to_end_it_waits_no_longer_than_it_may(buyer, upstream):
    assert buyer.coordinator.stop() == 0
    buys_from(buyer, upstream, more="stop_wait_ms = 0")
    buyer.start_coordinator()
    upstream.trouble(waits=True)
    buyer.submit(mp3_song())
    wait_until("the order has left", lambda: upstream.charges)
    assert buyer.coordinator.stop() == 0
    assert "purchases are unknown from the next start on" in buyer.coordinator.said()
    buyer.start_coordinator()
    assert Books(buyer.data).states() == ["unknown"]


def test_what_an_operator_finds_not_to_be_paid_frees_the_budget_and_the_job(buyer, upstream):
    assert buyer.coordinator.stop() == 0
    buys_from(buyer, upstream, budget='month = "0.03"')  # a song and a half: of two, the first must not count
    buyer.start_coordinator()
    upstream.trouble(stall="before")
    job = buyer.submit(mp3_song())
    wait_until("the order has left", lambda: upstream.charges)
    buyer.coordinator.kill()
    buyer.start_coordinator()
    wait_routed(buyer, job, "purchase_unknown")

    [unknown] = buyer.musicfleet("purchases", "list", "--unknown", "--json").stdout.splitlines()
    assert (json.loads(unknown)["job"], json.loads(unknown)["price_micros"]) == (job, SONG_MICROS)
    assert buyer.musicfleet("purchases", "settle", job, "--not-paid").returncode == 0
    buyer.wait_ended(job)
    assert Books(buyer.data).ledger()[:2] == [MAYBE_PAID, ("refund", -SONG_MICROS)]
    assert sorted(Books(buyer.data).ledger()[2:]) == sorted([PAID, SALE])
    total = json.loads(buyer.musicfleet("cost", "report", "--json").stdout)["total"]
    assert (total["bought_songs"], total["unknown_purchases"], total["bought_cost_micros"], total["sold_micros"]) == (
        1, 0, SONG_MICROS, SALE[1])


def test_a_cancelled_song_costs_nothing_before_its_order_left_and_is_paid_for_afterwards(buyer, upstream):
    for _ in range(2):
        upstream.trouble(drip=0.2, piece=1_024)
    first, second = buyer.submit(mp3_song()), buyer.submit(mp3_song())
    wait_until("both have left", lambda: len(upstream.charges) == 2)
    third = buyer.submit(mp3_song())
    buyer.wait_for(third, lambda job: job["state"] == "leased", "it waits for a slot")
    for job in (second, third):
        assert buyer.api.delete(f"/v1/jobs/{job}").status in (200, 202)
    buyer.wait_ended(third, "cancelled")
    assert Books(buyer.data).states() == ["intended", "intended", "not_bought"]
    buyer.wait_ended(first)
    buyer.wait_ended(second, "cancelled")
    assert Books(buyer.data).states() == ["bought", "bought", "not_bought"]
    assert sorted(Books(buyer.data).ledger()) == sorted([PAID, PAID, SALE])
    assert len(upstream.requests) == 2


# What goes wrong with the first request; what becomes of the purchases; what is charged; how many requests there are; what the
# job comes to: "succeeded", or the number of the router's that says why it waits.
TROUBLES = [
    ({"status": 400}, ["not_bought"], [], 1, "cannot"),
    ({"status": 401, "code": "quota_exceeded"}, ["not_bought"], [], 1, "resting"),
    ({"status": 402, "code": "payment_required"}, ["not_bought"], [], 1, "resting"),
    ({"status": 403, "code": "missing_permissions"}, ["not_bought"], [], 1, "resting"),
    ({"status": 422}, ["not_bought"], [], 1, "cannot"),
    ({"status": 429, "code": "rate_limit_exceeded"}, ["bought"], [PAID, SALE], 2, "succeeded"),
    ({"status": 429, "code": "rate_limit_exceeded", "retry_after": "1"}, ["bought"], [PAID, SALE], 2, "succeeded"),
    ({"status": 503}, ["bought"], [PAID, SALE], 2, "succeeded"),
    ({"status": 500, "code": "internal"}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"status": 502, "gateway": True}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"status": 503, "gateway": True}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"stall": "before"}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"stall": "after"}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"cut_after": 1_000}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"cut_after": 0}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"extra_length": 10}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"extra_length": -30_000}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"body": b"<html>welcome</html>"}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"body": b"--bound\r\nnot a multipart"}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"close": True}, ["unknown"], [MAYBE_PAID], 1, "purchase_unknown"),
    ({"drip": 0.01, "piece": 4_096}, ["bought"], [PAID, SALE], 1, "succeeded"),
]


@pytest.mark.parametrize("trouble,states,charged,requests,end", TROUBLES, ids=lambda value: str(value).replace(" ", ""))
def test_whatever_the_vendor_does_is_paid_for_as_it_should_be(buyer, upstream, trouble, states, charged, requests, end):
    if "stall" in trouble:
        assert buyer.coordinator.stop() == 0
        buys_from(buyer, upstream, more="first_byte_ms = 3000\nidle_ms = 3000")
        buyer.start_coordinator()
    upstream.trouble(**trouble)
    job = buyer.submit(mp3_song())
    if end == "succeeded":
        buyer.wait_ended(job)
        assert buyer.audio(job) == silent_mp3(4_000, 44100, 128)
    else:
        wait_routed(buyer, job, end)
    books = Books(buyer.data)
    assert books.states() == states
    assert sorted(books.ledger()) == sorted(charged)
    assert len(upstream.requests) == requests
    assert metric(buyer, 'musicfleet_elevenlabs_breaker{state="closed"}') == 1, "one is no row"
    unknown = sum(state == "unknown" for state in states)
    assert metric(buyer, 'musicfleet_purchases_total{outcome="unknown"}') == unknown
    assert not list((buyer.data / "audio" / "incoming").iterdir()), "nothing is left lying about"


SONG = {"prompt": "a secret wish", "music_length_ms": 4_000, "force_instrumental": True}


def compose(fleet: Fleet, **query):
    """As a client of the vendor's own API asks for four seconds."""
    path = "/v1/music" + "".join(f"?{name}={value}" for name, value in query.items())
    return fleet.api.post(path, SONG)


def test_a_client_of_the_vendors_api_cannot_tell(buyer, upstream):
    answer = compose(buyer)
    assert answer.status == 200, answer.body
    assert answer.body == silent_mp3(4_000, 44100, 128)
    assert upstream.requests[0].body == SONG | {"model_id": "music_v1"}, "as it came, and of the model that was budgeted"
    samples = compose(buyer, output_format="pcm_44100")
    assert (samples.status, len(samples.body)) == (200, 4 * 44_100 * 4)
    telephone = compose(buyer, output_format="ulaw_8000")
    assert (telephone.status, len(telephone.body)) == (200, 4 * 8_000)
    assert Books(buyer.data).states() == ["bought"] * 3


@pytest.mark.parametrize("trouble,status", [({"status": 429}, 200), ({"status": 503}, 200), ({"status": 500}, 503),
                                            ({"close": True}, 503), ({"status": 401}, 503)], ids=str)
def test_what_a_client_of_the_vendors_api_hears_when_the_vendor_misbehaves(tmp_path, model, upstream, trouble, status):
    fleet = Fleet(tmp_path, model)
    buys_from(fleet, upstream)
    fleet.more_config += "\n[music]\nworker_wait_ms = 200\n"
    fleet.start_coordinator()
    try:
        upstream.trouble(**trouble)
        answer = compose(fleet)
        assert answer.status == status, answer.body
        if status != 200:
            assert int(answer.headers["Retry-After"]) >= 1 and answer.error["status"] and answer.error["message"]
        assert len(upstream.charges) == sum(amount > 0 for kind, amount in Books(fleet.data).ledger() if kind != "sale") \
            or trouble == {"status": 500}, "which is not charged for, and nobody can tell"
    finally:
        fleet.close()


def test_beyond_the_budget_a_client_that_waits_is_told_so_at_once(tmp_path, model, upstream):
    fleet = Fleet(tmp_path, model)
    buys_from(fleet, upstream, budget='month = "0"')
    fleet.more_config += "\n[music]\nworker_wait_ms = 200\n"
    fleet.start_coordinator()
    try:
        answer = compose(fleet)
        assert answer.status == 429, answer.body
        assert int(answer.headers["Retry-After"]) >= 1 and "budget" in answer.error["message"]
        assert not upstream.requests and not Books(fleet.data).purchases()
    finally:
        fleet.close()


def test_a_client_that_hangs_up_in_mid_purchase_and_asks_again_gets_the_song_that_was_paid_for(buyer, upstream):
    assert buyer.coordinator.stop() == 0
    buyer.more_config += "\n[music]\ncancel_abandoned = true\n"
    buyer.start_coordinator()
    upstream.trouble(waits=True)
    client = http.client.HTTPConnection(urllib.parse.urlsplit(buyer.api.url).netloc)
    client.request("POST", "/v1/music", json.dumps(SONG),
                   {"Authorization": f"Bearer {buyer.api_key}", "Content-Type": "application/json"})
    wait_until("the order has left", lambda: upstream.charges)
    client.close()
    wait_until("that is noticed", lambda: "route=/v1/music status=409" in buyer.coordinator.said())
    with ThreadPoolExecutor() as clients:
        again = clients.submit(compose, buyer)
        upstream.release()
        assert again.result().body == silent_mp3(4_000, 44100, 128)
    assert len(upstream.charges) == 1
    assert sorted(Books(buyer.data).ledger()) == sorted([PAID, SALE])


def test_what_is_shadowed_is_delivered_by_the_fleet_and_bought_once_to_be_compared(buyer, upstream):
    assert buyer.musicfleet("tenants", "set", "default", "--policy", "shadow").returncode == 0
    buyer.start_worker("worker-1")
    job = buyer.wait_ended(buyer.submit(mp3_song()))
    assert job["worker"] == "worker-1"
    wait_until("the shadow is there", lambda: Books(buyer.data).states() == ["bought"])
    bought = silent_mp3(4_000, 44100, 128)
    assert buyer.audio(job["id"]) != bought, "the fleet's song is delivered"
    [purchase] = Books(buyer.data).purchases()
    assert (purchase["purpose"], purchase["epoch"]) == ("shadow", 1)
    assert (buyer.data / "audio" / purchase["object"]).read_bytes() == bought
    assert sorted(Books(buyer.data).ledger()) == sorted([("shadow_purchase", SONG_MICROS), SALE])
    assert len(upstream.charges) == 1


def test_an_sdk_that_sends_a_song_of_unknown_outcome_again_does_not_buy_it_again(tmp_path, model, upstream):
    fleet = Fleet(tmp_path, model)
    buys_from(fleet, upstream)
    fleet.more_config += "\n[music]\nworker_wait_ms = 200\n"
    fleet.start_coordinator()
    try:
        for policy in ("fleet_first", "elevenlabs_only"):
            assert fleet.musicfleet("tenants", "set", "default", "--policy", policy).returncode == 0
            sent = len(upstream.requests)
            upstream.trouble(close=True)  # after the song was made
            answers = [compose(fleet, output_format=f"mp3_44100_{128 if policy == 'fleet_first' else 192}") for _ in range(3)]
            assert [answer.status for answer in answers] == [503] * 3
            assert len(upstream.requests) == sent + 1
    finally:
        fleet.close()


def test_a_vendor_that_is_not_there_opens_the_breaker_and_costs_nothing(buyer, upstream):
    upstream.close()
    job = buyer.submit(mp3_song())
    wait_until("the breaker opens", lambda: metric(buyer, 'musicfleet_elevenlabs_breaker{state="open"}') == 1)
    buyer.wait_for(job, lambda job: job["state"] == "queued", "its order comes back")
    assert set(Books(buyer.data).states()) == {"not_bought"} and not Books(buyer.data).ledger()
    buyer.start_worker("worker-1")
    assert buyer.wait_ended(job)["worker"] == "worker-1"


def test_the_breaker_lets_one_through_after_its_rest_and_closes_when_songs_come_again(buyer, upstream):
    for _ in range(5):
        upstream.trouble(status=500)
    unknown = [buyer.submit(mp3_song()) for _ in range(5)]
    wait_until("the breaker opens", lambda: metric(buyer, 'musicfleet_elevenlabs_breaker{state="open"}') == 1)
    assert len(upstream.requests) == 5
    kept = [buyer.submit(mp3_song()) for _ in range(2)]
    for job in unknown:
        wait_routed(buyer, job, "purchase_unknown")
    for job in kept:
        buyer.wait_ended(job)
    assert metric(buyer, 'musicfleet_elevenlabs_breaker{state="closed"}') == 1
    assert len(upstream.charges) == 2


def test_what_is_wrong_with_keys_is_said_before_anything_starts(buyer):
    [key] = buyer.folder.glob("elevenlabs-*.key")
    config = buyer.folder / "coordinator.toml"
    assert run_program("musicfleet", "config", "check", config).returncode == 0
    key.chmod(0o644)
    refused = run_program("musicfleet", "config", "check", config)
    assert refused.returncode == 2 and str(key) in refused.stdout + refused.stderr
    assert KEY not in refused.stdout + refused.stderr
    assert buyer.coordinator.stop() == 0
    assert buyer.launch_coordinator().end() == 1


def test_no_worker_is_called_like_the_provider(buyer):
    answer = buyer.admin.post("/admin/v1/workers", {"name": "elevenlabs", "public_key": "k" * 40})
    assert answer.status == 422 and answer.error["param"] == "name"
