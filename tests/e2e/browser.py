"""Debian's Chromium, driven by Playwright: pages that notice what they must never do."""
import shutil
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
DESKTOP = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}

# Controls that a screen reader could not name, and those too small for a finger.
NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, select, textarea, [role=slider], [role=progressbar]')]
  .filter(node => node.checkVisibility())
  .filter(node => !(node.getAttribute('aria-label') || node.textContent.trim() || (node.labels && node.labels.length)))
  .map(node => node.outerHTML)"""
SMALL_TARGETS = """() => [...document.querySelectorAll('button, input:not([type=checkbox]), select, textarea, summary')]
  .filter(node => node.checkVisibility())
  .filter(node => node.getBoundingClientRect().height < 43.5)
  .map(node => node.outerHTML.slice(0, 120))"""


@contextmanager
def chromium():
    program = shutil.which("chromium")
    assert program, "there is no chromium: apt-get install $(grep -v '^#' tests/e2e/packages.txt)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Watched:
    """A page at the coordinator's URL, and everything that went wrong on it or went elsewhere."""

    def __init__(self, browser, url: str, screen=None, **options):
        self.url = url
        self.context = browser.new_context(**(screen or DESKTOP), **options)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(f"exception: {error}"))
        self.page.on("console", self.hear)
        self.page.on("request", lambda request: self.requests.append(request.url))

    def hear(self, message):
        # Chromium reports every 4xx answer of an API as an error of its own; the page shows it to the person.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.errors.append(f"{message.type}: {message.text}")

    def open(self, path="/"):
        self.page.goto(self.url + path)
        return self.page

    def enter(self, key: str) -> Page:
        """Past the question for the key."""
        page = self.open()
        page.get_by_label("API key").fill(key)
        page.get_by_role("button", name="Open").click()
        page.get_by_role("heading", name="New song").wait_for()
        return page

    def expect_good_behaviour(self):
        """No error, and nothing asked of any other origin."""
        assert self.errors == [], self.errors
        assert [url for url in self.requests if not url.startswith((self.url + "/", "blob:" + self.url + "/"))] == []

    def expect_usable(self, touch=False):
        """Nothing without a name, nothing wider than the screen; with touch, nothing too small for a finger."""
        assert self.page.evaluate(NAMELESS) == []
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"]
        if touch:
            assert self.page.evaluate(SMALL_TARGETS) == []
