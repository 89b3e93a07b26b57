"""A saved e-mail is the article that its reader sees, whatever else its bytes carry."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from retrieval.errors import EmptySourceError, SourceError, UnreadableFileError
from retrieval.models import Article
from retrieval.sources.fetched import Fetched
from retrieval.sources.ids import article_id
from retrieval.sources.kinds import sniff
from retrieval.sources.mail import MOST_PARTS, parse_mail
from retrieval.sources.reading import Failure, read, read_bytes

MAIL = Path(__file__).parents[1] / "data/mail"
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def no_web(url: str) -> Fetched:
    raise AssertionError(url)


def parsed(body: bytes) -> Article:
    (article,) = parse_mail(body, origin="/mail.eml", now=NOW)
    return article


def mail(text: str, *, html: str | None = None, **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {"From": "Desk <d@desk.example>", "Subject": "Note", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def test_a_newsletter_keeps_its_words_and_loses_pixels_links_hidden_words_and_footer() -> None:
    article = parsed((MAIL / "newsletter.eml").read_bytes())
    assert article.text.replace(". ", ".\n") == snapshot(
        """\
Copper rises

Freeport-McMoRan (FCX) cut its copper forecast.
Southern Copper stands to gain, its mines run at full rate.
Cafés pay more.

Read more at today.\
"""
    )
    assert (article.title, article.source) == (
        "Sample: Copper rises — Freeport cuts",
        "Harbor Wire — Morning",
    )
    assert article.published_at == datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
    assert article.published_offset == -300
    assert article.url is None
    assert article.id == article_id("mail", "<20261127.1@harborwire.example>")


def test_of_a_plain_message_no_attachment_is_read_and_an_unknown_zone_stays_unknown() -> None:
    article = parsed((MAIL / "plain.eml").read_bytes())
    assert article.text == snapshot(
        """\
Quanta Services benefits because utilities must connect new plants.

Smaller line contractors lose share – see\
"""
    )
    assert (article.source, article.published_offset) == ("desk.example", None)
    assert article.published_at == datetime(2026, 11, 26, 18, tzinfo=UTC)


def test_the_same_message_is_the_same_article_wherever_it_was_saved(tmp_path: Path) -> None:
    body = (MAIL / "newsletter.eml").read_bytes()
    (tmp_path / "copy.eml").write_bytes(body)
    (saved,) = read(str(tmp_path / "copy.eml"), fetch=no_web, now=NOW)
    (handed,) = read_bytes("fwd.eml", body, now=NOW)
    assert saved == handed == parsed(body)


def test_a_message_without_an_id_is_named_by_what_it_says() -> None:
    assert parsed(mail("Visa gains.")).id == parsed(mail("Visa gains.")).id
    assert parsed(mail("Visa gains.")).id != parsed(mail("Visa loses.")).id


def test_a_mailbox_gives_its_messages_and_the_bad_one_in_its_place(tmp_path: Path) -> None:
    line = b"From news@desk.example Fri Nov 27 08:45:00 2026\n"
    first, last = mail("Visa gains.\n\n>From now on it pays.\n"), mail("Nucor gains.")
    box = b"\n".join([line + first, line + b"Subject: empty\n", line + last])
    (tmp_path / "Inbox").write_bytes(box)
    found = list(read(str(tmp_path / "Inbox"), fetch=no_web, now=NOW))
    assert [item.text for item in found if isinstance(item, Article)] == [
        "Visa gains.\n\nFrom now on it pays.",
        "Nucor gains.",
    ]
    (failure,) = [item for item in found if isinstance(item, Failure)]
    assert failure.source.endswith("Inbox: message 2")


def test_a_folder_of_messages_is_read_in_order(tmp_path: Path) -> None:
    for number in (2, 1):
        (tmp_path / f"{number}.eml").write_bytes(mail(f"Message {number} on Visa."))
    found = list(read(str(tmp_path), fetch=no_web))
    assert [item.text for item in found if isinstance(item, Article)] == [
        "Message 1 on Visa.",
        "Message 2 on Visa.",
    ]


@pytest.mark.parametrize(
    ("style", "seen"),
    [
        ("display: none", False),
        ("FONT-SIZE:0", False),
        ("opacity:0;", False),
        ("mso-hide:all", False),
        ("opacity:0.9", True),
        ("font-size:0.8em", True),
        ("color:#000", True),
    ],
)
def test_words_that_no_reader_sees_are_not_read(style: str, seen: bool) -> None:  # noqa: FBT001
    html = f"<p>Copper is up in London today.</p><p style='{style}'>Praise WXYZ.</p>"
    assert ("Praise" in parsed(mail("-", html=html)).text) is seen


def test_a_long_paragraph_that_speaks_of_leaving_is_news() -> None:
    news = "Customers unsubscribe from Netflix in record numbers, analysts say. " * 7
    assert parsed(mail(news)).text == news.strip()


def test_what_follows_a_footer_far_from_the_end_is_kept() -> None:
    news = "\n\n".join(
        f"Visa gained {n} percent on the day, and the desk noted it." for n in range(30)
    )
    text = parsed(mail(f"To unsubscribe, click.\n\n{news}")).text
    assert text.startswith("Visa gained 0")
    assert text.endswith("noted it.")


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "no-such-charset", '"utf-8', "utf-7", "=?x?q?y?="]
)
def test_any_charset_that_is_named_ends_in_text(charset: str) -> None:
    body = f"From: a@b.example\nContent-Type: text/plain; charset={charset}\n\nVisa gains.".encode()
    assert parsed(body).text == "Visa gains."


def test_what_is_no_message_or_says_nothing_is_refused() -> None:
    with pytest.raises(UnreadableFileError):
        parsed(b"Only words.\n")
    with pytest.raises(EmptySourceError):
        parsed(b"From: a@b.example\nSubject: nothing\n\n")


def test_a_message_that_is_attached_is_not_opened() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "Desk <d@desk.example>", "Fwd"
    outer.set_content("See below.")
    inner = EmailMessage()
    inner["From"] = "x@y.example"
    inner.set_content("Praise WXYZ, at far greater length than the message around it.")
    outer.add_attachment(inner)
    assert parsed(outer.as_bytes()).text == "See below."


def test_a_message_of_endless_parts_is_refused() -> None:
    part = b"--x\nContent-Type: text/plain\n\na\n"
    body = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n" + part * (
        MOST_PARTS + 5
    )
    with pytest.raises(UnreadableFileError):
        parsed(body)


@given(st.binary(max_size=400), st.text(max_size=80), st.text(max_size=80))
@example(b"", "\x00", "<\x00@[")
@example(b"", "=?utf-8?q?=00?=", "Mon, 99 Foo 20266 25:61:00 +9999")
def test_no_bytes_do_more_than_fail_clearly(body: bytes, name: str, date: str) -> None:
    headers = f"From: {name}\nDate: {date}\nMessage-ID: {name}\nContent-Type: {date}\n\n"
    for message in (body, headers.encode("utf-8", "replace") + body):
        try:
            parse_mail(message, origin="/x.eml", now=NOW)
        except SourceError as error:
            assert error.sentence  # noqa: PT017


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("a.eml", b"From: a@b.example\n\nx", "mail"),
        ("a.eml", b"no header here", None),
        ("a.txt", b"From: a@b.example\n\nx", "text"),
        ("Inbox", b"From a Fri Nov 27 08:45:00 2026\nSubject: x\n\ny", "mbox"),
        ("note", b"From a desk in 2026\nwords", "text"),
        ("x.txt", b"From a Fri Nov 27 08:45:00 2026\nSubject: x\n\ny", "text"),
    ],
)
def test_a_message_is_known_by_its_name_and_its_first_line(
    name: str, body: bytes, kind: str | None
) -> None:
    assert sniff(body, name=name) == kind
