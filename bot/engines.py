"""Settings -> the engines that read, embed and write, and the clock: which real one is used."""

import time
from datetime import UTC, datetime
from functools import cache

from bot.settings import Settings
from retrieval.ask.chat import ChatWriter, Writer
from retrieval.index.embed import Embed, Embedder
from retrieval.index.minilm import MiniLM
from retrieval.language.adapter import Adapter
from retrieval.language.analyse import Builtin
from retrieval.language.chat import ChatReader
from retrieval.language.paying import Paying
from retrieval.language.reader import Reader
from retrieval.language.securities import load_securities
from retrieval.llm import Connection, LangChat
from retrieval.store.purse import Purse


def utc_now() -> datetime:
    """The clock that everything else takes as an argument."""
    return datetime.now(UTC)


def embedder_of(settings: Settings) -> Embed:
    """The embedder of the settings; it loads its weights at the first use."""
    return Embedder(settings.embedding_model) if settings.embedding_model else MiniLM()


@cache
def judge_of() -> Adapter:
    """The sentiment model, one for the process; it loads its weights at the first use."""
    return Adapter()


def reader_of(settings: Settings) -> Reader:
    """The engine that reads articles.

    Raises:
        SettingError: TAPE_MODEL does not name a chat model.
        ModelKeyError: a chat model has no key.
        MissingPackageError: the provider's package is not installed.
        StoreError: the database, which counts the chat model's tokens, cannot be used.
    """
    securities = load_securities()
    builtin = Builtin(securities, judge_of())
    if settings.analyst == "builtin":
        return builtin
    return ChatReader(builtin, paying_of(settings), securities)


def writer_of(settings: Settings) -> Writer | None:
    """Who puts answers into words: the chat model, where one is set.

    Raises:
        SettingError, ModelKeyError, MissingPackageError, StoreError: as `reader_of` says.
    """
    if not settings.model:
        return None
    return ChatWriter(paying_of(settings), load_securities())


def paying_of(settings: Settings) -> Paying:
    """The chat model of the settings, with the day's budget in the database.

    Raises:
        SettingError, ModelKeyError, MissingPackageError, StoreError: as `reader_of` says.
    """
    chat, purse = chat_of(settings), Purse.open(settings.url)
    return Paying(chat, purse, settings.model_budget, now=utc_now, sleep=time.sleep)


def chat_of(settings: Settings) -> LangChat:
    """The chat model of the settings; nothing is sent to it yet.

    Raises:
        SettingError, ModelKeyError, MissingPackageError: as `reader_of` says.
    """
    return LangChat(
        Connection(
            settings.model,
            key=settings.provider_key,
            base_url=settings.model_url or None,
            timeout=settings.model_timeout,
            first=settings.model_first,
        )
    )
