"""`tape feeds` as the operator uses it: looked at, followed, listed with remedies, asked, moved."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from bot.commands import feeds as command
from jobs.feeds.trial import Tools
from retrieval.errors import NotAFeedError
from retrieval.sources.sandbox import Sandbox
from tests.site import PAGE, Site, reply, running
from tests.typed import tape

LIST = """<opml version="2.0"><body><outline text="Metals">
<outline text="Harbor Wire" xmlUrl="https://wire.invalid/rss?apikey=S3CRET"/></outline>
<outline text="The Desk" xmlUrl="https://desk.invalid/atom"/>
<outline text="bad" xmlUrl="ftp://x/"/></body></opml>"""
RSS = (
    b"<rss version='2.0'><channel><title>Harbor Wire</title><item><title>Visa gains</title>"
    b"<link>https://wire.example/1</link><pubDate>Fri, 27 Nov 2026 13:45:00 GMT</pubDate></item>"
    b"<item><title>Old\x1b[2J</title></item></channel></rss>"
)


@pytest.fixture(scope="module")
def tools() -> Iterator[tuple[Site, AbstractContextManager[Tools]]]:
    with running() as site, Sandbox() as sandbox:
        site.answers["/f"] = reply(RSS, Content_Type="application/rss+xml", ETag='"1"')
        yield site, nullcontext(Tools(site.poll(), sandbox))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TAPE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_lists_go_in_and_out_and_what_is_followed_twice_stays_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "in.opml").write_text(LIST, "utf-8")
    dry = tape(data, "feeds", "import", "in.opml", "--dry-run", "--json")
    assert json.loads(dry.stdout) == {"listed": 2, "new": 2, "added": 0, "refused": ["ftp://x/"]}
    assert "No feed is followed yet." in tape(data, "feeds", "list").stdout
    first = tape(data, "feeds", "import", "in.opml")
    assert first.stdout.startswith("2 feeds listed, 2 new, 2 added.")
    assert "S3CRET" not in first.stdout
    again = json.loads(tape(data, "feeds", "import", "in.opml", "--json").stdout)
    assert (again["new"], again["added"]) == (0, 0)
    out = tape(data, "feeds", "export").stdout
    (tmp_path / "out.opml").write_text(out, "utf-8")
    assert "apikey=S3CRET" in out
    removed = tape(data, "feeds", "remove", "https://desk.invalid/atom")
    assert removed.stdout.startswith("The Desk is followed no more.")
    back = json.loads(tape(data, "feeds", "import", "out.opml", "--json").stdout)
    assert (back["listed"], back["added"]) == (2, 1)
    assert tape(data, "feeds", "export").stdout == out
    exported = lines(tape(data, "feeds", "export", "--json").stdout)
    assert {"url", "title", "folders"} == set(exported[0])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("remove", "https://nobody.example/"), "Nobody follows a feed at this address."),
        (("poll", "https://nobody.example/"), "Nobody follows a feed at this address."),
        (("add", "http://127.0.0.1:1/f"), "Tape only reads public http and https addresses."),
        (("add", "nonsense"), "Tape only reads public http and https addresses."),
        (("import", "missing.opml"), "There is no such file or folder."),
        (("import", "bad.opml"), "bad.opml: This is no OPML list of feeds"),
    ],
)
def test_what_cannot_be_done_ends_in_one_sentence(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "bad.opml").write_text("<!DOCTYPE x [<!ENTITY a 'b'>]><opml/>", "utf-8")
    done = tape(tmp_path / "data", "feeds", *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_feed_is_shown_before_it_is_followed_then_asked_and_listed(
    tools: tuple[Site, AbstractContextManager[Tools]],
    here: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    site, kit = tools
    url = site.url("/f")
    add = {"title": None, "folders": ("Metals",), "tools_of": lambda: kit}
    command.add(url, dry_run=True, as_json=True, **add)  # type: ignore[arg-type]
    (told,) = lines(capsys.readouterr().out)
    assert (told["title"], told["items"], told["added"]) == ("Harbor Wire", 2, False)
    command.list_feeds(as_json=True)
    assert capsys.readouterr().out == ""
    command.add(url, dry_run=False, as_json=False, **add)  # type: ignore[arg-type]
    shown = capsys.readouterr()
    assert "2026-11-27 13:45" in shown.out
    assert "\x1b" not in shown.out
    assert "Followed:" in shown.err
    command.add(url, dry_run=False, as_json=False, **add)  # type: ignore[arg-type]
    assert "It is followed already." in capsys.readouterr().err
    assert command.poll(None, as_json=True, tools_of=lambda: kit)
    (polled,) = lines(capsys.readouterr().out)
    assert polled == {"url": url, "outcome": "worked", "cause": None, "new": 2, "changed": 0}
    assert command.poll(None, as_json=False, tools_of=lambda: kit)
    assert "No feed is due." in capsys.readouterr().out
    site.answers["/f"] = reply(b"", 410)
    assert not command.poll(url, as_json=True, tools_of=lambda: kit)
    (polled,) = lines(capsys.readouterr().out)
    assert (polled["outcome"], polled["cause"]) == ("failed", "gone")
    command.list_feeds(as_json=True)
    (listed,) = lines(capsys.readouterr().out)
    assert (listed["state"], listed["next_at"], listed["folders"]) == ("gone", None, ["Metals"])
    command.list_feeds(as_json=False)
    assert "→ Remove it," in capsys.readouterr().out


def test_a_page_without_a_feed_is_not_followed(
    tools: tuple[Site, AbstractContextManager[Tools]], here: Path
) -> None:
    site, kit = tools
    site.answers["/page"] = reply(PAGE)
    with pytest.raises(NotAFeedError):
        command.add(
            site.url("/page"),
            title=None,
            folders=(),
            dry_run=False,
            as_json=False,
            tools_of=lambda: kit,
        )


def test_imported_history_says_how_much_of_it_there_is(tmp_path: Path) -> None:
    mails = Path(__file__).parents[1] / "data/mail"
    first = tape(tmp_path / "data", "ingest", str(mails), "--backfill")
    assert first.stdout == (
        "2 new, 0 changed, 0 the same, 0 not read.\n2 marked as history: no alert comes of them.\n"
    )
    again = json.loads(tape(tmp_path / "data", "ingest", str(mails), "--backfill", "--json").stdout)
    assert (again["same"], again["backfilled"]) == (2, 0)
