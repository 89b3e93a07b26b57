"""A newcomer's first ten minutes in a real browser with the real process, and what others see.

`pytest tests/flows/test_newcomer.py --pictures docs/pictures` draws the pictures of the docs anew.
"""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import Page, browser
from tests.running import Running, running

pytestmark = pytest.mark.browser

Json = dict[str, Any]

# No article, no digest and no colleague names it: wherever it stands, the book stands.
SECRET = "ZZZZQ"
BOOK = f"ticker,weight\nNVDA,40\nFDX,30\nGM,20\n{SECRET},10"


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("walk")) as started:
        yield started


class Walk:
    """Ada before the page, with a camera where one is asked for."""

    def __init__(self, page: Page, album: str | None) -> None:
        self.page = page
        self._album = Path(album) if album else None

    def picture(self, name: str) -> None:
        if self._album:
            self._album.mkdir(parents=True, exist_ok=True)
            time.sleep(0.5)  # a picture wants the page at rest
            assert self.page.driver.save_screenshot(str(self._album / f"{name}.png"))

    def answers(self, count: int) -> None:
        """Wait for that many whole answers in the open thread."""
        row = "#replies .message:has([data-action=answer_evidence])"
        self.page.until(lambda: len(self._all(row)) == count)

    def press(self, action: str) -> None:
        """Press the last button of a kind that is visible."""
        seen = f"[data-action={action}]"
        self.page.until(lambda: any(node.is_displayed() for node in self._all(seen)))
        [node for node in self._all(seen) if node.is_displayed()][-1].click()

    def fill(self, text: str) -> None:
        """Type into the window's first field in place of what stands there."""
        field = self.page.one("dialog textarea, dialog input[type=text]")
        field.clear()
        field.send_keys(text)

    def submit(self) -> None:
        self.page.one("dialog button.primary").click()

    def window(self, title: str) -> None:
        self.page.one("#modal-title", title)

    def escape(self) -> None:
        self.page.one("dialog").send_keys(Keys.ESCAPE)
        assert self.page.gone("dialog")

    def tab(self, name: str) -> None:
        self.page.one("#places button", "Tape").click()
        self.page.one("[role=tab]", name).click()

    def _all(self, selector: str) -> list[Any]:
        return self.page.driver.find_elements(By.CSS_SELECTOR, selector)


@pytest.fixture(scope="module")
def walk(tape: Running, pytestconfig: pytest.Config) -> Iterator[Walk]:
    with ExitStack() as stack:
        driver = stack.enter_context(browser(width=1360, height=1000))
        driver.get(tape.url)
        yield Walk(Page(driver), pytestconfig.getoption("pictures"))
        assert driver.get_log("browser") == []  # type: ignore[no-untyped-call]


def test_a_newcomer_walks_from_a_question_to_a_private_book(walk: Walk, tape: Running) -> None:
    asks_and_follows_up(walk)
    looks_at_the_evidence_and_complains(walk)
    reads_the_brief_and_asks_why_there_was_an_alert(walk)
    keeps_a_watchlist(walk)
    subscribes_a_channel(walk)
    leaves_a_brief_out(walk)
    imports_a_book(walk)
    asks_what_could_hurt_it(walk)
    asks_how_it_stands(walk)
    another_user_sees_nothing_of_it(walk, tape)


def asks_and_follows_up(walk: Walk) -> None:
    walk.page.one("#welcome .prompt", "copper mine").click()
    walk.answers(1)
    walk.picture("answer")
    walk.page.ask("and the losers?", "#reply-box")
    walk.answers(2)
    assert "Smelters" in walk.page.one("#replies").text


def looks_at_the_evidence_and_complains(walk: Walk) -> None:
    walk.press("answer_evidence")
    walk.window("Evidence")
    walk.picture("evidence")
    walk.escape()
    walk.page.driver.find_elements(By.CSS_SELECTOR, "#replies .feedback")[-1].click()
    walk.window("What was wrong?")
    walk.page.one("dialog label", "Wrong direction").click()
    walk.picture("feedback")
    walk.submit()
    assert walk.page.gone("dialog")


def reads_the_brief_and_asks_why_there_was_an_alert(walk: Walk) -> None:
    walk.page.one("#places button", "daily-brief").click()
    walk.page.one("#messages .content", "Pre-open brief")
    walk.page.one("#messages .b-chart")
    walk.page.one("#messages .content", "Why you got this")
    walk.picture("brief")
    walk.press("alert_explain")
    walk.window("Explain")
    walk.page.one("dialog", "NVDA: score >= 0.5: fired")
    walk.picture("explain")
    walk.escape()


def keeps_a_watchlist(walk: Walk) -> None:
    walk.tab("Home")
    walk.press("home_watchlist")
    walk.fill("NVDA, Micron, Frobnicate")
    walk.submit()
    assert "Frobnicate" in walk.page.one("dialog .b-input .error").text
    walk.fill("NVDA, Micron, FCX")
    walk.submit()
    walk.page.one("#home", "NVDA, MU, FCX")


def subscribes_a_channel(walk: Walk) -> None:
    walk.press("home_digest")
    walk.window("Digest")
    walk.page.one("dialog select").send_keys("#research")
    walk.page.one("dialog label", "Before an exchange opens").click()
    walk.page.one("dialog .label", "Minutes before the open")
    walk.picture("digest-form")
    walk.submit()
    walk.window("Keep this digest?")
    walk.page.one("dialog", "Not investment advice")
    walk.picture("digest-preview")
    walk.submit()
    walk.page.one("#home", "#research brief")
    assert "45 min before XNYS opens" in walk.page.one("#home").text


def leaves_a_brief_out(walk: Walk) -> None:
    walk.page.one("#home [data-action=home_preview]").click()
    walk.window("Brief")
    walk.page.one("dialog", "Not investment advice")
    walk.picture("digest-seen")
    walk.press("digest_leave_out")
    walk.page.one("dialog", "is left out")
    walk.press("digest_leave_out")
    walk.page.one("dialog button", "Skip next")
    walk.escape()


def imports_a_book(walk: Walk) -> None:
    walk.press("home_book")
    walk.fill(BOOK)
    walk.submit()
    walk.window("Keep this book?")
    assert f"In no company table, so no article is found for them: {SECRET}" in (
        walk.page.one("dialog").text
    )
    walk.picture("book-preview")
    walk.submit()
    walk.page.one("#home", "4 positions")
    walk.page.one("#home", "The news on your book")
    walk.picture("home")
    walk.press("home_see_book")
    walk.page.one("dialog", "No news on")
    walk.picture("book-news")
    walk.escape()


def asks_what_could_hurt_it(walk: Walk) -> None:
    walk.page.one("#places button", "research").click()
    walk.page.ask("what could hurt my portfolio?")
    whisper = walk.page.one("#replies .ephemeral", "30.0% of the book")
    assert "Only visible to you" in whisper.text
    walk.picture("private")


def asks_how_it_stands(walk: Walk) -> None:
    walk.tab("Messages")
    walk.page.ask("how is my book doing?")
    walk.page.one("#replies", "The news on your book")
    walk.page.one("#replies .b-chart")
    walk.picture("book")


def another_user_sees_nothing_of_it(walk: Walk, tape: Running) -> None:
    walk.page.one("#people label", "Ben").click()
    walk.page.one("#people label:has(:checked)", "Ben")
    walk.tab("Home")
    walk.page.one("#home", "6 positions")  # a book of his own, that comes with the playground
    walk.page.one("#home", "No names yet")
    seen = _state(tape, "ben")
    for word in (SECRET, "30.0% of the book", "40.00%"):
        assert word not in seen
    assert SECRET in _state(tape, "ada")
    assert SECRET not in tape.said


def _state(tape: Running, user: str) -> str:
    """All that the page of a user is told, in every channel and window."""
    with urllib.request.urlopen(f"{tape.url}ui/state?user={user}", timeout=10) as reply:
        told: Json = json.load(reply)
    return json.dumps(told, ensure_ascii=False)
