from time import process_time

import pytest

from retrieval.language.securities import load_securities
from retrieval.language.targets import Asked, places

SECURITIES = load_securities()


def surfaces(
    text: str, target: str | None, start: int | None = None, end: int | None = None
) -> list[str]:
    asked = Asked("1", text, target, start, end)
    return [span.of(text) for span in places(asked, SECURITIES)]


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("Harbin rose while Kestrel fell", "Kestrel", ["Kestrel"]),
        ("HARBIN rose, and Harbin's lenders cheered", "Harbin", ["HARBIN", "Harbin"]),
        ("Harbin rose", "Harbin Holdings Ltd", ["Harbin"]),
        ("Kestrel fell", "Kestrel Mining Ventures", ["Kestrel"]),
        ("Google gained", "Alphabet", ["Google"]),
        ("$NVDA gained", "NVDA", ["NVDA"]),
        ("Nvidia gained", "NVDA", ["Nvidia"]),
        ("the ON switch and ON's shares", "ON", ["ON", "ON"]),
        ("turned on and on", "ON", []),
        ("Harbinger rose", "Harbin", []),
        ("Harbin rose", "Harbin Group plc", ["Harbin"]),
        ("Harbin rose", "The Harbin's Group", []),
        ("Sainsbury chief warns", "Sainsbury's", ["Sainsbury"]),
        ("RBS and a rebs", "Royal Bank of Scotland Group plc", ["RBS"]),
        ("LSEG said on Monday", "London Stock Exchange Group", ["LSEG"]),
        ("Kestrel's lse and KLSE", "London Stock Exchange", []),
        ("it's here", "'s", []),
        ("nobody is named here", "Kestrel", []),
        ("no target", None, []),
        ("no target", " ", []),
    ],
)
def test_a_target_is_found_as_written_by_its_other_names_or_not_at_all(
    text: str, target: str | None, expected: list[str]
) -> None:
    assert surfaces(text, target) == expected


def test_a_given_place_is_taken_as_given() -> None:
    assert surfaces("Harbin beat Harbin", "Harbin", 12, 18) == ["Harbin"]
    assert surfaces("the lender rose", "Kestrel", 4, 10) == ["lender"]


def test_a_long_tail_of_legal_forms_takes_no_long_time() -> None:
    began = process_time()
    assert surfaces("Harbin rose", "Harbin" + ", Inc." * 50_000) == ["Harbin"]
    assert surfaces("Harbin rose", "Kestrel" + ", Inc" * 50_000 + "x") == []
    assert process_time() - began < 5
