"""A broker's file through `tape portfolio` and `tape prices`, over samples that come with Tape."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.typed import tape

NOW = datetime.now(UTC)
ARTICLES = [
    {
        "id": "rule",
        "title": "Draft rule hits the card networks",
        "text": "Visa (NYSE: V) loses because shops choose cheaper ways of paying.",
        "published_at": (NOW - timedelta(days=2)).isoformat(),
    },
    {
        "id": "fuel",
        "title": "Fuel gets cheaper",
        "text": "Delta Air Lines (NYSE: DAL) gains from cheaper fuel because crude fell.",
        "published_at": (NOW - timedelta(days=1)).isoformat(),
    },
]
BOOK = """Account,Symbol,Description,Quantity,Price,Market Value
A1,V,VISA INC,50,$300.00,"$15,000.00"
A1,DAL,DELTA AIR LINES,-100,$60.00,"($6,000.00)"
A2,KO,COCA COLA,100,$70.00,"$7,000.00"
A2,Cash & Cash Investments,,,,"$2,000.00"
,Total,,,,"$18,000.00"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("book")
    (made / "news.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    (made / "book.csv").write_text(BOOK, encoding="utf-8")
    assert tape(made / "data", "ingest", str(made / "news.jsonl")).returncode == 0
    return made


def test_a_book_is_previewed_weighed_and_kept_nowhere(folder: Path) -> None:
    done = tape(
        folder / "data",
        "portfolio",
        "book.csv",
        "--pictures",
        "pictures",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    weights = {one["ticker"]: round(one["weight"], 3) for one in made["positions"]}
    assert weights == {"V": 0.5, "DAL": -0.2, "KO": 0.233, "$CASH": 0.067}
    assert abs(sum(one["contribution"] or 0 for one in made["positions"]) - made["total"]) < 1e-9
    assert (made["ignored"], made["unknown"], made["notes"]) == (1, [], [])
    assert {line["target"] for line in made["hurt"]["lines"]} == {"V", "DAL"}
    assert (folder / "pictures" / "bar.png").read_bytes().startswith(b"\x89PNG")
    kept = b"".join(p.read_bytes() for p in (folder / "data").glob("tape.db*"))
    assert b"Cash & Cash" not in kept
    assert b"VISA INC" not in kept


def test_for_people_it_is_a_table_and_sentences(folder: Path) -> None:
    done = tape(folder / "data", "portfolio", "book.csv")
    assert done.returncode == 0, done.stderr
    assert "Long 80.0%, short 20.0% of the gross book; together 100%, net +60.0%" in done.stdout
    assert "News on 2 of 3 positions." in done.stdout
    assert "No news on KO (23% of the book): that is not the same as no risk." in done.stdout
    assert "What could hurt your book" in done.stdout
    assert "Not investment advice" in done.stdout


def test_prices_are_kept_or_refused_with_their_line(folder: Path) -> None:
    (folder / "prices.csv").write_text("date,V,DAL\n2026-11-23,300,60\n", encoding="utf-8")
    done = tape(folder / "data", "prices", "prices.csv", "--json")
    assert json.loads(done.stdout) == {
        "closes": 2, "tickers": 2, "from": "2026-11-23", "to": "2026-11-23", "unknown": [],
        "kept": True,
    }  # fmt: skip
    refused = tape(folder / "data", "prices", "book.csv")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("book.csv: line 1: A price file has a column of dates")
