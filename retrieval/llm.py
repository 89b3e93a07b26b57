"""A prompt and a schema to a validated reply of a chat model; a search to a retriever for chains.

The only module that knows LangChain. Knows no article, no budget and no second try: each call of a
model is one request with a deadline.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from retrieval.errors import (
    BadReplyError,
    MissingPackageError,
    ModelBusyError,
    ModelError,
    ModelKeyError,
    ModelTimeoutError,
    ModelUnreachableError,
    RefusedError,
    RejectedError,
    SettingError,
    UnknownModelError,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from langchain_core.retrievers import BaseRetriever

T = TypeVar("T", bound=BaseModel)

REPLY_TOKENS = 4_000
"""The longest reply that is paid for; one that is cut off there is no reply."""

LONGEST_REPLY = 200_000
"""Characters that are parsed at all: ten times what the reply's tokens can spell."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told: our rules, and the data that they are about."""

    rules: str
    data: str


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What a model said, and the tokens it took; None when the provider did not say."""

    value: T
    tokens: int | None


class Chat(Protocol):
    """What the rest of Tape needs of a chat model."""

    @property
    def name(self) -> str:
        """The provider and the model, as in TAPE_MODEL."""

    def structured(self, prompt: Prompt, schema: type[T]) -> Reply[T]:
        """Ask for one value of a schema.

        Raises:
            ModelError: one of its kinds; nothing else.
        """


@dataclass(frozen=True, slots=True)
class _Provider:
    """How a provider's package is called, and what its own errors derive from."""

    package: str
    errors: tuple[tuple[str, str], ...]
    options: Callable[["Connection"], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a model is and how it is asked; `timeout` in seconds, for the whole of a request."""

    model: str
    key: str | None = None
    base_url: str | None = None
    timeout: float = 60.0
    reply_tokens: int = REPLY_TOKENS


def _hosted(to: Connection) -> dict[str, Any]:
    """OpenAI's and Anthropic's classes take the same options. We try again, they do not."""
    # a server on this machine wants no key, its client's library does
    key = to.key or ("none" if to.base_url else None)
    if key is None:
        raise ModelKeyError(to.model)
    return {
        "api_key": key,
        "base_url": to.base_url,
        "timeout": to.timeout,
        "max_retries": 0,
        "max_tokens": to.reply_tokens,
    }


def _ollama(to: Connection) -> dict[str, Any]:
    return {
        "base_url": to.base_url,
        "num_predict": to.reply_tokens,
        "client_kwargs": {"timeout": to.timeout},
    }


PROVIDERS: dict[str, _Provider] = {
    "anthropic": _Provider("langchain_anthropic", (("anthropic", "AnthropicError"),), _hosted),
    "ollama": _Provider(
        "langchain_ollama", (("ollama", "ResponseError"), ("httpx", "HTTPError")), _ollama
    ),
    "openai": _Provider("langchain_openai", (("openai", "OpenAIError"),), _hosted),
}
"""Who can be named before the colon of TAPE_MODEL; each is an extra in pyproject.toml.

Any server that speaks OpenAI's protocol is "openai" with TAPE_MODEL_URL.
"""


class LangChat:
    """A provider's chat model. Threads may share it."""

    def __init__(self, connection: Connection) -> None:
        provider, _, model = connection.model.partition(":")
        if provider not in PROVIDERS or not model:
            raise SettingError("TAPE_MODEL")
        if find_spec(PROVIDERS[provider].package) is None:
            raise MissingPackageError(f"pip install 'tape[{provider}]'")
        self.name = connection.model
        self._timeout = connection.timeout
        theirs = PROVIDERS[provider]
        self._model = _made(provider, model, theirs.options(connection))
        self._failures: tuple[type[Exception], ...] = (*_FAILURES, *_classes(theirs.errors))
        with _opening:
            self._line = _line()

    def structured(self, prompt: Prompt, schema: type[T]) -> Reply[T]:
        """Ask once; the deadline holds for the whole of the answer, however it drips."""
        # Only the binding of the schema is LangChain's: its parsers mend broken JSON without a
        # word, and take quadratic time over junk. `first` is the model before its parser.
        asked = self._model.with_structured_output(schema.model_json_schema()).first
        messages = [("system", prompt.rules), ("human", prompt.data)]
        try:
            message = self._line.run(asked.ainvoke(messages), self._timeout)
        except self._failures as error:
            raise cause_of(error) from error
        return _reply(message, schema)


class _Line:
    """A thread with an event loop: a request that is over its deadline is cut off there."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True, name="chat").start()

    def run(self, request: Coroutine[Any, Any, Any], seconds: float) -> Any:
        """Wait for a request."""
        waiting = asyncio.wait_for(request, seconds)
        return asyncio.run_coroutine_threadsafe(waiting, self._loop).result()


_opening = threading.Lock()


@cache
def _line() -> _Line:
    """The one line of this process: providers' libraries share connections between models."""
    return _Line()


def _made(provider: str, model: str, options: dict[str, Any]) -> Any:
    from langchain.chat_models import init_chat_model

    return init_chat_model(model, model_provider=provider, **options)


def _classes(names: tuple[tuple[str, str], ...]) -> tuple[type[Exception], ...]:
    own = ("langchain_core.exceptions", "LangChainException")
    return tuple(getattr(import_module(module), name) for module, name in (own, *names))


_FAILURES = (TimeoutError, ValueError, TypeError, LookupError, AttributeError)
"""Besides LangChain's and the provider's errors: what both raise over a body that is no reply."""


def cause_of(error: Exception) -> ModelError:
    """Say in our words why a request failed."""
    from langchain_core import exceptions as theirs

    causes: dict[tuple[type[Exception], ...], type[ModelError]] = {
        (theirs.ModelTimeoutError, TimeoutError): ModelTimeoutError,
        (theirs.ModelRateLimitError,): ModelBusyError,
        (theirs.ModelAuthenticationError, theirs.ModelPermissionDeniedError): ModelKeyError,
        (theirs.ModelNotFoundError,): UnknownModelError,
        (theirs.ContextOverflowError, theirs.ModelInvalidRequestError): RejectedError,
        (theirs.ModelConnectionError, theirs.ModelAPIError): ModelUnreachableError,
        _FAILURES[1:]: BadReplyError,
    }
    named = _BY_NAME.get(type(error).__name__)
    for classes, cause in causes.items():
        if named is None and isinstance(error, classes):
            return cause()
    return (named or ModelUnreachableError)()


_BY_NAME: dict[str, type[ModelError]] = {
    "APIResponseValidationError": BadReplyError,
    "ContentFilterFinishReasonError": RefusedError,
    "LengthFinishReasonError": BadReplyError,
    "OpenAIRefusalError": RefusedError,
}
"""What the providers' own libraries raise where LangChain has no class of its own."""

_REFUSALS = frozenset({"content_filter", "refusal", "safety"})
_CUT_OFF = frozenset({"length", "max_tokens"})


def _reply(message: Any, schema: type[T]) -> Reply[T]:
    """Read a message; only whole JSON of the schema is a reply."""
    tokens = _tokens(message)
    ended = message.response_metadata
    reason = ended.get("finish_reason") or ended.get("stop_reason") or ended.get("done_reason")
    if reason in _REFUSALS or message.additional_kwargs.get("refusal"):
        raise RefusedError(tokens=tokens)
    if reason in _CUT_OFF:
        raise BadReplyError(tokens=tokens)
    try:
        return Reply(schema.model_validate(_said(message)), tokens)
    except (ValidationError, ValueError, RecursionError) as error:
        raise BadReplyError(tokens=tokens) from error


def _said(message: Any) -> Any:
    """The value that a message holds: in a call of the schema as a tool, or as its text."""
    if message.tool_calls:
        return message.tool_calls[0]["args"]
    text = str(message.text)
    if len(text) > LONGEST_REPLY:
        raise ValueError("too long")
    return json.loads(text)


def _tokens(message: Any) -> int | None:
    usage = message.usage_metadata
    return int(usage["total_tokens"]) if usage and usage.get("total_tokens") else None


def retriever_of(find: Callable[[str], "Sequence[DataclassInstance]"]) -> "BaseRetriever":
    """Offer a search to LangChain's chains.

    `find` gives passages as dataclasses with a `text`: that is a document's content, and the other
    fields are its metadata (`retrieval.ask.documents.finder` makes one).
    """
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class Retriever(BaseRetriever):  # type: ignore[misc]  # untyped for mypy: LangChain is not read
        """Tape's search, under the name that traces show."""

        def _get_relevant_documents(self, query: str, **_: Any) -> list[Document]:
            found = [asdict(passage) for passage in find(query)]
            return [Document(page_content=one.pop("text"), metadata=one) for one in found]

    return Retriever()
