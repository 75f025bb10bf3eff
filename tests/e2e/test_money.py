"""Money as operators see it: the cost report against sums that are made here from the database's own rows, unknown
purchases that are settled, and limits that outlive a restart."""
import csv
import datetime
import io
import json
import random
import sqlite3
from collections import Counter

import pytest

from fleet import Fleet, short_song
from processes import run_program

RENT, SALE = 500_000_000, 1_990_000  # micro-dollars, and not the defaults
MONTH_MS = 2_629_800_000
NOW = datetime.datetime.now(datetime.timezone.utc)
NEW_PRICE_FROM = (NOW - datetime.timedelta(days=2)).date()
BOUGHT = ("purchase", "shadow_purchase", "unknown_purchase", "refund")
DAYS = 5  # of the ledger, the present one included


def at_midnight(days_ago: int) -> int:
    day = datetime.datetime.combine((NOW - datetime.timedelta(days=days_ago)).date(), datetime.time(),
                                    datetime.timezone.utc)
    return int(day.timestamp() * 1000)


def ms_of(stamp: str) -> int:
    return round(datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp() * 1000)


def day_text(ms: int) -> str:
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).strftime("%Y-%m-%d")


@pytest.fixture
def books(tmp_path, model):
    """A coordinator whose ledger has some hundred rows of five days, with purchases that ended in every way."""
    made = Fleet(tmp_path, model)
    made.more_config = f"""
[elevenlabs]
prices = ["2020-01-01 * 0.30 exact one source", "{NEW_PRICE_FROM} * 0.15 exact another one"]
[money]
server_month = "500"
song_price = "1.99"
"""
    made.start_coordinator()
    made.coordinator.stop()
    fill(made.data / "musicfleet.db")
    made.start_coordinator()
    yield made
    made.close()


def fill(file):
    """What a coordinator would have written; what purchases are charged, the database's triggers write."""
    draw = random.Random(6)
    database = sqlite3.connect(file)
    end = int(NOW.timestamp() * 1000)
    with database:
        for number in range(400):
            at = draw.randrange(at_midnight(DAYS - 1), end - 60_000)
            tenant = draw.choice(["default", "shop", "Größe"])
            job, song = f"job_{number}", draw.choice([30_000, 180_000, 123_457])
            if number % 3:
                work = draw.randrange(1, 60_000)
                kind = draw.choice(["fleet_song", "fleet_song", "fleet_waste"])
                database.execute("INSERT INTO ledger (at, kind, tenant, job, epoch, provider, model, song_ms, work_ms, amount)"
                                 " VALUES (?, ?, ?, ?, 1, 'fleet', ?, ?, ?, ?)",
                                 (at, kind, tenant, job, draw.choice(["turbo", "base"]), song, work, -(-RENT * work // MONTH_MS)))
            else:
                kind = "purchase"
                database.execute("INSERT INTO purchases (job, epoch, tenant, provider, model, purpose, song_ms, price,"
                                 " price_note, intended_at, state) VALUES (?, 1, ?, 'elevenlabs', 'music_v1', ?, ?, ?, 'a row',"
                                 " ?, 'intended')", (job, tenant, draw.choice(["delivery"] * 3 + ["shadow"]), song,
                                                     draw.randrange(900_000), at))
                for state in draw.choice([["bought"], ["bought"], ["not_bought"], ["unknown"], ["unknown", "not_bought"],
                                          ["unknown", "lost"]]):
                    database.execute("UPDATE purchases SET state = ?, ended_at = ? WHERE job = ?", (state, at + 1000, job))
            if kind == "fleet_song":
                database.execute("INSERT INTO ledger (at, kind, tenant, job, epoch, provider, model, song_ms, work_ms, amount)"
                                 " VALUES (?, 'sale', ?, ?, 1, 'fleet', 'turbo', ?, 0, ?)", (at, tenant, job, song, SALE))
    database.close()


def rows_of(fleet, report) -> list:
    """The ledger's rows of the report's period."""
    bounds = [ms_of(report[name]) for name in ("from", "to")]
    database = sqlite3.connect(f"file:{fleet.data / 'musicfleet.db'}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    rows = database.execute("SELECT * FROM ledger WHERE at >= ? AND at < ?", bounds).fetchall()
    database.close()
    assert len(rows) > 100
    return rows


def vendor_price(row) -> int:
    per_minute = 150_000 if day_text(row["at"]) >= str(NEW_PRICE_FROM) else 300_000
    return -(-per_minute * row["song_ms"] // 60_000)


def line_of(rows) -> dict:
    """A line of the report, from the rows alone."""
    kinds = Counter(row["kind"] for row in rows)
    delivered = [row for row in rows if row["kind"] in ("fleet_song", "purchase")]
    return {"songs": len(delivered), "fleet_songs": kinds["fleet_song"], "bought_songs": kinds["purchase"],
            "unknown_purchases": kinds["unknown_purchase"] - kinds["refund"], "shadow_songs": kinds["shadow_purchase"],
            "song_ms": sum(row["song_ms"] for row in delivered), "gpu_ms": sum(row["work_ms"] for row in rows),
            "fleet_cost_micros": sum(row["amount"] for row in rows if row["kind"].startswith("fleet_")),
            "bought_cost_micros": sum(row["amount"] for row in rows if row["kind"] in BOUGHT),
            "sold_micros": sum(row["amount"] for row in rows if row["kind"] == "sale"),
            "vendor_cost_micros": sum(map(vendor_price, delivered)), "unpriced_songs": 0}


def share(amount: int, parts: int, whole: int) -> int:
    """To the nearest, halves away from zero."""
    magnitude = (2 * abs(amount) * parts + whole) // (2 * whole)
    return magnitude if amount >= 0 else -magnitude


def report_of(fleet, *arguments) -> dict:
    told = fleet.musicfleet("cost", "report", "--json", *arguments)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_the_report_is_the_sum_of_the_rows_in_the_database(books):
    report = report_of(books, "--from", day_text(at_midnight(DAYS - 1)), "--servers", "2")
    rows = rows_of(books, report)
    total = line_of(rows)
    assert report["total"] == total
    assert total["unknown_purchases"] > 0 and total["shadow_songs"] > 0
    for group, key in (("by_tenant", lambda row: row["tenant"]), ("by_model", lambda row: row["model"]),
                       ("by_provider", lambda row: row["provider"]), ("by_day", lambda row: day_text(row["at"]))):
        names = {key(row) for row in rows}
        assert report[group] == {name: line_of([row for row in rows if key(row) == name]) for name in names}

    period = ms_of(report["to"]) - ms_of(report["from"])
    rent = share(RENT, period * 2, MONTH_MS)
    spent = total["fleet_cost_micros"] + total["bought_cost_micros"]
    assert report["server_cost_micros"] == rent
    assert report["cost_a_song_micros"] == share(spent, 1, total["songs"])
    assert report["full_cost_a_song_micros"] == share(rent + total["bought_cost_micros"], 1, total["songs"])
    assert report["margin_a_song_micros"] == SALE - report["cost_a_song_micros"]
    assert report["vendor_cost_a_song_micros"] == share(total["vendor_cost_micros"], 1, total["songs"])
    assert report["break_even_songs_a_month_on_sales"] == -(-RENT // SALE)
    assert report["break_even_songs_a_month_on_vendor"] == -(-RENT // report["vendor_cost_a_song_micros"])
    assert report["savings_micros"] == total["vendor_cost_micros"] - rent - total["bought_cost_micros"]
    assert report["utilisation_permille"] == total["gpu_ms"] * 1000 // (period * 2)


def test_songs_of_a_worker_come_into_the_books_with_what_their_work_cost(books):
    first_day = day_text(at_midnight(DAYS - 1))
    before = report_of(books, "--from", first_day)["total"]
    books.start_worker("gpu-1")
    jobs = [books.submit(short_song(seed=seed)) for seed in (1, 2)]
    for job in jobs:
        books.wait_ended(job)
    report = report_of(books, "--from", first_day)
    rows = rows_of(books, report)
    assert report["total"] == line_of(rows)
    made = [row for row in rows if row["job"] in jobs]
    assert sorted(row["kind"] for row in made) == ["fleet_song", "fleet_song", "sale", "sale"]
    for row in made:
        if row["kind"] == "fleet_song":
            assert row["song_ms"] == 3000 and row["amount"] == -(-RENT * row["work_ms"] // MONTH_MS)
        else:
            assert row["amount"] == SALE
    assert report["total"]["fleet_songs"] == before["fleet_songs"] + 2
    assert report["total"]["sold_micros"] == before["sold_micros"] + 2 * SALE


def test_a_tenants_report_and_the_spreadsheet_have_the_same_sums(books):
    first_day = day_text(at_midnight(DAYS - 1))
    shop = report_of(books, "--from", first_day, "--tenant", "shop")
    assert shop["total"] == line_of([row for row in rows_of(books, shop) if row["tenant"] == "shop"])
    assert list(shop["by_tenant"]) == ["shop"]

    sheet = books.musicfleet("cost", "report", "--from", first_day, "--tenant", "shop", "--csv")
    lines = list(csv.DictReader(io.StringIO(sheet.stdout, newline="")))
    assert (lines[0]["group"], int(lines[0]["songs"])) == ("total", shop["total"]["songs"])
    for group in ("tenant", "model", "provider", "day"):
        mine = [line for line in lines if line["group"] == group]
        assert {line["name"] for line in mine} == set(shop[f"by_{group}"])
        for name in ("fleet_cost", "bought_cost", "sold", "vendor_cost"):
            assert sum(round(float(line[name]) * 1e6) for line in mine) == shop["total"][f"{name}_micros"]

    told = books.musicfleet("cost", "report", "--from", first_day)
    assert f"{shop['by_tenant']['shop']['songs']}" in told.stdout and "margin at $1.99" in told.stdout


def test_an_unknown_purchase_is_settled_once_and_its_charge_taken_back(books):
    first_day = day_text(at_midnight(DAYS - 1))
    before = report_of(books, "--from", first_day)["total"]
    unknown = [json.loads(line) for line in books.musicfleet("purchases", "list", "--unknown", "--json", "--all", "--limit",
                                                             "5").stdout.splitlines()]
    assert len(unknown) > 5 and all(purchase["state"] == "unknown" for purchase in unknown)
    not_paid, paid = next(purchase for purchase in unknown if purchase["price_micros"] > 0), unknown[-1]
    assert not_paid["job"] != paid["job"]

    settled = books.musicfleet("purchases", "settle", not_paid["job"], "--not-paid", "--note", "not on the usage page", "--json")
    assert json.loads(settled.stdout)["state"] == "not_bought", settled.stderr
    assert books.musicfleet("purchases", "settle", paid["job"], "--paid").returncode == 0
    assert books.musicfleet("purchases", "settle", paid["job"], "--paid").returncode == 3
    assert books.musicfleet("purchases", "settle", "job_nobody", "--paid").returncode == 3

    after = report_of(books, "--from", first_day)["total"]
    assert after["bought_cost_micros"] == before["bought_cost_micros"] - not_paid["price_micros"]
    assert after == line_of(rows_of(books, report_of(books, "--from", first_day)))
    left = books.musicfleet("purchases", "list", "--unknown", "--json", "--limit", "200").stdout.splitlines()
    assert len(left) == len(unknown) - 2
    audit = [json.loads(line) for line in books.musicfleet("audit", "list", "--json").stdout.splitlines()]
    assert [(entry["action"], entry["target"], entry["detail"]["paid"]) for entry in audit[:2]] == [
        ("purchase.settle", paid["job"], True), ("purchase.settle", not_paid["job"], False)]
    assert "holds" in books.musicfleet("audit", "verify").stdout


def test_where_songs_may_come_from_and_for_how_much_outlives_a_restart(fleet, operate):
    operate("tenants", "set", "default", "--policy", "elevenlabs_first", "--buy-again", "yes", "--spend-day", "12.50",
            "--spend-month", "200")
    fleet.coordinator.stop()
    fleet.start_coordinator()
    tenant = json.loads(operate("tenants", "show", "default", "--json"))
    assert (tenant["policy"], tenant["buys_again"], tenant["spend_cents_per_day"],
            tenant["spend_cents_per_month"]) == ("elevenlabs_first", True, 1250, 20_000)
    entry = json.loads(operate("audit", "list", "--limit", "1", "--json"))
    assert entry["action"] == "tenant.limits" and entry["detail"]["before"]["policy"] == "fleet_first"
    operate("tenants", "set", "default", "--policy", "cheapest", status=2)


def test_a_wrong_period_is_refused_by_its_name(fleet):
    wrong = run_program("musicfleet", "cost", "report", "--from", "2026-11-31", "--data-dir", fleet.data)
    assert wrong.returncode == 2 and "from" in wrong.stderr
