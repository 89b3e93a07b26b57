"""A chat model from the command line: it reads, its failures are said, its tokens are counted."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import typed
from tests.completions import Completions, completion, failure

ROOT = Path(__file__).parents[2]
TEXT = "Nvidia gains because orders rise. Intel loses share in servers."
CLAIM = {
    "kind": "company",
    "target": "Nvidia",
    "direction": "positive",
    "score": 0.6,
    "order": 1,
    "mechanism": "orders rise",
    "horizon": None,
    "conditions": [],
    "quotes": ["Nvidia gains because orders rise."],
}
READ = completion(json.dumps({"impacts": [CLAIM], "triggers": [], "summary": []}))


@pytest.fixture
def server() -> Iterator[Completions]:
    with Completions() as server:
        yield server


def tape(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    own = {"TAPE_ANALYST": "chat", "TAPE_MODEL": "openai:scripted"}
    return typed.tape(folder / "data", *words, **{**own, **env})


def test_a_chat_model_reads_and_what_it_fails_at_is_said_and_counted(
    server: Completions, tmp_path: Path
) -> None:
    article = tmp_path / "a.txt"
    article.write_text(TEXT, encoding="utf-8")
    server.answers.extend([READ, failure(401)])
    made = tape(tmp_path, "analyse", "a.txt", "--json", TAPE_MODEL_URL=server.url)
    read = json.loads(made.stdout)
    assert read["fallback"] is None
    assert read["engine"].startswith("analyse.v1+openai:scripted+builtin")
    assert [impact["target"] for impact in read["impacts"]] == ["NVDA"]
    again = tape(tmp_path, "analyse", "a.txt", "--json", TAPE_MODEL_URL=server.url)
    assert again.stdout == made.stdout, "what was paid for is kept"
    article.write_text(f"{TEXT} It rained.", encoding="utf-8")
    tape(tmp_path, "ingest", "a.txt", TAPE_MODEL_URL=server.url)
    assert len(server.requests) == 2
    doctor = json.loads(tape(tmp_path, "doctor", "--json", TAPE_MODEL_URL=server.url).stdout)
    seen = {check["name"]: check["seen"] for check in doctor["checks"]}
    assert seen["analyst"] == "openai:scripted; 100 of 1,000,000 tokens taken today (UTC)"
    instead = "1 read by the built-in engine instead: The chat model's provider"
    assert instead in seen["database and indexes"]


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"TAPE_MODEL": ""}, "TAPE_MODEL"),
        ({"TAPE_MODEL": "nobody:x"}, "TAPE_MODEL"),
        ({"OPENAI_API_KEY": ""}, "TAPE_MODEL_KEY"),
    ],
)
def test_a_model_that_cannot_be_set_up_is_one_sentence_and_exit_2(
    tmp_path: Path, env: dict[str, str], words: str
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    made = tape(tmp_path, "analyse", "a.txt", "--json", **{"OPENAI_API_KEY": "", **env})
    assert (made.returncode, len(made.stderr.splitlines())) == (2, 1)
    assert words in made.stderr
