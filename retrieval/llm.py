"""A prompt and a schema to a validated reply of a chat model; a search to a retriever for chains.

The only module that knows LangChain. Knows no article, no budget and no second try: each call of a
model is one request with a deadline.
"""

import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from retrieval.errors import (
    BadReplyError,
    CutOffError,
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
from retrieval.waiting import Deadlines, the_loop

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

    def streamed(self, prompt: Prompt) -> Generator[str, None, int | None]:
        """Ask for text, and give its pieces as they come; at the end, the tokens it took.

        Raises:
            ModelError: one of its kinds; nothing else. What came before it has been given.
        """


@dataclass(frozen=True, slots=True)
class _Provider:
    """How a provider's package is called, and what its own errors derive from."""

    package: str
    errors: tuple[tuple[str, str], ...]
    options: Callable[["Connection"], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a model is and how it is asked.

    `timeout` in seconds, for the whole of a request; `first` for the first words of a stream.
    """

    model: str
    key: str | None = None
    base_url: str | None = None
    timeout: float = 60.0
    first: float = 20.0
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
        "stream_usage": True,
    }


def _ollama(to: Connection) -> dict[str, Any]:
    return {
        "base_url": to.base_url,
        "num_predict": to.reply_tokens,
        "client_kwargs": {"timeout": to.timeout},
    }


_BROKEN = ("httpx", "HTTPError")
"""What a connection raises that breaks in the middle of a stream."""

PROVIDERS: dict[str, _Provider] = {
    "anthropic": _Provider(
        "langchain_anthropic", (("anthropic", "AnthropicError"), _BROKEN), _hosted
    ),
    "ollama": _Provider("langchain_ollama", (("ollama", "ResponseError"), _BROKEN), _ollama),
    "openai": _Provider("langchain_openai", (("openai", "OpenAIError"), _BROKEN), _hosted),
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
        self._deadlines = Deadlines(min(connection.first, connection.timeout), connection.timeout)
        theirs = PROVIDERS[provider]
        self._model = _made(provider, model, theirs.options(connection))
        self._failures: tuple[type[Exception], ...] = (*_FAILURES, *_classes(theirs.errors))
        self._loop = the_loop()

    def structured(self, prompt: Prompt, schema: type[T]) -> Reply[T]:
        """Ask once; the deadline holds for the whole of the answer, however it drips."""
        # Only the binding of the schema is LangChain's: its parsers mend broken JSON without a
        # word, and take quadratic time over junk. `first` is the model before its parser.
        asked = self._model.with_structured_output(schema.model_json_schema()).first
        try:
            message = self._loop.run(asked.ainvoke(_messages(prompt)), self._deadlines.whole)
        except self._failures as error:
            raise cause_of(error) from error
        return _reply(message, schema)

    def streamed(self, prompt: Prompt) -> Generator[str, None, int | None]:
        """Ask once for text; only what ends as a whole message ends without an error."""
        pieces = self._model.astream(_messages(prompt))
        told: list[Any] = []
        size = 0
        try:
            for piece in self._loop.stream(pieces, self._deadlines, lambda one: bool(one.text)):
                told.append(piece)
                size += len(piece.text)
                if size > LONGEST_REPLY:
                    raise BadReplyError(tokens=_paid(told))
                if piece.text:
                    yield str(piece.text)
        except self._failures as error:
            raise cause_of(error) from error
        tokens = _paid(told)
        if _ended(told, tokens) is None:
            raise CutOffError(tokens=tokens)
        return tokens


def _messages(prompt: Prompt) -> list[tuple[str, str]]:
    return [("system", prompt.rules), ("human", prompt.data)]


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
    "LengthFinishReasonError": CutOffError,
    "OpenAIRefusalError": RefusedError,
}
"""What the providers' own libraries raise where LangChain has no class of its own."""

_REFUSALS = frozenset({"content_filter", "refusal", "safety"})
_CUT_OFF = frozenset({"length", "max_tokens"})


def _reply(message: Any, schema: type[T]) -> Reply[T]:
    """Read a message; only whole JSON of the schema is a reply."""
    tokens = _paid([message])
    _ended([message], tokens)
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


def _ended(messages: Iterable[Any], tokens: int | None) -> str | None:
    """Say why a message ended; None where no piece of it says so.

    Raises:
        RefusedError, CutOffError: it ended before all was said.
    """
    reason = None
    for message in messages:
        reason = _reason(message.response_metadata) or reason
        if reason in _REFUSALS or message.additional_kwargs.get("refusal"):
            raise RefusedError(tokens=tokens)
    if reason in _CUT_OFF:
        raise CutOffError(tokens=tokens)
    return reason


def _reason(ended: Mapping[str, Any]) -> str | None:
    return ended.get("finish_reason") or ended.get("stop_reason") or ended.get("done_reason")


def _paid(messages: Iterable[Any]) -> int | None:
    """The tokens that the pieces of a message name; None when they name none."""
    usages = (message.usage_metadata or {} for message in messages)
    return sum(int(usage.get("total_tokens") or 0) for usage in usages) or None


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
