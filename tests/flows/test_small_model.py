"""A real small model behind a real server: the wiring holds, and its nonsense proves nothing.

SmolLM2-135M, served by llama.cpp in a process of its own on loopback. It is far too weak to read an
article: what is proved is that the schema reaches it, that whatever it writes passes `check` or is
dropped, and that the built-in result stands wherever it says nothing that can be used.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from bot.engines import judge_of, reader_of, utc_now, writer_of
from bot.settings import Settings
from retrieval.ask.answer import answer
from retrieval.errors import BadReplyError, CutOffError
from retrieval.ingest import ingest
from retrieval.language.analyse import Builtin
from retrieval.language.check import check, check_triggers
from retrieval.language.securities import load_securities
from retrieval.library import Library
from retrieval.llm import Connection, LangChat, Prompt
from retrieval.models import Article, Scope, Target
from retrieval.store.purse import Purse
from tests.articles import builtin
from tests.fakes import HashEmbedder

ROOT = Path(__file__).parents[2]
TEXT = "Copper miners benefit from tariffs. Freeport-McMoRan gains."
ARTICLE = Article("copper", TEXT)
PATIENT = 240.0  # seconds; an idle machine needs five


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The server's address, once the model is loaded."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.small_model"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        yield f"{server.stdout.readline().strip()}/v1"
        server.kill()  # it holds nothing, and may still be writing for nobody


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": tmp_path,
            "analyst": "chat",
            "model": "openai:smollm2",
            "model_url": url,
            "model_timeout": PATIENT,
        }
    )


class Side(BaseModel):
    """A value that no model would spell so by itself."""

    side: Literal["GAINS-A", "LOSES-B"]


def test_the_schema_reaches_the_model_and_binds_what_it_writes(url: str) -> None:
    chat = LangChat(Connection("openai:smollm2", base_url=url, timeout=PATIENT))
    reply = chat.structured(Prompt("Say which side.", TEXT), Side)
    assert reply.value.side in {"GAINS-A", "LOSES-B"}
    assert reply.tokens
    assert reply.tokens > 10


def test_nothing_unproved_comes_through_and_the_built_in_result_stands_in(
    settings: Settings,
) -> None:
    reader = reader_of(settings)
    (found,) = reader.read([ARTICLE])
    (base,) = Builtin(load_securities(), judge_of()).read([ARTICLE])
    securities = load_securities()
    assert check(ARTICLE, found.impacts, found.mentions, securities) == (found.impacts, 0)
    assert check_triggers(ARTICLE, found.triggers) == (found.triggers, 0)
    assert (found.mentions, found.language) == (base.mentions, base.language)
    if found.fallback is not None:
        assert found == replace(base, fallback=found.fallback)
        assert found.fallback in {BadReplyError().sentence, CutOffError().sentence}
    else:
        assert found.engine == reader.engine
        assert {i.target for i in found.impacts} <= {m.target for m in found.mentions} | {
            Target("group", "Copper miners", "Copper miners")
        }
    purse, today = Purse.open(settings.url), utc_now().date()
    assert purse.spent(today) + purse.spent(today - timedelta(days=1)) > 0


def test_an_answer_shows_only_what_holds_of_what_it_writes(settings: Settings) -> None:
    """So far it has written nothing that holds: the composed answer stands, with the reason."""
    writer = writer_of(settings.model_copy(update={"model_first": PATIENT}))
    assert writer is not None
    library = Library.in_memory(HashEmbedder(), builtin())
    ingest([ARTICLE], library=library, now=utc_now, progress=lambda _: None)
    now, scope, question = utc_now(), Scope(article_ids=("copper",)), "which tickers benefit?"
    base = answer(question, library=library, now=now, scope=scope)
    found = answer(question, library=library, now=now, scope=scope, writer=writer)
    payload = library.store.audited(found.replay_id) or ""
    library.close()
    assert (found.lines, found.citations) == (base.lines, base.citations)
    assert writer.engine in payload
    if not found.sentences:
        assert replace(found, replay_id=base.replay_id) == base
        assert '"fallback": "' in payload
