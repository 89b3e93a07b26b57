"""What does not fit into one message goes on in the next: nothing is cut, each ends as it must."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.kit import context, section
from bot.blocks.limits import MESSAGE_TEXT, problems
from bot.blocks.paging import paged

WORDS = st.integers(1, 2_990).map(lambda n: "word " * (n // 5) + "x" * (n % 5 or 1))
BODIES = st.lists(st.one_of(WORDS.map(section), WORDS.map(context)), min_size=1, max_size=130)


def test_what_fits_is_one_message_with_the_footer() -> None:
    body = [section("▲ *FCX*"), context("[1] “quoted”")]
    (only,) = paged("FCX gains", body, "a-1")
    assert only.text == "FCX gains"
    assert only.blocks == (*body, context("Not investment advice · id a-1"))


def test_the_pages_say_which_they_are_and_their_notifications_carry_their_words() -> None:
    body = [section(f"line {n}\n" + "word " * 500) for n in range(5)]
    first, second = paged("the news", body, "a-1")
    assert first.text == "the news"
    assert second.text.startswith("(2 of 2)\nline 3")
    assert first.blocks[-2:] == (context("1 of 2"), context("Not investment advice · id a-1"))
    assert second.blocks[-2:] == (context("2 of 2"), context("Not investment advice · id a-1"))


@settings(max_examples=60)
@given(BODIES)
def test_every_block_stands_on_one_page_in_its_order_and_every_page_is_sound(
    body: list[dict[str, object]],
) -> None:
    pages = paged("news", body, "a-1")
    tail = 1 if len(pages) == 1 else 2
    assert [block for page in pages for block in page.blocks[:-tail]] == body
    assert all(problems(page.blocks) == () for page in pages)
    assert all(len(page.text) <= MESSAGE_TEXT for page in pages)
    for page in pages[1:]:
        assert page.text.endswith("\nNot investment advice · id a-1")


def test_the_words_of_a_page_have_labels_in_the_place_of_links() -> None:
    long = section("word " * 598)
    linked = section("*NVDA* <https://news.example.com/a|[1]> &lt;b&gt;")
    first, second = paged("the news", [long, long, long, long, linked], "a-1")
    assert "*NVDA* [1] &lt;b&gt;\n" in f"{second.text}\n"
    assert "https://news.example.com/a" in str(second.blocks)
    assert first.text == "the news"
