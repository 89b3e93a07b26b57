"""`make run` as a newcomer meets it: the real process and model, the page in a real browser."""

import json
import re
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from bot.samples import live_sample, samples
from jobs.digest.build import MOST_STORIES
from jobs.state import State
from retrieval.db import connect
from retrieval.store.store import Store
from tests.browser import Page, browser
from tests.running import Running, refused, running

Json = dict[str, Any]

READY_AGAIN = 15.0  # seconds until a second start is ready
END = 10.0  # seconds: what `docker stop` gives
DIRECT, RESEARCH = ("D0ADA00001", "Tape"), ("C0RESEARCH", "research")
SAMPLES = len(samples()) + 1  # the last one arrives as news
NAMES = re.compile(r"(▲ \S+ · )*▲ \S+")  # with which a streamed answer begins
ROW = re.compile(r"▲ .+ · .*positive.* · (\[\d+\] ?)+")


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start it once, in an empty folder, for all who only look and ask."""
    with running(tmp_path_factory.mktemp("newcomer")) as started:
        print(f"first start: ready in {started.seconds:.1f} s")  # noqa: T201  the figure reached
        yield started


class Words(HTMLParser):
    """The words of a page, without its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data


class Person:
    """Ada at the playground, without a browser: what its page sends and gets.

    She asks in her direct messages, so that #research stays empty for the newcomer in the browser.
    """

    def __init__(self, url: str, place: tuple[str, str] = DIRECT, user: str = "ada") -> None:
        self.url = url.rstrip("/")
        self.user = user
        self.channel, self.name = place

    def get(self, path: str, body: Json | None = None) -> str:
        content = json.dumps(body).encode() if body else None
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, content, headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return str(reply.read().decode())

    def state(self) -> Json:
        seen: Json = json.loads(self.get(f"/ui/state?user={self.user}"))
        return seen

    def said(self, channel: str) -> list[Json]:
        found = next(c for c in self.state()["channels"] if c["name"] == channel)
        return [m for m in found["messages"] if m.get("bot_id") and not m.get("streaming")]

    def ask(self, text: str, thread_ts: str | None = None) -> tuple[str, Json]:
        """Ask; the thread and the answer in it."""
        body = {"user": self.user, "channel": self.channel, "text": f"@Tape {text}"}
        asked = json.loads(self.get("/ui/say", {**body, "thread_ts": thread_ts}))["ts"]
        root = thread_ts or asked
        answers = self.wait(
            lambda: [
                m
                for m in self.said(self.name)
                if m["thread_ts"] == root and float(m["ts"]) > float(asked)
            ]
        )
        return root, answers[0]

    def wait(self, found: Callable[[], Any]) -> Any:
        ends = time.monotonic() + 30
        while not (outcome := found()):
            assert time.monotonic() < ends
            time.sleep(0.1)
        return outcome


def texts(message: Json) -> list[str]:
    return [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]


def links(message: Json) -> list[str]:
    return re.findall(r"<(http[^|>]+)\|\[\d+\]>", "\n".join(texts(message)))


def articles(text: str) -> int:
    """How many articles a line tells of."""
    found = re.search(r"(\d+) article", text)
    assert found, text
    return int(found[1])


def pointed_at(url: str) -> list[str]:
    """The words that a citation's address names: the whole quote, or its start and its end."""
    return [unquote(part) for part in urlsplit(url).fragment.removeprefix(":~:text=").split(",")]


@pytest.mark.browser
def test_a_newcomer_asks_in_the_browser_and_opens_the_quotes(tape: Running) -> None:
    with browser() as driver:
        page = Page(driver)
        driver.get(tape.url)
        assert "where it says so" in page.one("#welcome h2").text
        assert str(SAMPLES) in page.one("#welcome p").text

        page.ask("which tickers benefit?")
        answer = page.answer()
        rows = [
            row
            for row in answer.text.splitlines()
            if row.startswith("▲") and not NAMES.fullmatch(row)
        ]
        assert len(rows) >= 5
        assert all(ROW.fullmatch(row) for row in rows), rows

        page.one("[data-action=answer_evidence]").click()
        assert page.one("#modal-title").text == "Evidence"
        quote = page.one("dialog blockquote strong").text
        page.one("dialog footer button", "Close").click()
        assert page.gone("dialog")

        link = answer.find_element(By.LINK_TEXT, "[1]")
        start, *_ = pointed_at(link.get_attribute("href") or "")
        assert quote.startswith(start)
        link.click()
        WebDriverWait(driver, 10).until(lambda d: len(d.window_handles) == 2)
        driver.switch_to.window(driver.window_handles[-1])
        assert quote in page.one("article").text
        driver.close()
        driver.switch_to.window(driver.window_handles[0])

        page.ask("and the losers?", "#reply-box")
        follow_up = page.one("#replies .message:last-child .content", "Who is hurt")
        assert f"{SAMPLES} articles" in follow_up.text
        assert "▼" in follow_up.text

        page.one("#places button", "daily-brief").click()
        assert "brief" in page.one("#messages .content", "Pre-open brief").text
        assert "Why you got this" in page.one("#messages .content", "NVDA").text
        assert len(driver.find_elements(By.CSS_SELECTOR, "#messages > li")) == 2
        assert driver.get_log("browser") == []  # type: ignore[no-untyped-call]


def test_the_same_without_a_browser(tape: Running) -> None:
    ada = Person(tape.url)
    assert ada.state()["samples"] == SAMPLES

    _, answer = ada.ask("which tickers benefit?")
    shown = "\n".join(texts(answer))
    assert answer["text"].startswith("**Who benefits**")
    assert shown.count("▲") >= 5
    for url in links(answer):
        assert url.startswith(f"{tape.url}samples/")
        article = Words(ada.get(urlsplit(url).path)).text
        assert all(words in article for words in pointed_at(url)), url

    root, story = ada.ask("who benefits from the TSMC spending plan?")
    _, follow_up = ada.ask("and the losers?", root)
    assert "Who is hurt" in follow_up["text"]
    assert articles(texts(follow_up)[0].splitlines()[1]) == articles(texts(story)[0])

    _, about = ada.ask(f"who benefits? {tape.url}samples/tsmc-note-tools")
    assert {urlsplit(url).path for url in links(about)} == {"/samples/tsmc-note-tools"}

    told = ada.wait(
        lambda: len(ada.said("daily-brief")) > 1 + MOST_STORIES and ada.said("daily-brief")
    )
    (brief,) = (message for message in told if "Pre-open brief" in message["text"])
    stories = [message for message in told if message.get("thread_ts") == brief["ts"]]
    (alert,) = (message for message in told if message not in (brief, *stories))
    assert "NVDA" in texts(alert)[0]
    assert "Why you got this: rule “NVDA: score &gt;= 0.5”" in alert["text"]
    assert f"{SAMPLES} articles" in texts(brief)[0]
    assert "data_visualization" in str(brief)


def test_who_has_the_sample_book_is_told_of_it_at_once_and_nobody_else(tape: Running) -> None:
    ben = Person(tape.url, ("D0BEN00001", DIRECT[1]), "ben")
    _, answer = ben.ask("how is my book doing?")
    assert "data_visualization" in str(answer)
    assert re.search(r"(?m)^.*DAL.*short", "\n".join(texts(answer)))
    assert "DAL" not in str(Person(tape.url).ask("how is my book doing?")[1])


@pytest.mark.parametrize("question", range(4))
def test_each_example_question_of_the_page_is_answered(tape: Running, question: int) -> None:
    ada = Person(tape.url)
    _, answer = ada.ask(ada.state()["examples"][question])
    assert links(answer)
    assert "Not in the sources" not in "\n".join(texts(answer))


def test_it_says_in_a_few_lines_where_the_page_is(tape: Running) -> None:
    assert tape.said.splitlines() == [
        "No Slack tokens are set, so this is the playground: a Slack of its own, here.",
        "",
        f"Open {tape.url} and ask: which tickers benefit?   (Ctrl-C ends it)",
        "A brief and an alert are in #daily-brief; Ben has a book: ask as him of it.",
    ]


def test_what_cannot_start_says_so_in_one_sentence(tape: Running, tmp_path: Path) -> None:
    busy = refused(tmp_path, TAPE_PLAYGROUND_PORT=str(urlsplit(tape.url).port))
    half = refused(tmp_path, SLACK_BOT_TOKEN="xoxb-1")
    for done, words in ((busy, "another program has it"), (half, "SLACK_APP_TOKEN")):
        assert done.returncode == 2
        assert words in done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr


def test_a_second_start_goes_on_where_the_first_one_ended(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        whole = 2 + MOST_STORIES  # the brief, its thread, an alert
        Person(first.url).wait(lambda: len(Person(first.url).said("daily-brief")) == whole)
        locked = refused(tmp_path)
        first_end = first.end(signal.SIGTERM)
    assert (locked.returncode, locked.stderr.count("\n")) == (2, 1)
    assert "Another Tape process is using this data folder." in locked.stderr
    kept = stored(tmp_path)

    with running(tmp_path) as second:
        ada = Person(second.url, RESEARCH)
        _, answer = ada.ask("which tickers benefit?")
        assert ada.said("daily-brief") == []
        assert second.said.splitlines()[3:] == [
            "Earlier messages are gone: /tape digest preview in #daily-brief shows the brief again."
        ]
        second_end = second.end(signal.SIGINT)
    print(  # noqa: T201  the figures reached
        f"second start: ready in {second.seconds:.1f} s; "
        f"SIGTERM {first_end[1]:.1f} s, SIGINT {second_end[1]:.1f} s"
    )
    assert all(url.startswith(second.url) for url in links(answer))
    assert links(answer)
    assert stored(tmp_path) == kept
    assert second.seconds < READY_AGAIN
    for tape, (code, seconds) in ((first, first_end), (second, second_end)):
        assert code == 0
        assert seconds < END
        assert "Traceback" not in tape.said


def stored(folder: Path) -> tuple[object, ...]:
    """What must not change by starting again: each article's version and time, and the briefs."""
    engine = connect(f"sqlite:///{folder / 'data' / 'tape.db'}")
    store, state = Store(engine), State(engine)
    every = (*samples(), live_sample(datetime.now(UTC)))
    found = [store.article(f"sample-{sample.slug}") for sample in every]
    articles = [(s.version, s.ingested_at) for s in found if s]
    briefs = [(row.kind, row.state) for row in state.rows(since=date(2026, 1, 1))]
    store.close()
    assert len(articles) == SAMPLES
    assert briefs == [("digest", "sent")]
    return (*articles, *briefs)
