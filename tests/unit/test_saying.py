"""Words say more than names when one of them is no name."""

from time import process_time

import pytest

from retrieval.language.saying import says_more


@pytest.mark.parametrize(
    ("words", "names", "more"),
    [
        ("Nvidia", ["Nvidia"], False),
        ("NVIDIA and", ["Nvidia"], True),
        ("Bank of America / 0", ["Bank", "Bank of America"], False),
        ("AMAZON.COM 3 %", ["Amazon.com"], False),
        ("strong demand", [], True),
        ("strong demand", [""], True),
        ("7 / a", [], False),
        ("", ["Nvidia"], False),
    ],
)
def test_words_say_more_than_names(words: str, names: list[str], *, more: bool) -> None:
    assert says_more(words, names) is more


def test_thousands_of_names_take_no_long_time() -> None:
    names = [f"Name {number}" for number in range(5000)]
    began = process_time()
    for number in range(200):
        assert not says_more(f"Name {number}", {*names, f"Other {number}"})
    assert process_time() - began < 5
