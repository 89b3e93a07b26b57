from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.errors import EmptySourceError, UnreadableFileError
from retrieval.models import Article
from retrieval.sources.ids import id_of_origin, id_of_url
from retrieval.sources.pages import parse_page
from retrieval.sources.pdf import paragraphs, parse_pdf
from tests.pdfs import pdf_of_lines

PAGES = Path(__file__).parents[1] / "data/pages"
ADDRESS = "https://wire.example/2026/11/grid?ref=home"


BODY = "<p>Visa gains as cards are used.</p>"


def page(head: str, *, origin: str = ADDRESS, body: str = BODY) -> Article:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    (article,) = parse_page(html.encode(), origin=origin)
    return article


def test_a_page_gives_its_article_without_menus_and_its_exact_time() -> None:
    (article,) = parse_page((PAGES / "grid.html").read_bytes(), origin=ADDRESS)
    assert article.title == "Grid makers win the data center race"
    assert article.source == "Harbour Wire"
    assert article.url == "https://wire.example/2026/11/grid"
    assert article.id == id_of_url(article.url)
    assert article.published_at == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    assert article.published_offset == -300
    assert article.text.startswith("Eaton and Vertiv are the plain winners")
    assert article.text.endswith("longer contracts at lower rates.")
    assert "Subscribe" not in article.text
    assert "neighbour" not in article.text
    assert "Cookies" not in article.text


def test_a_small_page_is_read_whole_and_stays_undated() -> None:
    path = PAGES / "short.html"
    (article,) = parse_page(path.read_bytes(), origin=str(path))
    assert article == Article(
        id_of_origin(str(path)), "Visa gains.\nMastercard does not.", title="Note"
    )


def test_a_fetched_page_cannot_speak_for_another_site() -> None:
    link = '<link rel="canonical" href="https://reuters.example/world/big-news">'
    assert page(link).url == "https://wire.example/2026/11/grid?ref=home"
    assert page(link, origin="/saved/page.html").url == "https://reuters.example/world/big-news"


def test_a_page_read_again_from_another_link_is_the_same_article() -> None:
    link = '<link rel="canonical" href="https://wire.example/2026/11/grid">'
    assert page(link).id == page(link, origin="https://www.wire.example/x?utm_source=y").id


@pytest.mark.parametrize(
    ("head", "at", "offset"),
    [
        (
            '<meta property="article:published_time" content="2026-11-24T07:30:00+01:00">',
            datetime(2026, 11, 24, 6, 30, tzinfo=UTC),
            60,
        ),
        (
            '<meta name="date" content="2026-11-24">',
            datetime(2026, 11, 24, tzinfo=UTC),
            None,
        ),
        (
            '<script type="application/ld+json">{"datePublished": "0001-01-01T00:00:00Z"}</script>',
            None,
            None,
        ),
        (
            '<script type="application/ld+json">{"broken</script>',
            None,
            None,
        ),
        ("<meta name='copyright' content='2019'>", None, None),
    ],
)
def test_a_page_is_dated_by_what_it_states(
    head: str, at: datetime | None, offset: int | None
) -> None:
    article = page(head)
    assert (article.published_at, article.published_offset) == (at, offset)


def test_a_date_in_the_running_text_does_not_date_a_page() -> None:
    assert page("", body="<p>On November 3, 2025 Visa said that it gains.</p>").published_at is None


def test_the_servers_charset_wins_over_a_guess() -> None:
    html = "<html><body><p>Münchener Rück gains on higher rates.</p></body></html>"
    (article,) = parse_page(html.encode("latin-1"), origin=ADDRESS, charset="iso-8859-1")
    assert "Münchener Rück" in article.text


@pytest.mark.parametrize("body", [b"", b"   "])
def test_a_page_of_nothing_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        parse_page(body, origin=ADDRESS)


def test_a_page_without_words_is_empty() -> None:
    with pytest.raises(EmptySourceError):
        page("<title>T</title>", body="<script>render()</script><img src='a.png'>")


def test_a_pdf_reads_as_paragraphs_and_is_undated() -> None:
    body = pdf_of_lines(
        [
            "Eaton and Vertiv gain from the rush to con-",
            "nect new data centers. Dominion gains more",
            "slowly.",
            "Small hosts lose.",
        ],
        ["Second page."],
    )
    (article,) = parse_pdf(body, origin="/report.pdf")
    assert article == Article(
        id_of_origin("/report.pdf"),
        "Eaton and Vertiv gain from the rush to connect new data centers. Dominion gains more "
        "slowly.\n\nSmall hosts lose.\n\nSecond page.",
    )


def test_paragraphs_end_at_blank_lines_and_short_last_lines() -> None:
    assert paragraphs(["A line that is long and", "goes on.", "", "Next"]) == (
        "A line that is long and goes on.\n\nNext"
    )
    assert paragraphs([]) == ""


@pytest.mark.parametrize("cut", [10, 200, 400])
def test_a_damaged_pdf_is_unreadable_or_empty(cut: int) -> None:
    body = pdf_of_lines(["Visa gains."])
    with pytest.raises((UnreadableFileError, EmptySourceError)):
        parse_pdf(body[:cut], origin="/report.pdf")


def test_a_pdf_of_pictures_is_empty() -> None:
    with pytest.raises(EmptySourceError):
        parse_pdf(pdf_of_lines([]), origin="/scan.pdf")
