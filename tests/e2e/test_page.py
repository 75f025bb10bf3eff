"""The page at / and the API's description at /docs, in a real browser."""
import hashlib
import json
import re

import pytest

from browser import PHONE, Watched, chromium
from fleet import endless_song, short_song

EVIL = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
# The part of the waveform that is drawn on.
# Looked at in a copy: Chromium warns where a canvas that is drawn to is read again and again.
WAVEFORM_PIXELS = """canvas => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
  copy.drawImage(canvas, 0, 0);
  const {data} = copy.getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) drawn += data[i] > 0;
  return drawn / (data.length / 4);
}"""
# The page's audio element is in no document: it is found where it is played, and what it plays goes by a meter.
CATCH_AUDIO = """const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  if (!window.played) {
    const sound = new AudioContext(), meter = sound.createAnalyser();
    sound.createMediaElementSource(this).connect(meter).connect(sound.destination);
    window.peak = () => {
      const samples = new Float32Array(meter.fftSize);
      meter.getFloatTimeDomainData(samples);
      return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    };
  }
  window.played = this;
  return play.call(this);
};"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def watched(browser, fleet):
    made = []

    def watch(**options) -> Watched:
        made.append(Watched(browser, fleet.endpoints["http_url"], **options))
        return made[-1]
    yield watch
    for one in made:
        one.context.close()


def card(page, job_id=None):
    return page.locator(f"[data-job={job_id}]") if job_id else page.locator(".song").first


def test_a_song_is_made_played_and_downloaded(fleet, watched):
    fleet.start_worker("worker-1")
    tab = watched(accept_downloads=True)
    tab.page.add_init_script(CATCH_AUDIO)
    page = tab.enter(fleet.api_key)
    page.get_by_text("Nothing here yet.").wait_for()
    tab.expect_usable()

    page.get_by_label("Describe the music").fill("dark trap, heavy bass")
    page.get_by_role("button", name="Chorus").click()
    page.keyboard.type("We run all night")
    assert page.get_by_label("Lyrics", exact=True).input_value() == "[Chorus]\nWe run all night"
    page.get_by_label("Length, seconds").fill("60")
    page.get_by_text("More settings").click()
    page.get_by_label("Seed").fill("4711")
    page.get_by_label("Solver steps").fill("2")
    page.get_by_role("button", name="Make the song").click()

    page.locator(".song.selected").wait_for()
    assert page.get_by_role("progressbar").count() == 0

    job = fleet.api.get("/v1/jobs").json["jobs"][0]
    assert (job["seed"], job["steps"], job["duration_seconds"], job["format"]["type"]) == (4711, 2, 60, "mp3")
    assert job["lyrics"] == "[Chorus]\nWe run all night"
    page.wait_for_function(f"canvas => ({WAVEFORM_PIXELS})(canvas) > 0.05", arg=page.locator("canvas").element_handle())

    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => window.played && !window.played.paused && window.played.currentTime > 0.3")
    assert page.get_by_role("button", name="Pause").is_visible()
    page.wait_for_function("() => window.peak() > 0.01")
    assert page.evaluate("window.played.duration") == pytest.approx(60, abs=0.2)

    # The waveform is a slider, for the mouse and for the keyboard.
    wave = page.get_by_role("slider", name="Position in the song")
    box = wave.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.wait_for_function("() => window.played.currentTime > 29")
    page.get_by_role("button", name="Pause").click()
    before = page.evaluate("window.played.currentTime")
    wave.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("before => Math.abs(window.played.currentTime - before + 5) < 0.5", arg=before)
    assert wave.get_attribute("aria-valuetext").endswith(" of 1:00")

    with page.expect_download() as saving:
        card(page, job["id"]).get_by_role("button", name="Download").click()
    assert saving.value.suggested_filename == "dark-trap-heavy-bass.mp3"
    with open(saving.value.path(), "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == job["audio"]["sha256"]
    tab.expect_usable()
    tab.expect_good_behaviour()


def test_the_key_is_asked_for_once_and_can_be_forgotten(fleet, watched):
    tab = watched()
    page = tab.open()
    page.get_by_label("API key").fill("mf_wrong")
    page.get_by_role("button", name="Open").click()
    page.get_by_text("This key is not valid").wait_for()
    page.get_by_label("API key").fill("no key ☃")
    page.get_by_role("button", name="Open").click()
    page.get_by_text("letters, digits and punctuation only").wait_for()
    page.get_by_label("API key").fill(fleet.api_key)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="New song").wait_for()
    page.reload()
    page.get_by_role("heading", name="New song").wait_for()
    page.get_by_role("button", name="Forget key").click()
    page.get_by_label("API key").wait_for()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.get_by_label("Remember it in this browser").uncheck()
    page.get_by_label("API key").fill(fleet.api_key)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="New song").wait_for()
    assert page.evaluate("localStorage.length") == 0
    assert not [url for url in tab.requests if fleet.api_key in url]
    tab.expect_good_behaviour()


def test_a_revoked_key_leads_back_to_the_question(fleet, watched):
    key = fleet.new_api_key()
    page = watched().enter(key["key"])
    assert fleet.admin.delete(f"/admin/v1/keys/{key['id']}").status == 204
    page.get_by_label("Describe the music").fill("lo-fi")
    page.get_by_role("button", name="Make the song").click()
    page.get_by_text("This key is not valid").wait_for()
    assert page.evaluate("localStorage.length") == 0


def test_nothing_of_a_forgotten_key_appears_under_the_next(fleet, watched):
    fleet.add_tenant("other")
    other = fleet.new_api_key("other")["key"]
    song = fleet.submit(short_song())
    fleet.start_worker("worker-1")
    fleet.wait_ended(song)
    tab = watched()
    page = tab.enter(fleet.api_key)
    held = []
    page.route("**/v1/jobs", lambda route: held.append(route))
    page.route("**/audio", lambda route: None)  # never answered
    card(page, song).get_by_role("button", name="Play").click()
    page.get_by_label("Describe the music").fill("a secret prompt")
    page.get_by_label("Lyrics", exact=True).fill("secret lyrics")
    with page.expect_request("**/v1/jobs"):
        page.get_by_role("button", name="Make the song").click()
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/audio")):
        page.get_by_role("button", name="Forget key").click()

    page.get_by_label("API key").fill(other)
    page.keyboard.press("Enter")
    page.get_by_text("Nothing here yet.").wait_for()
    with page.expect_event("requestfinished", lambda request: request.method == "POST"):
        held[0].continue_()
    assert fleet.job_count() == 2
    assert page.get_by_role("button", name="Make the song").is_enabled()
    assert page.get_by_text("Nothing here yet.").is_visible()
    assert page.locator(".song").count() == 0
    assert page.get_by_label("Describe the music").input_value() == ""
    assert page.get_by_label("Lyrics", exact=True).input_value() == ""
    tab.expect_good_behaviour()


@pytest.mark.parametrize("label, value, message", [
    ("Describe the music", "", "It is required|It must not be empty"),
    ("Describe the music", "x" * 4101, "It must have at most 4100 characters"),
    ("Length, seconds", "2", "It must be from 3 to 600, not 2"),
    ("Seed", "-1", "It must be from 0 to 9007199254740991"),
    ("Tempo, BPM", "29", "It must be from 30 to 300"),
    ("Sample rate, Hz", "44000", "It must be 8000, 16000"),
])
def test_a_refusal_stands_at_its_field(fleet, watched, label, value, message):
    tab = watched()
    page = tab.enter(fleet.api_key)
    page.get_by_label("Describe the music").fill("lo-fi")
    page.get_by_text("More settings").click()
    page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Make the song").click()
    field = page.get_by_label(label)
    page.wait_for_function("field => field.getAttribute('aria-invalid') === 'true'", arg=field.element_handle())
    problem = page.locator(f"[id='{field.get_attribute('aria-describedby')}']")
    assert re.search(message, problem.text_content())
    assert field.evaluate("field => field === document.activeElement")
    field.fill("60")
    assert problem.is_hidden()
    assert fleet.job_count() == 0
    tab.expect_good_behaviour()


def test_what_runs_can_be_cancelled(fleet, watched):
    tab = watched()
    page = tab.enter(fleet.api_key)
    page.get_by_label("Describe the music").fill("lo-fi")
    page.get_by_role("button", name="Make the song").click()
    page.get_by_text("Waiting for a worker").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled ·").wait_for()
    assert fleet.api.get("/v1/jobs").json["jobs"][0]["state"] == "cancelled"
    # Its settings go back into the form.
    page.get_by_label("Describe the music").fill("")
    page.get_by_role("button", name="Use these settings again").click()
    assert page.get_by_label("Describe the music").input_value() == "lo-fi"
    assert page.get_by_label("Seed").input_value() != ""
    tab.expect_good_behaviour()


def test_old_songs_come_page_by_page_newest_first(fleet, watched):
    ordered = {fleet.submit(short_song(prompt=f"song {n}")) for n in range(25)}
    for job_id in ordered:
        fleet.api.delete(f"/v1/jobs/{job_id}")
    newest_first = [job["id"] for job in fleet.api.get("/v1/jobs?limit=200").json["jobs"]]
    assert set(newest_first) == ordered
    tab = watched()
    page = tab.enter(fleet.api_key)
    page.locator(".song").nth(19).wait_for()
    assert page.locator(".song").count() == 20
    assert card(page).get_attribute("data-job") == newest_first[0]
    page.get_by_role("button", name="Show older songs").click()
    card(page, newest_first[-1]).wait_for()
    shown = page.locator(".song").evaluate_all("cards => cards.map(card => card.dataset.job)")
    assert shown == newest_first
    assert page.get_by_role("button", name="Show older songs").is_hidden()
    tab.expect_good_behaviour()


def test_a_song_ordered_elsewhere_is_followed(fleet, watched):
    job_id = fleet.submit(endless_song())
    tab = watched()
    page = tab.enter(fleet.api_key)
    card(page, job_id).get_by_text("Waiting for a worker").wait_for()
    fleet.start_worker("worker-1")
    card(page, job_id).get_by_text(re.compile("Composing, step [0-9]+ of 200")).wait_for()
    # Progress moves.
    bar = card(page, job_id).get_by_role("progressbar")
    before = bar.get_attribute("aria-valuenow")
    page.wait_for_function("([bar, before]) => Number(bar.getAttribute('aria-valuenow')) > Number(before)",
                           arg=[bar.element_handle(), before])
    fleet.api.delete(f"/v1/jobs/{job_id}")
    card(page, job_id).get_by_text("Cancelled ·").wait_for()
    assert bar.count() == 0
    tab.expect_good_behaviour()


def test_a_song_whose_end_could_not_be_asked_for_is_asked_about_again(fleet, watched):
    job_id = fleet.submit(short_song())
    tab = watched()
    page = tab.enter(fleet.api_key)
    card(page, job_id).get_by_text("Waiting for a worker").wait_for()
    refused = []

    def refuse_once(route):
        if refused:
            return route.fallback()
        refused.append(route.request.url)
        return route.abort()
    page.route(f"**/v1/jobs/{job_id}", refuse_once)
    fleet.api.delete(f"/v1/jobs/{job_id}")
    card(page, job_id).get_by_text("Cancelled ·").wait_for()
    assert len(refused) == 1
    assert page.get_by_text("cannot be reached").is_hidden()
    tab.expect_good_behaviour()


def test_many_songs_take_one_stream_and_none_in_a_hidden_tab(fleet, watched):
    ids = [fleet.submit(short_song(prompt=f"song {n}")) for n in range(4)]
    tab = watched()
    streams, most = set(), []

    def begin(request):
        if request.url.endswith("/events"):
            streams.add(request)
            most.append(len(streams))
    tab.page.on("request", begin)
    tab.page.on("requestfinished", lambda request: streams.discard(request))
    tab.page.on("requestfailed", lambda request: streams.discard(request))
    page = tab.enter(fleet.api_key)
    page.get_by_text("Waiting for a worker").nth(3).wait_for()
    # The oldest is on the stream; news of the others come all the same.
    fleet.api.delete(f"/v1/jobs/{ids[3]}")
    card(page, ids[3]).get_by_text("Cancelled ·").wait_for()
    with page.expect_request(f"**/v1/jobs/{ids[1]}/events"):
        fleet.api.delete(f"/v1/jobs/{ids[0]}")
    card(page, ids[0]).get_by_text("Cancelled ·").wait_for()

    hide = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});" \
           " document.dispatchEvent(new Event('visibilitychange')); }"
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/events")):
        page.evaluate(hide, True)
    assert not streams
    for job_id in ids[1:3]:
        fleet.api.delete(f"/v1/jobs/{job_id}")
    page.evaluate(hide, False)
    for job_id in ids[1:3]:
        card(page, job_id).get_by_text("Cancelled ·").wait_for()
    assert max(most) == 1
    tab.expect_good_behaviour()


def test_markup_in_a_prompt_stays_text(fleet, watched):
    job_id = fleet.submit(short_song(prompt=EVIL, lyrics=EVIL))
    fleet.start_worker("worker-1")
    fleet.wait_ended(job_id)
    tab = watched()
    page = tab.enter(fleet.api_key)
    assert card(page, job_id).locator(".title").text_content() == EVIL
    card(page, job_id).get_by_role("button", name="Play").click()
    card(page, job_id).get_by_text("Lyrics", exact=True).click()
    assert card(page, job_id).locator("pre").text_content() == EVIL
    assert page.evaluate("window.hacked") is None
    tab.expect_good_behaviour()


def test_it_fits_a_phone_in_light_and_dark(fleet, watched):
    job_id = fleet.submit(short_song(prompt="a" * 300))
    fleet.start_worker("worker-1")
    fleet.wait_ended(job_id)
    papers = set()
    for scheme in ("light", "dark"):
        tab = watched(screen=PHONE, color_scheme=scheme)
        tab.open()
        tab.expect_usable(touch=True)
        page = tab.enter(fleet.api_key)
        page.get_by_text("More settings").click()
        card(page, job_id).get_by_role("button", name="Play").click()
        card(page, job_id).get_by_role("slider").wait_for()
        tab.expect_usable(touch=True)
        papers.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        tab.expect_good_behaviour()
    assert len(papers) == 2


def test_it_works_with_the_keyboard_alone(fleet, watched):
    tab = watched()
    page = tab.open()
    page.keyboard.type(fleet.api_key)  # the field has the focus
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="New song").wait_for()
    page.locator("body").press("Tab")
    for _ in range(30):
        if page.evaluate("document.activeElement.id") == "prompt":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("lo-fi")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Waiting for a worker").wait_for()
    tab.expect_good_behaviour()


def test_the_api_is_described_at_docs(fleet, watched):
    tab = watched()
    page = tab.open("/docs")
    page.get_by_text("/v1/jobs", exact=True).first.wait_for()
    paths = json.loads(fleet.api.get("/openapi.json").body)["paths"]
    assert page.locator(".opblock").count() == sum(len(methods) for methods in paths.values())
    page.locator(".opblock-post .opblock-summary").first.click()
    page.get_by_text("Idempotency-Key").first.wait_for()
    tab.expect_good_behaviour()
