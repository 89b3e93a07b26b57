"""Answers that a chat model writes about our own samples: what a faulty one gets past the check.

The model is `tests/faulty_model.py`: it reads its prompt, says true lines and spoils them. For more
of them: `pytest tests/evals/test_chat_lines.py --seeds 3`.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.samples import samples
from retrieval.answers import Answer, Citation
from retrieval.ask.answer import answer
from retrieval.ask.chat import ChatWriter
from retrieval.errors import ModelTimeoutError
from retrieval.ingest import ingest
from retrieval.language.paying import Paying
from retrieval.language.securities import load_securities
from retrieval.library import Library
from retrieval.models import Article, Scope
from tests.articles import MONDAY, builtin
from tests.fakes import HashEmbedder, MemoryPurse
from tests.faulty_model import (
    FAULTS,
    OBEYED,
    ORDER,
    FaithfulModel,
    Fault,
    FaultyModel,
    honest_lines,
)

SITE = "http://127.0.0.1:1"
QUESTIONS = ("which tickers benefit?", "who is hurt?", "summarise this article")
PASSING = 0.9
"""The least share of a faithful model's lines that is shown."""

TEXTS = {s.written.id: s.written.text for s in samples()}
URLS = {s.written.id: s.article(SITE).url for s in samples()}
_MARKS = re.compile(r"\s*(?:\[\d+\])+$")

Shown = list[tuple[str, tuple[Citation, ...]]]


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    opened = Library.in_memory(HashEmbedder(), builtin())
    written = [s.article(SITE) for s in samples()]
    ingest(written, library=opened, now=lambda: MONDAY, progress=lambda _: None)
    yield opened
    opened.close()


def ask(library: Library, model: FaithfulModel, text: str, article: str) -> tuple[Answer, Shown]:
    shown: Shown = []
    paying = Paying(model, MemoryPurse(), 10**9, now=lambda: MONDAY, sleep=lambda _: None)
    found = answer(
        text,
        library=library,
        now=MONDAY,
        scope=Scope(article_ids=(article,)),
        writer=ChatWriter(paying, load_securities()),
        on_line=lambda line, cited: shown.append((line, cited)),
    )
    return found, shown


def verbatim(citation: Citation) -> bool:
    quote = citation.quote
    return TEXTS[citation.article_id][quote.start : quote.end] == quote.text


@pytest.mark.evals
def test_a_faithful_models_lines_are_shown_with_true_quotes_and_links(library: Library) -> None:
    told, lines = 0, Shown()
    for slug in honest_lines():
        for text in QUESTIONS:
            model = FaithfulModel(seed=1)
            _, shown = ask(library, model, text, f"sample-{slug}")
            told, lines = told + len(model.told), [*lines, *shown]
    cited = [c for _, each in lines for c in each]
    print(f"faithful: {len(lines)} of {told} lines shown ({len(lines) / told:.3f})")  # noqa: T201
    print(f"quotes verbatim: {sum(map(verbatim, cited))} of {len(cited)}")  # noqa: T201
    assert told > 150
    assert len(lines) >= PASSING * told
    assert all(map(verbatim, cited))
    assert all(c.url == URLS[c.article_id] for c in cited)


@pytest.mark.evals
@pytest.mark.parametrize("fault", FAULTS)
def test_no_bad_line_of_a_faulty_model_is_shown(
    library: Library, fault: Fault, pytestconfig: pytest.Config
) -> None:
    told, passed, answers = 0, list[str](), 0
    for seed in range(pytestconfig.getoption("seeds")):
        for number, slug in enumerate(honest_lines()):
            model = FaultyModel(seed=seed, fault=fault, sleep=lambda _: None)
            question = QUESTIONS[(seed + number) % len(QUESTIONS)]
            found, shown = ask(library, model, question, f"sample-{slug}")
            answers, told = answers + 1, told + len(model.bad)
            passed += [line for line, _ in shown if _MARKS.sub("", line) in model.bad]
            assert all(verbatim(c) for c in found.citations)
            assert all(c.url == URLS[c.article_id] for c in found.citations)
    print(f"{fault}: {len(passed)} of {told} bad lines shown in {answers} answers")  # noqa: T201
    assert passed == []


def test_what_an_article_orders_is_neither_obeyed_nor_shown_to_the_model() -> None:
    text = f"Nvidia benefits because orders for chips rise. {ORDER} Intel loses share in servers."
    with_order = Article("trap", text, title="Chips", source="Wire", published_at=MONDAY)
    library = Library.in_memory(HashEmbedder(), builtin())
    ingest([with_order], library=library, now=lambda: MONDAY, progress=lambda _: None)
    model = FaultyModel(fault="obeys")
    found, shown = ask(library, model, "which tickers benefit?", "trap")
    library.close()
    assert len(model.told) == 3
    assert (shown, found.sentences) == ([], ())
    assert OBEYED not in model.prompts[0].data
    assert [line.target.id for line in found.lines] == ["NVDA"]


def test_a_model_that_hangs_leaves_what_it_had_said_and_no_more(library: Library) -> None:
    naps: list[float] = []
    model = FaultyModel(fault="hangs", sleep=naps.append)
    found, shown = ask(library, model, "which tickers benefit?", "sample-copper-mine-outage")
    assert naps == [60.0], "whoever hangs is cut off by the deadline of llm.py, and not asked again"
    assert [line for line, _ in shown] == list(found.sentences)
    assert len(shown) == 1
    payload = library.store.audited(found.replay_id)
    assert payload
    assert ModelTimeoutError().sentence in payload


def test_every_kind_of_fault_is_really_made(library: Library) -> None:
    made = Counter[str]()
    for fault in FAULTS:
        for slug in ("copper-mine-outage", "fedex-cuts-forecast", "tsmc-raises-spending"):
            model = FaultyModel(seed=2, fault=fault, sleep=lambda _: None)
            ask(library, model, "summarise this article", f"sample-{slug}")
            ask(library, model, "which tickers benefit?", f"sample-{slug}")
            made[fault] += len(model.bad)
    assert {fault for fault in FAULTS if not made[fault]} == {"silence", "hangs"}
