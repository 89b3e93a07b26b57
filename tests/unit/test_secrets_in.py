"""The look for secrets finds each where people would see it, and takes no clock or id for one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert
from sqlalchemy.pool import StaticPool

from tests.secrets_in import dump, rows_of, secrets_in

SECRETS = ("4242", "43.2", "43.21", "9137", "16.79", "77,123", "PEP")


@pytest.mark.parametrize(
    ("told", "secret"),
    [
        ("4242.42 shares", "4242"),
        ("XYZW=4242", "4242"),
        ("'weight': 43.21}", "43.21"),
        ("*43.2%* of it", "43.2"),
        ("a short of -16.79%", "16.79"),
        ("account ...9137", "9137"),
        ("77,123 of them", "77,123"),
        ("PEP's", "PEP"),
    ],
)
def test_a_secret_is_found_where_it_is_shown(told: str, secret: str) -> None:
    assert secret in secrets_in(told, SECRETS)


@given(
    second=st.integers(1_767_225_600, 2_082_758_400),
    fraction=st.integers(0, 999_999),
    token=st.integers(0, 16**12 - 1),
)
def test_no_clock_or_id_is_taken_for_a_secret(second: int, fraction: int, token: int) -> None:
    when = datetime.fromtimestamp(second, UTC).replace(microsecond=fraction)
    told = (
        f"ts={second}.{fraction:06d}, {when.isoformat()} {when!r} a-{token:012x} Ev0B{token:012X}"
    )
    assert secrets_in(told, SECRETS) == []


@pytest.mark.parametrize("microsecond", [4242, 9137])
def test_a_fraction_of_a_second_is_no_secret(microsecond: int) -> None:
    assert secrets_in(repr(datetime(2026, 1, 2, 3, 4, 43, microsecond, UTC)), SECRETS) == []


def test_a_long_value_of_a_row_is_read_to_its_end() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    notes = Table("notes", MetaData(), Column("id", Text), Column("said", Text))
    notes.create(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(notes), {"id": "n-1", "said": "quiet " * 200 + "PEP" + " quiet" * 200}
        )
    assert secrets_in(dump(engine), SECRETS) == ["PEP"]
    assert [secrets_in(row, SECRETS) for row in rows_of(engine, "notes")] == [["PEP"]]
