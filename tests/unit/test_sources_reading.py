import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.errors import (
    ForbiddenAddressError,
    MissingPathError,
    TooLargeError,
    UnreachableError,
    UnreadableFileError,
)
from retrieval.models import Article
from retrieval.sources.fetched import Fetched
from retrieval.sources.ids import id_of_origin, id_of_url
from retrieval.sources.reading import Failure, read, read_jsonl
from retrieval.sources.sandbox import Sandbox
from tests.pdfs import pdf_of_lines

DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Web:
    """A web of few addresses; every other one is down."""

    def __init__(self, **pages: Fetched) -> None:
        self.pages = {page.url: page for page in pages.values()}
        self.asked: list[str] = []

    def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        if url.startswith("http://10."):
            raise ForbiddenAddressError
        if url.endswith("/big"):
            raise TooLargeError
        if url not in self.pages:
            raise UnreachableError
        return self.pages[url]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as child:
        yield child


def reason(error: type[Exception]) -> str:
    return error.__doc__ or ""


def offline(source: str, **options: object) -> list[Article | Failure]:
    return list(read(source, fetch=Web().fetch, **options))  # type: ignore[arg-type]


def test_a_text_file_is_one_article_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Visa gains.\n")
    assert offline(str(path)) == [Article(id_of_origin(str(path.resolve())), "Visa gains.\n")]
    assert offline("note.txt", base=tmp_path) == offline(str(path))


def test_a_folder_is_walked_in_order_and_one_bad_file_stops_nothing(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden/x.txt").write_text("never")
    for name, body in {
        "a.txt": b"First.",
        "b/c.md": b"# Second\n\nWords.",
        "b/d.png": b"\x89PNG\r\n\x1a\n0000",
        "b/e.pdf": b"%PDF-1.4 and then nothing",
        "b/f.pdf": pdf_of_lines(["Third."]),
        "b/g.txt": b"",
        "b/h.jsonl": b'{"id":"j1","text":"Fourth."}\n\nnonsense\n{"id":"j2","text":"Fifth."}\n',
        "b/.lock": b"pid",
        "b/store.lock": b"pid",
        "b/~$report.docx": b"lock",
        "c.html": (DATA / "pages/short.html").read_bytes(),
        "d.xml": (DATA / "feeds/news09.rss").read_bytes(),
    }.items():
        (tmp_path / name).write_bytes(body)
    found = offline(str(tmp_path), sandbox=sandbox)
    assert [item.text for item in found if isinstance(item, Article)] == [
        "First.",
        "Visa gains.\nMastercard does not.",
        "Zinc steady",
        "Words.\n",
        "Third.",
        "Fourth.",
        "Fifth.",
    ]
    failures = [item for item in found if isinstance(item, Failure)]
    assert [Path(failure.source).name for failure in failures] == [
        "d.png",
        "e.pdf",
        "g.txt",
        "h.jsonl",
    ]
    assert failures[0].reason == reason(UnreadableFileError)
    assert failures[3].reason.startswith("line 3: This line is not")


def test_a_path_that_is_not_there_raises_before_anything_is_read() -> None:
    with pytest.raises(MissingPathError) as caught:
        read("/no/such/file.txt", fetch=Web().fetch)
    assert caught.value.sentence.startswith("/no/such/file.txt: There is no such file")
    with pytest.raises(MissingPathError):
        read_jsonl(Path("/no/such/file.jsonl"))


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert offline(str(tmp_path)) == []


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (failure,) = offline(str(tmp_path / "pipe.txt"))
    assert failure == Failure(str(tmp_path / "pipe.txt"), reason(UnreadableFileError))


def test_a_file_over_5_mb_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"word " * 1_100_000)
    (failure,) = offline(str(tmp_path))
    assert isinstance(failure, Failure)
    assert failure.reason == reason(TooLargeError)


def test_a_page_is_read_from_the_address_it_came_from(sandbox: Sandbox) -> None:
    page = Fetched(
        "https://wire.example/2026/11/grid",
        "text/html; charset=utf-8",
        (DATA / "pages/grid.html").read_bytes(),
    )
    web = Web(page=page)
    (article,) = read(page.url, fetch=web.fetch, sandbox=sandbox)
    assert isinstance(article, Article)
    assert article.id == id_of_url(page.url)
    assert web.asked == [page.url]


def test_an_address_may_hold_a_feed_a_text_or_lines(sandbox: Sandbox) -> None:
    web = Web(
        feed=Fetched("https://wire.example/x", "text/html", (DATA / "feeds/wire.rss").read_bytes()),
        text=Fetched("https://wire.example/t", "text/plain; charset=latin-1", b"R\xfcck gains."),
        lines=Fetched("https://wire.example/l.jsonl", "", b'{"id":"1","text":"x"}\nbad\n'),
    )

    def of(name: str) -> list[Article | Failure]:
        return list(read(f"https://wire.example/{name}", fetch=web.fetch, sandbox=sandbox))

    assert len(of("x")) == 3
    assert of("t") == [
        Article(
            id_of_url("https://wire.example/t"),
            "Rück gains.",
            url="https://wire.example/t",
            source="wire.example",
        )
    ]
    assert of("l.jsonl")[1:] == [
        Failure("https://wire.example/l.jsonl", "line 2: " + reason_of_bad_line())
    ]


def reason_of_bad_line() -> str:
    return "This line is not a JSON object with the fields that are needed."


def test_an_address_that_is_down_or_too_large_is_a_failure() -> None:
    assert offline("https://a.example/down") == [
        Failure("https://a.example/down", reason(UnreachableError))
    ]
    assert offline("https://a.example/big") == [
        Failure("https://a.example/big", reason(TooLargeError))
    ]


def test_a_private_address_raises_and_names_it() -> None:
    with pytest.raises(ForbiddenAddressError) as caught:
        read("http://10.0.0.1/admin", fetch=Web().fetch)
    assert caught.value.sentence.startswith("http://10.0.0.1/admin: Tape only reads public")


def test_jsonl_is_read_line_by_line_however_long_the_file(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    with path.open("wb") as stream:
        for number in range(3):
            stream.write(b'{"id":"%d","text":"Word."}\n' % number)
            stream.write(b'{"id":"big","text":"' + b"x" * (5 * 1024 * 1024) + b'"}\n')
        stream.write(b'{"id":"last","text":"Word."}')
    found = list(read_jsonl(path))
    assert [item.id for item in found if isinstance(item, Article)] == ["0", "1", "2", "last"]
    assert [item.reason.split(":")[0] for item in found if isinstance(item, Failure)] == [
        "line 2",
        "line 4",
        "line 6",
    ]
    assert list(read(str(path), fetch=Web().fetch)) == found


def test_a_date_years_ahead_of_the_clock_leaves_an_article_undated(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id":"1","text":"x","published_at":"2031-01-01"}\n')
    (article,) = read_jsonl(path, now=NOW)
    assert isinstance(article, Article)
    assert article.published_at is None


def test_500_small_files_need_no_child_process(tmp_path: Path) -> None:
    for number in range(500):
        (tmp_path / f"{number:03}.md").write_text(f"# Note {number}\n\nVisa gains.")
    with Sandbox() as unused:
        found = offline(str(tmp_path), sandbox=unused)
        assert unused._child is None
    assert [item.title for item in found if isinstance(item, Article)] == [
        f"Note {number}" for number in range(500)
    ]


def test_the_reference_article_is_kept_exactly_as_read(reference_article: Path) -> None:
    (article,) = offline(str(reference_article))
    assert isinstance(article, Article)
    assert article.text == reference_article.read_text("utf-8")
    assert (article.title, article.url, article.published_at) == (None, None, None)
