"""The fake chat model is a true stand-in: both give, and fail, in the same words."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

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
from retrieval.language.draft import Draft
from retrieval.llm import PROVIDERS, Chat, Connection, LangChat, Prompt
from tests.completions import Answer, Completions, completion, failure, stream
from tests.fakes import QueueChat

PROMPT = Prompt("Read.", "Copper rose.")
EMPTY = {"impacts": [], "triggers": [], "summary": []}
WORDS: dict[str, Any] = {**EMPTY, "summary": ["Copper rose."]}
PATIENT, HASTY = 30.0, 1.0  # seconds


@dataclass(frozen=True)
class Case:
    """What a model writes, and how a server puts it."""

    reply: Any
    answer: Answer


CASES = {
    "a reply": Case(WORDS, completion(json.dumps(WORDS))),
    "an empty reply": Case(EMPTY, completion(json.dumps(EMPTY))),
    "prose": Case("Copper rose, I think.", completion("Copper rose, I think.")),
    "nothing": Case(None, completion(None)),
    "another shape": Case({"winners": ["FCX"]}, completion('{"winners": ["FCX"]}')),
    "more than was asked": Case({**EMPTY, "x": 1}, completion(json.dumps({**EMPTY, "x": 1}))),
    "half a reply": Case(None, completion('{"impacts": [], "triggers": [], "summ')),
    "a reply that was cut off": Case(CutOffError(), completion(json.dumps(EMPTY), finish="length")),
    "brackets without end": Case(None, completion("[" * 100_000)),
    "a refusal": Case(RefusedError(), completion(None, refusal="I cannot help with that.")),
    "a filtered reply": Case(RefusedError(), completion("", finish="content_filter")),
    "a limit": Case(ModelBusyError(), failure(429)),
    "a wrong key": Case(ModelKeyError(), failure(401)),
    "a key without rights": Case(ModelKeyError(), failure(403)),
    "an unknown model": Case(UnknownModelError(), failure(404)),
    "a rejected request": Case(RejectedError(), failure(400)),
    "a broken server": Case(ModelUnreachableError(), failure(503)),
    "a page instead of JSON": Case(BadReplyError(), Answer(b"<html>Welcome</html>")),
    "JSON that is no completion": Case(BadReplyError(), Answer(b'{"choices": null}')),
    "JSON without a choice": Case(BadReplyError(), Answer(b'{"choices": []}')),
}
EXPECTED: dict[str, type[ModelError]] = {
    name: type(case.reply) if isinstance(case.reply, ModelError) else BadReplyError
    for name, case in CASES.items()
    if name not in {"a reply", "an empty reply"}
}


@pytest.fixture(scope="module")
def server() -> Iterator[Completions]:
    with Completions() as server:
        yield server


@pytest.fixture(scope="module")
def real(server: Completions) -> LangChat:
    return LangChat(Connection("openai:scripted", base_url=server.url, timeout=PATIENT))


@pytest.fixture
def hasty(server: Completions) -> LangChat:
    return LangChat(Connection("openai:scripted", base_url=server.url, timeout=HASTY))


Speaking = Callable[[str], Chat]


@pytest.fixture(params=["fake", "real"])
def speaking(request: pytest.FixtureRequest) -> Speaking:
    """A chat model that is about to say one of the cases."""
    if request.param == "fake":
        return lambda name: QueueChat(CASES[name].reply)
    server: Completions = request.getfixturevalue("server")
    real: LangChat = request.getfixturevalue("real")

    def speak(name: str) -> Chat:
        server.answers.clear()
        server.answers.append(CASES[name].answer)
        return real

    return speak


def test_a_reply_is_a_value_of_the_schema_with_what_it_took(speaking: Speaking) -> None:
    reply = speaking("a reply").structured(PROMPT, Draft)
    assert reply.value == Draft(impacts=[], triggers=[], summary=["Copper rose."])
    assert reply.tokens == 100
    assert speaking("an empty reply").structured(PROMPT, Draft).value.summary == []


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_failure_has_one_cause_in_our_words(speaking: Speaking, name: str) -> None:
    chat = speaking(name)
    with pytest.raises(ModelError) as failed:
        chat.structured(PROMPT, Draft)
    assert type(failed.value) is EXPECTED[name]
    assert "told to" not in failed.value.sentence


def test_a_model_is_named_as_in_the_settings(speaking: Speaking) -> None:
    assert speaking("a reply").name == "openai:scripted"


def test_the_model_is_told_the_rules_the_data_and_the_schema(
    server: Completions, real: LangChat
) -> None:
    server.answers.clear()
    server.answers.append(CASES["a reply"].answer)
    real.structured(PROMPT, Draft)
    asked = server.requests[-1]
    assert [(m["role"], m["content"]) for m in asked["messages"]] == [
        ("system", "Read."),
        ("user", "Copper rose."),
    ]
    schema = asked["response_format"]["json_schema"]["schema"]
    assert set(schema["properties"]) == {"impacts", "triggers", "summary"}


def test_what_failed_after_it_was_written_was_paid_for(server: Completions, real: LangChat) -> None:
    server.answers.clear()
    server.answers.append(CASES["prose"].answer)
    with pytest.raises(BadReplyError) as failed:
        real.structured(PROMPT, Draft)
    assert failed.value.tokens == 100


@pytest.mark.parametrize("junk", ["x" * 10_000_000, '{"impacts": [' * 700_000, "[" * 10_000_000])
def test_ten_megabytes_of_junk_are_refused_at_once(
    server: Completions, real: LangChat, junk: str
) -> None:
    server.answers.clear()
    server.answers.append(completion(junk))
    started = time.monotonic()
    with pytest.raises(BadReplyError):
        real.structured(PROMPT, Draft)
    assert time.monotonic() - started < PATIENT


@pytest.mark.parametrize("begun", [b"", b'{"id": "'])
def test_a_reply_that_drips_is_cut_off_at_the_deadline(
    server: Completions, hasty: LangChat, begun: bytes
) -> None:
    """Each byte comes in time; a limit between two of them would wait for ever."""
    server.answers.clear()
    server.answers.append(Answer(begun, drip=0.1))
    started = time.monotonic()
    with pytest.raises(ModelTimeoutError):
        hasty.structured(PROMPT, Draft)
    assert HASTY - 0.1 < time.monotonic() - started < PATIENT


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with Completions() as gone:
        url = gone.url
    chat = LangChat(Connection("openai:scripted", base_url=url, timeout=PATIENT))
    with pytest.raises(ModelUnreachableError):
        chat.structured(PROMPT, Draft)


@pytest.mark.parametrize("model", ["", "gpt", "openai:", ":gpt", "nobody:gpt"])
def test_a_model_without_a_known_provider_is_a_setting_to_mend(model: str) -> None:
    with pytest.raises(SettingError) as refused:
        LangChat(Connection(model, key="k"))
    assert "TAPE_MODEL" in refused.value.sentence


def test_a_hosted_model_without_a_key_is_not_even_asked() -> None:
    with pytest.raises(ModelKeyError):
        LangChat(Connection("openai:gpt"))


def test_a_provider_whose_package_is_missing_says_what_to_install() -> None:
    from importlib.util import find_spec

    missing = [name for name, one in PROVIDERS.items() if find_spec(one.package) is None]
    assert "openai" not in missing
    for provider in missing:
        with pytest.raises(MissingPackageError) as refused:
            LangChat(Connection(f"{provider}:model", key="k"))
        assert refused.value.sentence.startswith(f"pip install 'tape[{provider}]'")


LINES = ("Copper ", "rose. [1]\nTin", " fell. [2]\n")
STREAMS = {
    "lines": Case(list(LINES), stream(*LINES)),
    "nothing": Case([], stream()),
    "a stream that is cut off": Case(
        ["Copper ", CutOffError()], stream("Copper ", finish="length")
    ),
    "a stream without an end": Case(["Copper ", CutOffError()], stream("Copper ", finish=None)),
    "a connection that is lost": Case(
        ["Copper ", ModelUnreachableError()], stream("Copper ", finish=None, cut=True)
    ),
    "a stream that is filtered": Case(
        ["Copper ", RefusedError()], stream("Copper ", finish="content_filter")
    ),
    "a limit": Case(ModelBusyError(), failure(429)),
    "a wrong key": Case(ModelKeyError(), failure(401)),
    "a broken server": Case(ModelUnreachableError(), failure(503)),
    "a page instead of a stream": Case(BadReplyError(), Answer(b"<html>Welcome</html>")),
}


@pytest.fixture(params=["fake", "real"])
def streaming(request: pytest.FixtureRequest) -> Speaking:
    """A chat model that is about to say one of the streams."""
    if request.param == "fake":
        return lambda name: QueueChat(STREAMS[name].reply)
    server: Completions = request.getfixturevalue("server")
    real: LangChat = request.getfixturevalue("real")

    def speak(name: str) -> Chat:
        server.answers.clear()
        server.answers.append(STREAMS[name].answer)
        return real

    return speak


def heard(chat: Chat) -> tuple[str, int | None]:
    """All that is said, and what it took."""
    said, pieces = [], chat.streamed(PROMPT)
    while True:
        try:
            said.append(next(pieces))
        except StopIteration as end:
            return "".join(said), end.value


def test_a_stream_comes_in_pieces_and_ends_with_what_it_took(streaming: Speaking) -> None:
    assert heard(streaming("lines")) == ("Copper rose. [1]\nTin fell. [2]\n", 100)
    assert heard(streaming("nothing")) == ("", 100)


@pytest.mark.parametrize("name", [n for n in STREAMS if n not in {"lines", "nothing"}])
def test_a_stream_that_fails_has_given_what_came_before(streaming: Speaking, name: str) -> None:
    wanted = STREAMS[name].reply
    pieces, error = (wanted[:-1], wanted[-1]) if isinstance(wanted, list) else ([], wanted)
    said: list[str] = []
    with pytest.raises(ModelError) as failed:
        said.extend(streaming(name).streamed(PROMPT))
    assert type(failed.value) is type(error)
    assert "told to" not in failed.value.sentence
    assert said == pieces


def test_a_stream_gives_its_first_words_before_its_last(
    server: Completions, real: LangChat
) -> None:
    server.answers.clear()
    server.answers.append(stream("Copper ", "rose.", finish=None, drip=0.1))
    pieces = real.streamed(PROMPT)
    assert next(pieces) == "Copper "
    pieces.close()


@pytest.mark.parametrize(("first", "whole"), [(1.0, PATIENT), (PATIENT, 1.0)])
def test_a_stream_without_words_and_one_without_end_are_cut_off(
    server: Completions, first: float, whole: float
) -> None:
    chat = LangChat(Connection("openai:scripted", base_url=server.url, timeout=whole, first=first))
    server.answers.clear()
    words = ["Copper "] if whole < first else []
    server.answers.append(stream(*words, finish=None, drip=0.1))
    started = time.monotonic()
    said: list[str] = []
    with pytest.raises(ModelTimeoutError):
        said.extend(chat.streamed(PROMPT))
    assert said == words
    assert time.monotonic() - started < PATIENT / 2


def test_a_stream_that_says_too_much_is_no_reply(server: Completions, real: LangChat) -> None:
    server.answers.clear()
    server.answers.append(stream(*["x" * 100_000] * 4))
    with pytest.raises(BadReplyError):
        heard(real)


def test_threads_may_share_a_model_and_models_their_connections(
    server: Completions, real: LangChat, hasty: LangChat
) -> None:
    server.answers.clear()
    server.answers.extend([CASES["a reply"].answer] * 8)
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda chat: chat.structured(PROMPT, Draft), [real, hasty] * 4))
    assert [reply.tokens for reply in replies] == [100] * 8
