"""A prompt to a reply: from what was kept, else asked, tried again and paid for within a budget.

Knows a chat model and an account by their protocols, and no article.
"""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol, cast

from retrieval.errors import (
    BadReplyError,
    BudgetSpentError,
    ModelBusyError,
    ModelError,
    ModelTimeoutError,
    ModelUnreachableError,
    RefusedError,
)
from retrieval.language.draft import Draft
from retrieval.language.parts import tokens_of
from retrieval.language.prompts import ANALYSE_VERSION
from retrieval.llm import REPLY_TOKENS, Chat, Prompt
from retrieval.models import digest_of

WAITS = (2.0, 10.0, 30.0)
"""Seconds before each further try of what may pass by itself; a limit by the minute does."""

PASSING = (ModelBusyError, ModelTimeoutError, ModelUnreachableError)

_SCHEMA = json.dumps(Draft.model_json_schema(), sort_keys=True)


class Account(Protocol):
    """Where replies are kept and tokens are counted."""

    def kept(self, key: str) -> str | None:
        """The reply to what was asked before."""

    def keep(self, key: str, reply: str, *, now: datetime) -> None:
        """Keep a reply; of two to the same question the first stays."""

    def reserve(self, day: date, tokens: int, *, limit: int) -> bool:
        """Set tokens aside, unless the day would come to more than `limit` with them."""

    def settle(self, day: date, reserved: int, paid: int) -> None:
        """Put what was paid in the place of what was set aside."""

    def spent(self, day: date) -> int:
        """Tokens of a day, with those that are set aside."""


@dataclass(frozen=True, slots=True)
class Paying:
    """A chat model, who pays for it and how many tokens a UTC day may cost."""

    chat: Chat
    account: Account
    budget: int
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    waits: tuple[float, ...] = WAITS

    def draft(self, prompt: Prompt) -> Draft:
        """Answer a prompt; what was answered before costs nothing.

        Raises:
            ModelError: the model gave nothing, or the budget is spent.
        """
        key = digest_of(ANALYSE_VERSION, self.chat.name, _SCHEMA, prompt.rules, prompt.data)
        kept = self.account.kept(key)
        if kept is not None:
            return Draft.model_validate_json(kept)
        made = self._patiently(prompt)
        self.account.keep(key, made.model_dump_json(), now=self.now())
        return made

    def _patiently(self, prompt: Prompt) -> Draft:
        for wait in self.waits:
            try:
                return self._paid(prompt)
            except PASSING:
                self.sleep(wait)
        return self._paid(prompt)

    def _paid(self, prompt: Prompt) -> Draft:
        with self._billed(tokens_of(prompt.rules + prompt.data + _SCHEMA)) as bill:
            reply = self.chat.structured(prompt, Draft)
            bill.settled(reply.tokens)
        return reply.value

    def streamed(self, prompt: Prompt) -> Generator[str]:
        """Ask once for text, and give its pieces as they come; keeps nothing, tries once.

        Raises:
            ModelError: the model gave nothing more, or the budget is spent.
        """
        asked = tokens_of(prompt.rules + prompt.data)
        told: list[str] = []
        with self._billed(asked) as bill:
            try:
                tokens = yield from _noted(self.chat.streamed(prompt), told)
            except GeneratorExit:  # who has heard enough pays for what was said
                bill.settled(asked + tokens_of("".join(told)))
                raise
            bill.settled(tokens)

    @contextmanager
    def _billed(self, asked: int) -> Iterator["_Bill"]:
        """What a try may cost is set aside first, so that no two overdraw together."""
        day = self.now().astimezone(UTC).date()
        bill = _Bill(asked + REPLY_TOKENS)
        if not self.account.reserve(day, bill.most, limit=self.budget):
            raise BudgetSpentError
        try:
            yield bill
        except ModelError as error:
            bill.paid = _charged(error, bill.most)
            raise
        finally:
            self.account.settle(day, bill.most, bill.paid)


def _noted(
    pieces: Generator[str, None, int | None], told: list[str]
) -> Generator[str, None, int | None]:
    """Pass a stream on, and note what it says; who stops hearing it closes it."""
    with closing(pieces):
        while True:
            try:
                piece = next(pieces)
            except StopIteration as end:
                return cast("int | None", end.value)
            told.append(piece)
            yield piece


class _Bill:
    """What a try may cost at most, and what it cost: all of that until somebody says less."""

    def __init__(self, most: int) -> None:
        self.most = self.paid = most

    def settled(self, tokens: int | None) -> None:
        """Take the provider's word, if it gave one."""
        self.paid = self.most if tokens is None else tokens


_CHARGED = (BadReplyError, ModelTimeoutError, RefusedError)


def _charged(error: ModelError, most: int) -> int:
    """What a failed try cost; where nobody says, the most it can have cost."""
    if error.tokens is not None:
        return error.tokens
    return most if isinstance(error, _CHARGED) else 0
