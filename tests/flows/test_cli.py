"""The command line as other programs use it: JSON, exit codes, one sentence for each error."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from retrieval.index.minilm import MiniLM
from retrieval.library import Library
from tests.articles import builtin
from tests.typed import tape

ROOT = Path(__file__).parents[2]

GRID = (
    "Quanta Services won a contract to rebuild 400 miles of transmission lines. "
    "Quanta Services benefits because utilities must connect new plants. "
    "Smaller line contractors lose share."
)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def anew(data_dir: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Start the interpreter for one command, as a shell does: for what is decided at its start."""
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
    seconds = []
    for _ in range(4):  # the first finds nothing cached, and the others' cores may be taken
        started = time.perf_counter()
        done = anew(data_dir, "--help")
        seconds.append(time.perf_counter() - started)
        assert done.returncode == 0
        assert "ingest" in done.stdout
    assert min(seconds) < 1.0


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


def test_an_answer_is_replayed_by_its_id_also_after_a_correction(
    tmp_path: Path, data_dir: Path
) -> None:
    folder = folder_of_articles(tmp_path)
    tape(data_dir, "ingest", str(folder / "grid.txt"))
    asked = ("ask", "what about Quanta Services?", "--json")
    answer = json.loads(tape(data_dir, *asked).stdout)
    (folder / "grid.txt").write_text("Quanta Services loses a contract.", encoding="utf-8")
    tape(data_dir, "ingest", str(folder / "grid.txt"))

    done = tape(data_dir, "replay", answer["replay_id"], "--json")
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    assert again["answer"] == answer
    assert (again["from"], again["reason"], again["asked"]) == ("versions", None, asked[1])
    assert [(used["version"], used["now"]) for used in again["versions"]] == [(1, 2)]

    shown = tape(data_dir, "replay", answer["replay_id"]).stdout
    assert answer["text"] in shown
    assert f"[1] “{answer['citations'][0]['quote']}”" in shown
    assert "Made again from 1 stored version: the same, byte for byte." in shown
    used = again["versions"][0]["article_id"]
    assert f"Corrected since: untitled article {used}, version 1 then, 2 now." in shown


def test_analyse_writes_the_contract_for_each_line(tmp_path: Path, data_dir: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"id": "x1", "text": GRID}) + "\nnot json\n", encoding="utf-8")
    done = tape(data_dir, "analyse", "--jsonl", str(lines))
    (row,) = map(json.loads, done.stdout.splitlines())
    assert set(row) == {
        "id", "language", "summary", "sentiment", "tickers", "impacts", "mentions", "groups",
        "triggers", "inferred", "engine", "fallback",
    }  # fmt: skip
    assert row["id"] == "x1"
    impact = next(i for i in row["impacts"] if i["target"] == "PWR")
    assert GRID[impact["start"] : impact["end"]] == impact["quote"]
    assert "line 2" in done.stderr
    assert not data_dir.exists()


def test_sentiment_writes_a_line_for_each_line_and_tells_the_bad_ones(
    tmp_path: Path, data_dir: Path
) -> None:
    text = "Harbin surged after a record profit; Kestrel plunged on a fraud probe."
    lines = tmp_path / "lines.jsonl"
    rows: list[object] = [
        {"id": 1, "text": text, "target": "Harbin"},
        {"id": "2", "text": text, "target": "Kestrel", "start": 37, "end": 44},
        {"id": "3", "text": "The meeting is in May."},
        {"id": "4", "text": text, "target": "Kestrel", "start": 37, "end": 4400},
        ["no object"],
    ]
    lines.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = tape(data_dir, "sentiment", "--jsonl", str(lines))
    assert done.returncode == 0
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in said] == ["1", "2", "3"]
    assert [one["label"] for one in said] == ["positive", "negative", "neutral"]
    assert said[0]["score"] > 0 > said[1]["score"]
    assert "line 4" in done.stderr
    assert "line 5" in done.stderr
    assert not data_dir.exists()
    lines.write_text('{"id": 1}\n', encoding="utf-8")
    assert tape(data_dir, "sentiment", "--jsonl", str(lines)).returncode == 2
    assert tape(data_dir, "sentiment", "--jsonl", "missing.jsonl").returncode == 2


def test_analyse_shows_what_is_inferred_in_a_table_of_its_own(
    tmp_path: Path, data_dir: Path
) -> None:
    article = tmp_path / "fees.txt"
    article.write_text("The ruling is bearish for payment networks.", encoding="utf-8")
    shown = tape(data_dir, "analyse", str(article), COLUMNS="120").stdout
    said, inferred = shown.split("Inferred, not in the source (exposure map ")
    assert "payment networks" in said
    assert "MA" not in said.split()
    assert "MA" in inferred.split()
    article.write_text(GRID, encoding="utf-8")
    assert "Inferred" not in tape(data_dir, "analyse", str(article)).stdout


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
        (("replay", "a-000000000000"), "No answer is kept under this id"),
        (("ask",), "question"),
        (("ask", "who wins?", "--jsonl", "q.jsonl", "--corpus", "c.jsonl"), "not both"),
        (("ask", "--corpus", "c.jsonl"), "--jsonl"),
        (("ask", "who wins?", "--as-of", ""), "2026-11-27"),
        (("ask", "who wins?", "--as-of", "0001-01-01T00:00+14:00"), "0001-01-01"),
        (("ask", "who wins?", "--article", ""), "path"),
        (("ask", "who wins?", "--article", "a" * 5000), "path"),
        (("ask", "who wins?", "--article", "http://127.0.0.1:9/"), "public"),
        (("ask", "--jsonl", "a" * 5000, "--corpus", "c.jsonl"), "path"),
        (("ingest", ""), "path"),
        (("ingest", "~nobody-here/x"), "~nobody-here/x"),
        (("analyse",), "--jsonl"),
        (("analyse", "a.txt", "--jsonl", "b.jsonl"), "--jsonl"),
        (("analyse", "a" * 5000), "path"),
        (("eval", "--data", ".", "--only", "none"), "ticker_mentions"),
        (("ingest", "ftp://127.0.0.1/feed"), "http"),
        (("ingest", "http://127.0.0.1:9/feed"), "public"),
        (("analyse", "missing.txt"), "missing.txt"),
        (("digest", "--channel", "nowhere", "--dry-run"), "nowhere"),
        (("digest", "--channel", "nowhere", "--wrap"), "nowhere"),
        (("digest",), "--channel"),
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


def write_lines(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def test_a_bad_line_stops_neither_questions_nor_passages(tmp_path: Path, data_dir: Path) -> None:
    questions, corpus = tmp_path / "q.jsonl", tmp_path / "c.jsonl"
    questions.write_bytes(
        b'\xef\xbb\xbf{"id": "q1", "question": "who benefits?"}\r\n\r\nnot json\r\n'
        b'{"id": "q2", "question": null}\r\n{"id": "q3"}\r\n[1]\r\n\xff\xfe\r\n'
        b'{"id": 4, "question": "who \\ud800 loses?"}'
    )
    corpus.write_bytes(
        b'{"id": "p1", "text": "Nvidia benefits because orders rise."}\r\nbad\r\n{"id": "p2"}\r\n'
        b'{"id": "p1", "text": "Nvidia gains because orders rise.", "published_at": "soon"}'
    )
    done = tape(data_dir, "ask", "--jsonl", str(questions), "--corpus", str(corpus), "--json")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["q1", "4"]
    assert rows[0]["citations"][0]["quote"] == "Nvidia gains because orders rise."
    for number in (3, 4, 5, 6, 7):
        assert f"{questions}: line {number}: " in done.stderr
    assert f"{corpus}: line 2: " in done.stderr
    assert f"{corpus}: line 3: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_corpus_without_a_line_answers_from_nothing(tmp_path: Path, data_dir: Path) -> None:
    questions = write_lines(tmp_path / "q.jsonl", {"id": "q1", "question": "who wins?"})
    done = tape(data_dir, "ask", "--jsonl", str(questions), "--corpus", str(touched(tmp_path)))
    row = json.loads(done.stdout)
    assert (row["status"], row["searched"]["articles"], row["hits"]) == ("not_in_sources", 0, [])
    none = tape(data_dir, "ask", "--jsonl", str(touched(tmp_path)), "--corpus", str(questions))
    assert none.stdout == ""
    assert len(none.stderr.splitlines()) == 1


def touched(folder: Path) -> Path:
    path = folder / "nothing.jsonl"
    path.touch()
    return path


def test_long_passages_still_give_ten_hits(tmp_path: Path, data_dir: Path) -> None:
    long = " ".join(f"Copper rose by {n} dollars in the market of day {n}." for n in range(130))
    rows = [{"id": f"p{n}", "text": long.replace("day", f"day {n}")} for n in range(11)]
    corpus = write_lines(tmp_path / "c.jsonl", *rows)
    questions = write_lines(tmp_path / "q.jsonl", {"id": "q", "question": "why did copper rise?"})
    done = tape(data_dir, "ask", "--jsonl", str(questions), "--corpus", str(corpus))
    assert len(json.loads(done.stdout)["hits"]) >= 10


@pytest.mark.parametrize("command", ["ask", "analyse"])
def test_no_locale_and_no_text_steers_the_terminal(
    tmp_path: Path, data_dir: Path, command: str
) -> None:
    article = tmp_path / "grüße.txt"
    article.write_text(f"[/bold] \x1b[31m {GRID} <!channel> [red] 🚀 é", encoding="utf-8")
    words = {
        "ask": ("who benefits?", "--article", str(article)),
        "analyse": (str(article),),
    }[command]
    done = anew(data_dir, command, *words, PYTHONIOENCODING="ascii", NO_COLOR="1")
    assert done.returncode == 0, done.stderr
    assert "? positive" in done.stdout
    assert "\x1b" not in done.stdout
    shown = anew(data_dir, command, *words, "--json", PYTHONIOENCODING="ascii").stdout
    assert "PWR" in str(json.loads(shown))
    missing = anew(data_dir, "analyse", "missing-ü", PYTHONIOENCODING="ascii")
    assert missing.stderr.startswith("missing-?: ")


def test_the_reader_of_the_output_may_leave(tmp_path: Path, data_dir: Path) -> None:
    lines = write_lines(tmp_path / "l.jsonl", *({"id": n, "text": GRID} for n in range(300)))
    command = f"{sys.executable} -m bot.cli analyse --jsonl {lines} | head -1"
    command += "; echo ${PIPESTATUS[0]}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )
    first, code = done.stdout.splitlines()
    assert json.loads(first)["id"] == "0"
    assert (code, done.stderr) == ("0", "")


def test_an_article_that_cannot_be_read_says_why(tmp_path: Path, data_dir: Path) -> None:
    big, empty = tmp_path / "big.txt", tmp_path / "empty.txt"
    big.write_text("Copper rose. " * 500_000)
    empty.touch()
    for path, reason in ((big, "5 MB"), (empty, "no text"), (tmp_path, "5 MB")):
        done = tape(data_dir, "ask", "who benefits?", "--article", str(path))
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
        assert reason in done.stderr
    assert not data_dir.exists()


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\x00"])
def test_a_database_that_is_none_is_said_in_one_sentence(data_dir: Path, content: bytes) -> None:
    data_dir.mkdir()
    (data_dir / "tape.db").write_bytes(content)
    for words in (("ask", "who wins?"), ("ingest", ".")):
        done = tape(data_dir, *words)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "tape doctor" in done.stderr


def test_a_data_folder_that_is_a_file_is_said_in_one_sentence(data_dir: Path) -> None:
    data_dir.write_text("a file")
    done = tape(data_dir, "ask", "who wins?")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_beside_a_running_owner_one_can_ingest_and_ask(tmp_path: Path, data_dir: Path) -> None:
    owner = Library.open(
        f"sqlite:///{data_dir}/tape.db", data_dir, embedder=MiniLM(), reader=builtin()
    )
    try:
        folder = folder_of_articles(tmp_path)
        assert json.loads(tape(data_dir, "ingest", str(folder), "--json").stdout)["new"] == 1
        found = json.loads(tape(data_dir, "ask", "does Quanta Services benefit?", "--json").stdout)
        assert [line["target"] for line in found["lines"]] == ["PWR"]
        locked = tape(data_dir, "reindex")
        assert locked.returncode == 2
        assert "Another Tape process" in locked.stderr
    finally:
        owner.close()


def test_a_stored_article_is_asked_about_by_its_id_and_its_address(
    tmp_path: Path, data_dir: Path
) -> None:
    lines = write_lines(
        tmp_path / "l.jsonl",
        {"id": "x1", "text": GRID},
        {"text": "Nvidia benefits because orders rise.", "url": "https://news.example/a?utm_id=1"},
    )
    assert tape(data_dir, "ingest", str(lines)).returncode == 0
    for article, ticker in (("x1", "PWR"), ("https://news.example/a", "NVDA")):
        done = tape(data_dir, "ask", "which tickers benefit?", "--article", article, "--json")
        assert [line["target"] for line in json.loads(done.stdout)["lines"]][:1] == [ticker]
