"""A model that answers at once -> how long Tape itself takes until a checked line is shown.

Everything but the model: parsing, search, evidence, prompt, stream, check.
"""

from collections.abc import Generator
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from retrieval.ask.answer import answer
from retrieval.ask.chat import ChatWriter
from retrieval.contract import Json
from retrieval.errors import BadReplyError
from retrieval.evals.starting import builtin, opened
from retrieval.evals.synthetic import NOW
from retrieval.evals.timing import quantiles
from retrieval.ingest import ingest
from retrieval.language.paying import Paying
from retrieval.language.securities import load_securities
from retrieval.llm import Prompt, Reply
from retrieval.models import Article

_TEXT = "Deere benefits as orders for tractors rise. Boeing loses orders because deliveries slip."
_LINE = "Deere benefits as orders for tractors rise. [1]\n"
_BUDGET = 10_000_000

_Schema = TypeVar("_Schema", bound=BaseModel)


class _AtOnce:
    """A chat model that writes one true line."""

    name = "bench:at-once"

    def structured(self, prompt: Prompt, schema: type[_Schema]) -> Reply[_Schema]:
        raise BadReplyError(f"{self.name} reads nothing: {schema.__name__}, {len(prompt.data)}")

    def streamed(self, prompt: Prompt) -> Generator[str, None, int | None]:
        yield _LINE
        return len(prompt.data)


class _NothingKept:
    """An account that keeps no reply, so that each is asked for anew."""

    def kept(self, _key: str) -> str | None:
        return None

    def keep(self, _key: str, _reply: str, *, now: datetime) -> None:
        del now

    def reserve(self, _day: date, tokens: int, *, limit: int) -> bool:
        return tokens <= limit

    def settle(self, _day: date, _reserved: int, _paid: int) -> None:
        return

    def spent(self, _day: date) -> int:
        return 0


def first_line(folder: Path) -> Json:
    """Milliseconds from the question to the end of an answer of one checked line."""
    folder.mkdir(parents=True)
    library = opened(folder, builtin())
    article = Article(id="tractors", text=_TEXT, title="Tractor orders", published_at=NOW)
    ingest([article], library=library, now=lambda: NOW, progress=lambda _: None)
    paying = Paying(_AtOnce(), _NothingKept(), _BUDGET, now=lambda: NOW, sleep=lambda _: None)
    writer = ChatWriter(paying, load_securities())

    def ask(_: int) -> None:
        shown: list[str] = []
        answer(
            "which tickers benefit?",
            library=library,
            now=NOW,
            writer=writer,
            on_line=lambda line, _: shown.append(line),
        )
        assert shown == [_LINE.strip()], "the line of the fake model was not shown"

    found = quantiles(ask)
    library.close()
    return found
