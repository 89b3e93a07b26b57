"""Steps and lines as chunks of a stream: tasks in order, chips of sources, words never live."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.aloud import Doing, Line
from bot.mrkdwn import live
from bot.progress import MOST_SOURCES, SAID, Progress, sources
from tests.answers import CARS, GAIN


def task(number: int, title: str, status: str) -> dict[str, object]:
    return {"type": "task_update", "id": f"t{number}", "title": title, "status": status}


def test_a_step_that_begins_completes_the_one_before() -> None:
    progress = Progress()
    assert progress.told(Doing("Reading")) == [task(1, "Reading", "in_progress")]
    assert progress.told(Doing("Searching")) == [
        task(1, "Reading", "complete"),
        task(2, "Searching", "in_progress"),
    ]
    chip = {
        "type": "url",
        "url": "https://news.example.com/copper",
        "text": "Copper tariff lifts miners",
    }
    assert progress.end((GAIN, CARS)) == [{**task(2, "Searching", "complete"), "sources": [chip]}]


def test_a_stream_without_a_step_has_no_task_to_end() -> None:
    assert Progress().end((GAIN,)) == []


def test_a_page_is_one_chip_and_what_has_no_address_is_none() -> None:
    many = [replace(GAIN, url=f"https://news.example.com/{n}", title=f"<{n}>") for n in range(20)]
    chips = sources([GAIN, replace(GAIN, url=None), replace(GAIN, url="javascript:x"), *many])
    assert [chip["url"] for chip in chips][:2] == [GAIN.url, "https://news.example.com/0"]
    assert [chip["text"] for chip in chips][:2] == ["Copper tariff lifts miners", "&lt;0&gt;"]
    assert len(chips) == MOST_SOURCES


def test_what_finds_no_room_in_a_stream_is_counted_and_not_sent() -> None:
    progress = Progress()
    assert progress.told(Line("x" * (SAID - 10), ())) != []
    assert progress.told(Line("x" * 100, ())) == []
    assert progress.said > SAID


def test_ordinary_words_are_shown_as_they_are() -> None:
    said = "S&P 500 rose 3% (see [1]); “AT&T” #1!"
    assert live(said) == said


@given(st.text(st.sampled_from("<>!@|&[]()`*_~\\# :/.whtps://a\n\u202e")))
def test_streamed_words_are_never_live(text: str) -> None:
    shown = live(text)
    assert "<" not in shown
    assert ">" not in shown
    assert "](" not in shown
    assert "://" not in shown
    assert "www." not in shown.lower()
    assert "\u202e" not in shown


@given(st.text(st.sampled_from("`*_~\\ab")))
def test_every_mark_of_emphasis_or_code_is_escaped(text: str) -> None:
    shown = live(text)
    marks = shown.replace("\\\\", "").replace("\\`", "").replace("\\*", "")
    marks = marks.replace("\\_", "").replace("\\~", "")
    assert not set(marks) & set("`*_~\\")
