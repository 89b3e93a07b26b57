"""Ten thousand messages and windows of hostile words: Slack takes each, nothing is live."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.blocks.answer import answer_blocks, answer_text
from bot.blocks.limits import problems
from retrieval.answers import Answer
from retrieval.ask.answer import answer
from retrieval.ask.chat import ChatWriter
from retrieval.ingest import ingest
from retrieval.language.paying import Paying
from retrieval.language.securities import load_securities
from retrieval.library import Library
from retrieval.llm import Prompt
from retrieval.models import Article, Scope
from tests.articles import MONDAY, builtin
from tests.fakes import HashEmbedder, MemoryPurse
from tests.faulty_model import FaithfulModel
from tests.hostile import LIVE, assert_nothing_is_live, assert_plain, attacks
from tests.hostile_own import HostileOwn
from tests.surfaces import SURFACES, assert_sound

DRAWN = {
    "answers": 2_500,
    "openings": 250,
    "evidence": 500,
    "private_answers": 200,
    "briefs": 500,
    "built_briefs": 200,
    "digest_forms": 200,
    "alert_messages": 300,
    "alert_views": 200,
    "feed_views": 250,
    "books": 250,
    "homes": 300,
    "notes": 100,
    "forms": 50,
}
"""How often each surface is drawn; most draw several messages or windows at a time."""
AT_ONCE = 20  # lines that the obeying model says of one article


def test_ten_thousand_messages_are_taken_and_nothing_in_them_is_live(shared: Path) -> None:
    count, texts = 0, attacks(shared)
    for surface, draw in SURFACES.items():
        hostile = HostileOwn(7, texts)
        for _ in range(DRAWN[surface]):
            for shown in draw(hostile):
                assert_sound(shown)
                count += 1
    assert count >= 10_000


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
