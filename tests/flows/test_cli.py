"""The command line as other programs use it: JSON, exit codes, one sentence for each error."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

GRID = (
    "Quanta Services won a contract to rebuild 400 miles of transmission lines. "
    "Quanta Services benefits because utilities must connect new plants. "
    "Smaller line contractors lose share."
)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def tape(data_dir: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "TAPE_DATA_DIR": str(data_dir), **env}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *words],
        capture_output=True,
        text=True,
        env=variables,
        cwd=data_dir.parent,
        timeout=180,
        check=False,
    )


def folder_of_articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "grid.txt").write_text(GRID, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 this is no pdf")
    return folder


def test_help_answers_within_a_second(data_dir: Path) -> None:
    tape(data_dir, "--help")
    started = time.perf_counter()
    done = tape(data_dir, "--help")
    assert done.returncode == 0
    assert "ingest" in done.stdout
    assert time.perf_counter() - started < 1.0


def test_ingest_ask_and_ingest_again(tmp_path: Path, data_dir: Path) -> None:
    folder = folder_of_articles(tmp_path)
    first = tape(data_dir, "ingest", str(folder), "--json")
    assert first.returncode == 0, first.stderr
    counts = json.loads(first.stdout)
    assert (counts["new"], counts["changed"], counts["same"]) == (1, 0, 0)
    assert [Path(f["source"]).name for f in counts["failed"]] == ["broken.pdf"]
    assert counts["failed"][0]["reason"].endswith(".")

    (folder / "grid.txt").write_text(GRID + " It said so.", encoding="utf-8")
    again = json.loads(tape(data_dir, "ingest", str(folder), "--json").stdout)
    assert (again["new"], again["changed"], again["same"]) == (0, 1, 0)

    answer = json.loads(tape(data_dir, "ask", "what about Quanta Services?", "--json").stdout)
    assert answer["status"] == "answered"
    assert [line["target"] for line in answer["lines"]] == ["PWR"]
    assert answer["replay_id"].startswith("a-")


def test_analyse_writes_the_contract_for_each_line(tmp_path: Path, data_dir: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"id": "x1", "text": GRID}) + "\nnot json\n", encoding="utf-8")
    done = tape(data_dir, "analyse", "--jsonl", str(lines))
    (row,) = map(json.loads, done.stdout.splitlines())
    assert set(row) == {
        "id", "language", "summary", "sentiment", "tickers", "impacts", "mentions", "groups",
        "triggers",
    }  # fmt: skip
    assert row["id"] == "x1"
    impact = next(i for i in row["impacts"] if i["target"] == "PWR")
    assert GRID[impact["start"] : impact["end"]] == impact["quote"]
    assert "line 2" in done.stderr
    assert not data_dir.exists()


def test_questions_over_a_corpus_use_only_that_corpus(tmp_path: Path, data_dir: Path) -> None:
    questions, corpus = tmp_path / "q.jsonl", tmp_path / "c.jsonl"
    questions.write_text(json.dumps({"id": "q1", "question": "who won the contract?"}) + "\n")
    rows = [{"id": f"p{i}", "text": f"Passage {i} is about rain and rivers."} for i in range(14)]
    rows.append({"id": "grid", "text": GRID, "title": "Transmission lines", "source": "Wire"})
    corpus.write_text("".join(json.dumps(r) + "\n" for r in rows))
    done = tape(data_dir, "ask", "--jsonl", str(questions), "--corpus", str(corpus), "--json")
    assert done.returncode == 0, done.stderr
    (row,) = map(json.loads, done.stdout.splitlines())
    assert row["id"] == "q1"
    assert row["hits"][0]["id"] == "grid"
    assert len(row["hits"]) >= 10
    scores = [h["score"] for h in row["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert not data_dir.exists()


def test_doctor_shows_each_setting_with_its_source_and_no_secret(data_dir: Path) -> None:
    done = tape(data_dir, "doctor", "--json", SLACK_BOT_TOKEN="xoxb-canary", TAPE_WORKERS="3")
    listed = {s["name"]: s for s in json.loads(done.stdout)["settings"]}
    assert listed["TAPE_WORKERS"] == {"name": "TAPE_WORKERS", "value": "3", "source": "environment"}
    assert listed["TAPE_LOG_LEVEL"]["source"] == "default"
    assert listed["SLACK_BOT_TOKEN"]["value"] == "xoxb-…"
    assert "canary" not in done.stdout + done.stderr
    assert done.returncode == 1  # one token of two


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("ingest", "no/such/folder"), "no/such/folder"),
        (("ask", "who wins?", "--article", "no-such-article"), "no-such-article"),
        (("ask", "who wins?", "--as-of", "yesterday-ish"), "yesterday-ish"),
        (("ask", "--jsonl", "none.jsonl", "--corpus", "none.jsonl"), "none.jsonl"),
        (("ask", "  "), "question"),
        (("ingest", "ftp://127.0.0.1/feed"), "http"),
        (("ingest", "http://127.0.0.1:9/feed"), "public"),
        (("analyse", "missing.txt"), "missing.txt"),
        (("digest", "--channel", "nowhere", "--dry-run"), "nowhere"),
        (("eval", "--data", "no-such-data"), "no-such-data"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_exit_2(
    data_dir: Path, words: tuple[str, ...], names: str
) -> None:
    done = tape(data_dir, *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert names in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_cannot_be_used_is_named(data_dir: Path) -> None:
    done = tape(data_dir, "doctor", TAPE_WORKERS="many")
    assert done.returncode == 2
    assert done.stderr.startswith("TAPE_WORKERS: ")
    assert "many" not in done.stderr
