"""The chat-model engine: what it reads, what it pays, and what it says when the model fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from retrieval.errors import (
    BadReplyError,
    BudgetSpentError,
    ModelBusyError,
    ModelError,
    ModelKeyError,
    ModelTimeoutError,
    ModelUnreachableError,
    RefusedError,
    RejectedError,
    UnknownModelError,
)
from retrieval.language.chat import ChatReader
from retrieval.language.parts import tokens_of
from retrieval.language.paying import WAITS, Paying
from retrieval.language.prompts import RULES
from retrieval.language.securities import load_securities
from retrieval.models import Article
from tests.articles import MONDAY, builtin
from tests.fakes import MemoryPurse, QueueChat

TEXT = (
    "Nvidia gains because orders rise. Intel loses share in servers. "
    "Boeing met its suppliers in Seattle. A new export rule would change the picture."
)
CHIPS = Article("chips", TEXT, title="Chip orders rise")
OTHER = Article("other", "Amazon benefits because clouds grow. Intel suffers as prices fall.")
GERMAN = Article(
    "de", "Die Aktie von Nvidia ist am Montag um 4 Prozent gestiegen, und die Firma hat gewonnen."
)
PLENTY = 10_000_000


def said(target: str, quote: str, score: float = 0.6, **more: Any) -> dict[str, Any]:
    return {
        "kind": "company",
        "target": target,
        "direction": "positive" if score > 0 else "negative",
        "score": score,
        "order": 1,
        "mechanism": None,
        "horizon": None,
        "conditions": [],
        "quotes": [quote],
        **more,
    }


def reply(*impacts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"impacts": list(impacts), "triggers": [], "summary": [], **more}


NVIDIA = said("Nvidia", "Nvidia gains because orders rise.", mechanism="orders rise")
AMAZON = said("Amazon", "Amazon benefits because clouds grow.")


class Desk:
    """A reader over a queue of replies, with its clock, its naps and its purse."""

    def __init__(
        self, *replies: Any, budget: int = PLENTY, purse: MemoryPurse | None = None
    ) -> None:
        self.chat = QueueChat(*replies)
        self.purse = purse or MemoryPurse()
        self.naps: list[float] = []
        self.at = MONDAY
        self.paying = Paying(
            self.chat, self.purse, budget, now=lambda: self.at, sleep=self.naps.append
        )

    def reader(self, **more: Any) -> ChatReader:
        return ChatReader(builtin(), self.paying, load_securities(), **more)


def test_the_models_claims_stand_beside_what_our_own_reader_found() -> None:
    desk = Desk(
        reply(
            NVIDIA,
            triggers=[{"quote": "A new export rule", "horizon": None}],
            summary=["Intel loses share in servers."],
        )
    )
    (base,) = builtin().read([CHIPS])
    (found,) = desk.reader().read([CHIPS])
    assert [(i.target.id, i.mechanism) for i in found.impacts] == [("NVDA", "orders rise")]
    assert [t.quote.text for t in found.triggers] == ["A new export rule"]
    assert found.summary == "Intel loses share in servers."
    assert (found.mentions, found.language) == (base.mentions, "en")
    assert (found.fallback, found.dropped) == (None, 0)
    assert found.engine == f"analyse.v1+openai:scripted+{base.engine}"
    labels = {row.ticker: row.sentiment.label for row in found.tickers}
    assert labels == {"NVDA": "positive", "INTC": "neutral", "BA": "neutral"}


def test_the_model_is_shown_the_part_and_who_is_named_in_it() -> None:
    desk = Desk(reply())
    desk.reader().read([CHIPS])
    (prompt,) = desk.chat.prompts
    assert prompt.rules == RULES
    assert "- Nvidia (NVDA)\n- Intel (INTC)\n- Boeing (BA)\n" in prompt.data
    assert TEXT in prompt.data


def test_an_empty_reply_is_a_reading_and_our_own_summary_stands_in() -> None:
    (found,) = Desk(reply()).reader().read([CHIPS])
    (base,) = builtin().read([CHIPS])
    assert (found.impacts, found.fallback) == ((), None)
    assert found.summary == base.summary
    assert found.inferred == ()


def test_what_fails_is_dropped_and_counted() -> None:
    swapped = said("Intel", "Nvidia gains because orders rise.")
    invented = said("Nvidia", "Nvidia will double.")
    (found,) = Desk(reply(NVIDIA, swapped, invented)).reader().read([CHIPS])
    assert [i.target.id for i in found.impacts] == ["NVDA"]
    assert found.dropped == 2


def test_other_languages_are_not_sent_to_the_model_and_stay_unscored() -> None:
    desk = Desk()
    assert desk.reader().read([GERMAN]) == builtin().read([GERMAN])
    assert desk.chat.prompts == []


def test_an_article_without_a_sentence_costs_nothing() -> None:
    desk = Desk()
    assert desk.reader().read([Article("e", "")]) == builtin().read([Article("e", "")])
    assert desk.chat.prompts == []


def test_a_long_article_is_read_in_parts_that_are_joined_by_target() -> None:
    filler = " ".join(f"Analysts met in city number {n} to talk about rates." for n in range(30))
    text = f"Nvidia gains because orders rise. {filler} Nvidia benefits from cheaper power."
    first = said("Nvidia", "Nvidia gains because orders rise.", 0.8)
    last = said("Nvidia", "Nvidia benefits from cheaper power.", 0.4)
    parts = 3
    desk = Desk(reply(first), *[reply()] * (parts - 2), reply(last))
    (found,) = desk.reader(part_tokens=250).read([Article("long", text)])
    assert len(desk.chat.prompts) == parts
    (impact,) = found.impacts
    assert impact.sentiment.score == pytest.approx(0.6)
    assert [q.text for q in impact.quotes] == [first["quotes"][0], last["quotes"][0]]


ERRORS: list[Callable[[], ModelError]] = [
    ModelTimeoutError, ModelBusyError, ModelUnreachableError, ModelKeyError, UnknownModelError,
    RejectedError, RefusedError, BadReplyError,
]  # fmt: skip


@pytest.mark.parametrize("error", ERRORS)
def test_a_failure_ends_in_the_built_in_result_with_its_reason(
    error: Callable[[], ModelError],
) -> None:
    tries = [error() for _ in range(1 + len(WAITS))]
    (found,) = Desk(*tries).reader().read([CHIPS])
    (base,) = builtin().read([CHIPS])
    assert found == replace(base, fallback=error().sentence)
    assert found.fallback


@pytest.mark.parametrize("junk", ["I cannot help.", [], {"impacts": "none"}, {"x": 1}, 7, None])
def test_a_reply_of_another_shape_is_no_reading(junk: Any) -> None:
    (found,) = Desk(junk).reader().read([CHIPS])
    assert found.fallback == BadReplyError().sentence


def test_when_one_part_fails_the_whole_article_is_read_by_one_engine() -> None:
    text = " ".join(f"Nvidia gains because orders rise in city {n}." for n in range(60))
    article = Article("long", text)
    desk = Desk(reply(), RefusedError(), reply())
    (found,) = desk.reader(part_tokens=300).read([article])
    assert found == replace(builtin().read([article])[0], fallback=RefusedError().sentence)


@pytest.mark.parametrize("error", [ModelBusyError, ModelTimeoutError, ModelUnreachableError])
def test_what_may_pass_is_tried_again_after_longer_and_longer_waits(
    error: Callable[[], ModelError],
) -> None:
    desk = Desk(error(), error(), reply(NVIDIA))
    (found,) = desk.reader().read([CHIPS])
    assert found.fallback is None
    assert desk.naps == list(WAITS[:2])


@pytest.mark.parametrize("error", [RefusedError, BadReplyError, ModelKeyError])
def test_what_will_not_pass_is_not_tried_again(error: Callable[[], ModelError]) -> None:
    desk = Desk(error())
    desk.reader().read([CHIPS])
    assert desk.naps == []


def test_a_refusal_concerns_one_article_and_an_outage_the_rest_of_the_batch() -> None:
    refused = Desk(RefusedError(), reply(AMAZON)).reader().read([CHIPS, OTHER])
    assert [one.fallback is None for one in refused] == [False, True]
    desk = Desk(ModelKeyError(), reply(NVIDIA), reply(AMAZON))
    out = desk.reader().read([CHIPS, OTHER])
    assert [one.fallback for one in out] == [ModelKeyError().sentence] * 2
    assert len(desk.chat.prompts) == 1
    assert [one.fallback for one in desk.reader().read([CHIPS, OTHER])] == [None, None]


def test_the_same_text_is_not_paid_for_twice() -> None:
    desk = Desk(reply(NVIDIA))
    first = desk.reader().read([CHIPS])
    again = desk.reader().read([replace(CHIPS, id="copy", url="https://other.example")])
    assert again == first
    assert len(desk.chat.prompts) == 1
    assert desk.purse.spent(MONDAY.date()) == 100


def test_another_text_or_another_model_is_asked_anew() -> None:
    desk = Desk(reply(NVIDIA), reply(NVIDIA))
    desk.reader().read([CHIPS, replace(CHIPS, text=f"{TEXT} It rained.")])
    assert len(desk.chat.prompts) == 2
    other = Desk(reply(), purse=desk.purse)
    other.chat.name = "openai:other"
    other.reader().read([CHIPS])
    assert len(other.chat.prompts) == 1


def test_a_failure_is_not_kept() -> None:
    desk = Desk(BadReplyError(), reply(NVIDIA))
    assert desk.reader().read([CHIPS])[0].fallback
    assert desk.reader().read([CHIPS])[0].fallback is None


def test_a_spent_budget_ends_in_the_built_in_result_until_the_next_utc_day() -> None:
    desk = Desk(reply(NVIDIA), reply(AMAZON), reply(AMAZON), budget=8_000)
    desk.chat.tokens = 7_900
    assert desk.reader().read([CHIPS])[0].fallback is None
    assert desk.reader().read([OTHER])[0].fallback == BudgetSpentError().sentence
    assert len(desk.chat.prompts) == 1
    assert desk.reader().read([CHIPS])[0].fallback is None, "what is kept costs nothing"
    desk.at = datetime.fromisoformat("2026-03-02T19:30:00-05:00")  # 00:30 UTC on the 3rd
    assert desk.at.astimezone(UTC).day == 3
    assert desk.reader().read([OTHER])[0].fallback is None


def test_no_budget_is_no_request() -> None:
    desk = Desk(budget=0)
    assert desk.reader().read([CHIPS])[0].fallback == BudgetSpentError().sentence
    assert desk.purse.spent(MONDAY.date()) == 0


@pytest.mark.parametrize(
    ("replies", "tokens", "spent"),
    [
        ([BadReplyError(tokens=70)], 100, 70),
        ([ModelUnreachableError(), reply()], 100, 100),
        ([ModelKeyError()], 100, 0),
    ],
)
def test_what_was_paid_is_counted_also_for_nothing(
    replies: list[Any], tokens: int, spent: int
) -> None:
    desk = Desk(*replies)
    desk.chat.tokens = tokens
    desk.reader().read([CHIPS])
    assert desk.purse.spent(MONDAY.date()) == spent


@pytest.mark.parametrize("replies", [[reply()], [BadReplyError()], [RefusedError()]])
def test_where_nobody_says_what_it_took_the_most_it_can_have_taken_counts(
    replies: list[Any],
) -> None:
    desk = Desk(*replies)
    desk.chat.tokens = None
    desk.reader().read([CHIPS])
    assert desk.purse.spent(MONDAY.date()) > tokens_of(RULES + TEXT) + 4_000
