"""Each new kind of question through `tape ask`, over some of the samples that come with Tape."""

import json
from pathlib import Path

import pytest

from tests.typed import tape

SAMPLES = Path(__file__).parents[2] / "bot" / "samples"
SLUGS = (
    "nike-wholesale-recovers",
    "nike-discounts-deepen",
    "jetblue-engine-checks",
    "opec-adds-barrels",
    "swipe-fee-rule",
    "fedex-cuts-forecast",
    "steel-tariff-sides",
)
SINCE = "since 1 Jan 2025"  # before all of them, so that no clock decides


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kinds") / "data"
    assert tape(folder, "ingest", *(str(SAMPLES / f"{slug}.md") for slug in SLUGS)).returncode == 0
    return folder


def ask(data_dir: Path, question: str, *more: str) -> str:
    done = tape(data_dir, "ask", question, *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_changed(data_dir: Path) -> None:
    said = ask(data_dir, f"what changed for Nike {SINCE}?")
    assert said.startswith("What changed: Nike\n")
    assert "View on NKE: then no view, now ◆ mixed" in said
    assert "New: Nike: the shelves tell a better story · Fairlead Research (sample)" in said
    assert "New: The swoosh is on clearance again · Rack Rate (sample)" in said


def test_compare(data_dir: Path) -> None:
    said = ask(data_dir, "compare Delta and JetBlue")
    assert said.startswith("Compared: DAL and JBLU\n")
    assert "The sources speak better of DAL" in said
    assert "Shared story, of DAL and JBLU: Engine checks ground 18 JetBlue jets" in said
    assert said.count("Against: ") == said.count("For: ") == 2


def test_why_it_moves(data_dir: Path) -> None:
    said = ask(data_dir, f"why is Visa down {SINCE}?")
    assert "No confirmed catalyst for Visa" in said
    assert "The move as it is told, without a reason\n  “Visa fell 5.1%" in said
    confirmed = ask(data_dir, f"why are UPS shares falling {SINCE}?")
    assert "A source gives the reason\n  “United Parcel Service (NYSE: UPS) slid 4%" in confirmed


def test_who_is_exposed(data_dir: Path) -> None:
    said = ask(data_dir, "who is exposed to tariffs?")
    assert "▲ NUE Nucor" in said
    assert "▼ WHR Whirlpool" in said


def test_what_could_hurt_a_book(data_dir: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    book.write_text("ticker,weight\nV,50%\nDAL,-30%\nKO,20%\n", encoding="utf-8")
    question = f"what could hurt my portfolio {SINCE}?"
    made = json.loads(ask(data_dir, question, "--holdings", str(book), "--json"))
    assert [(n["target"], n["direction"]) for n in made["lines"]] == [
        ("V", "negative"),
        ("DAL", "positive"),
    ]
    assert "Coverage: claims on 2 of 3 positions, 80% of the book." in made["text"]
    assert "No news on KO: that is not the same as no risk." in made["text"]
    assert "No portfolio is stored yet." in ask(data_dir, question)


def test_a_bad_book_is_one_sentence_with_the_line(data_dir: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    book.write_text("V,50%\n=cmd|' /C calc'!A0,1\n", encoding="utf-8")
    done = tape(data_dir, "ask", "what could hurt my book?", "--holdings", str(book))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{book}: line 2: A holdings file has one position to a line")
    assert "cmd" not in done.stderr
    gone = tape(data_dir, "ask", "what could hurt my book?", "--holdings", str(tmp_path / "no.csv"))
    assert gone.returncode == 2
