"""Words say more than names when one of them is no name."""

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
