"""Ten thousand messages of hostile words: Slack takes each, and nothing in them is live."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.blocks.answer import answer_blocks, answer_text
from bot.blocks.digest import digest_message, thread_messages, whole_view
from bot.blocks.evidence import evidence_view
from bot.blocks.limits import MESSAGE_TEXT, problems, view_problems
from retrieval.answers import Answer
from retrieval.ask.answer import answer
from retrieval.ask.chat import ChatWriter
from retrieval.ingest import ingest
from retrieval.language.paying import Paying
from retrieval.language.securities import load_securities
from retrieval.library import Library
from retrieval.llm import Prompt
from retrieval.models import Article, Scope
from tests.answers import NOW
from tests.articles import MONDAY, builtin
from tests.fakes import HashEmbedder, MemoryPurse
from tests.faulty_model import FaithfulModel
from tests.hostile import LIVE, Hostile, assert_nothing_is_live, attacks

ANSWERS, BRIEFS, VIEWS = 6_000, 3_000, 1_000
AT_ONCE = 20  # lines that the obeying model says of one article


def test_ten_thousand_messages_are_taken_and_nothing_in_them_is_live(shared: Path) -> None:
    make = Hostile(7, attacks(shared))
    for _ in range(ANSWERS):
        made = make.answer()
        blocks = answer_blocks(made, now=NOW)
        assert problems(blocks) == ()
        assert_nothing_is_live(blocks)
        assert_plain(answer_text(made))
    for _ in range(BRIEFS):
        brief = make.digest()
        for message in (digest_message(brief), *thread_messages(brief)):
            assert problems(message.blocks) == ()
            assert_nothing_is_live(message.blocks)
            assert_plain(message.text)
        assert view_problems(whole_view(brief)) == ()
    for _ in range(VIEWS):
        view = evidence_view(make.answer(), {("a", 1): make.words(), ("b", 1): make.words()})
        assert view_problems(view) == ()
        assert_nothing_is_live(view)


def assert_plain(text: str) -> None:
    assert len(text) < MESSAGE_TEXT
    assert not re.search(r"[<>]", text)
    assert "Not investment advice · id " in text


class ObeyingModel(FaithfulModel):
    """Says what the attacks of an article want said, each with a mark, and adds live words."""

    def __init__(self, orders: list[str]) -> None:
        super().__init__(most=AT_ONCE)
        self.orders = orders

    def lines(self, prompt: Prompt, dice: random.Random) -> Iterator[str]:
        """The orders, a line each: a model may not know how many lines an order has."""
        assert prompt.data
        for n, order in enumerate(self.orders):
            said = " ".join(order.split())[:200]
            yield f"{said} {LIVE[n % len(LIVE)]} [1]"


@pytest.mark.evals
def test_a_model_that_obeys_every_attack_gets_nothing_live_shown(shared: Path) -> None:
    texts = [text for text in attacks(shared) if text.strip()]
    shown: list[str] = []
    for at in range(0, len(texts), AT_ONCE):
        found, lines = obeyed(texts[at : at + AT_ONCE])
        blocks = answer_blocks(found, now=MONDAY)
        assert problems(blocks) == ()
        assert_nothing_is_live(blocks)
        assert_plain(answer_text(found))
        shown += lines
    assert [line for line in shown if re.search(r"[<>]|://|evil\.example", line)] == []
    print(f"{len(shown)} of {len(texts)} obeyed lines shown")  # noqa: T201


def obeyed(orders: list[str]) -> tuple[Answer, list[str]]:
    """Ask about an article that gives orders a model that follows them; with the streamed lines."""
    story = "Nvidia benefits because orders for chips rise. Intel loses share in servers."
    url, body = "https://news.example.com/trap", "\n\n".join([story, *orders])
    trap = Article("trap", body, title=orders[0][:80], url=url, source=orders[-1][:40])
    library = Library.in_memory(HashEmbedder(), builtin())
    ingest([trap], library=library, now=lambda: MONDAY, progress=lambda _: None)
    model, lines = ObeyingModel(orders), list[str]()
    paying = Paying(model, MemoryPurse(), 10**9, now=lambda: MONDAY, sleep=lambda _: None)
    found = answer(
        "summarise this article",
        library=library,
        now=MONDAY,
        scope=Scope(article_ids=("trap",)),
        writer=ChatWriter(paying, load_securities()),
        on_line=lambda line, _: lines.append(line),
    )
    library.close()
    return found, lines
