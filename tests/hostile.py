"""Answers, briefs and their texts whose every word is somebody's attack, from a seed."""

import json
import random
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar, get_args
from unicodedata import category

from bot.blocks.limits import MESSAGE_TEXT
from jobs.charts import Chart, Series
from jobs.digest import Digest, DigestLine, NoteLine, Section, StoryLine
from jobs.digest.models import SectionKind
from retrieval.answers import (
    Answer,
    Citation,
    Line,
    Nearest,
    Part,
    Question,
    QuestionKind,
    Status,
    TriggerLine,
)
from retrieval.models import Quote, Searched, Sentiment, Target, TargetKind
from tests.answers import NOW

T = TypeVar("T")

LIVE = (
    "<!channel>", "<!here|x>", "<!everyone>", "<@U0ADA00001>", "<#C0RESEARCH>", "<!subteam^S1>",
    "<https://evil.example|Reuters>", "https://evil.example", "[x](https://evil.example)",
    "&lt;!channel&gt;", "![p](https://evil.example/p.png)", "mailto:a@evil.example",
    "`", "*", "_", "~", "&", "<", ">", "|",
)  # fmt: skip
URLS = (
    None, "https://news.example.com/a", "http://127.0.0.1:8000/articles/a?b=1&c=2",
    "javascript:alert(1)", "https://news.example.com/|<odd>&&&",
    "https://news.example.com/" + "a" * 1900,
)  # fmt: skip
TRUSTED = ("https://news.example.com/", "http://127.0.0.1:8000/articles/")
REPLAY = "a-7f3c1234"
SEEN = frozenset("\n\u200c\u200d")  # what is no letter and may stand in a text all the same
SHOWN = frozenset(
    "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs".split()
)  # Unicode's categories but for controls, formats, surrogates and what is no character


def attacks(shared: Path) -> list[str]:
    """The texts of the shared attacks: injections and strings that broke other programs."""
    lines = (shared / "attacks" / "injections.jsonl").read_text("utf-8").split("\n")
    naughty = json.loads((shared / "attacks" / "naughty_strings.json").read_text("utf-8"))
    return [*(json.loads(line)["text"] for line in lines if line), *naughty]


class Hostile:
    """Makes nouns of what it is given; the same seed makes the same ones."""

    def __init__(self, seed: int, texts: Sequence[str]) -> None:
        self._dice = random.Random(seed)
        self._texts = texts

    def words(self) -> str:
        """Some attacks in a row, now and then far too long."""
        dice = self._dice
        pieces = [dice.choice(LIVE) for _ in range(dice.randrange(4))]
        if self._texts and dice.random() < 0.3:
            pieces.append(dice.choice(self._texts))
        dice.shuffle(pieces)
        said = " ".join(pieces)
        return said * (4_000 // max(1, len(said)) if dice.random() < 0.03 else 1)

    def answer(self) -> Answer:
        """Any answer."""
        dice = self._dice
        return Answer(
            question=Question(self.words(), dice.choice(get_args(QuestionKind))),
            status=dice.choice(get_args(Status)),
            headline=self.words(),
            assumption=self._maybe(self.words),
            lines=self._some(self._line, 22),
            text=self.words(),
            triggers=self._some(self._trigger, 9),
            contrary=self._some(self._line, 6),
            citations=self._citations(),
            tone=self._maybe(self._sentiment),
            searched=Searched(dice.randrange(99_999), dice.randrange(99), NOW),
            nearest=self._maybe(lambda: Nearest(self.words(), self._numbers())),
            replay_id=REPLAY,
            sentences=self._some(self.words, 6),
            cut=dice.randrange(9),
            filters=self._maybe(self.words),
            parts=self._some(self._part, 6),
        )

    def digest(self) -> Digest:
        """Any brief."""
        return Digest(
            title=self.words(),
            window=self.words(),
            sections=self._some(self._section, 6),
            cut=self._maybe(self.words),
            citations=self._citations(),
            stories=self._some(self._story, 3),
            chart=self._maybe(self._chart),
            muted=self._some(self.words, 3),
        )

    def _section(self) -> Section:
        kind: SectionKind = self._dice.choice(get_args(SectionKind))
        lines = (*self._some(self._digest_line, 8), *self._some(self._note, 4))
        return Section(kind, self.words(), lines, self._dice.randrange(3))

    def _digest_line(self) -> DigestLine:
        state = self._dice.choice(("new", "reversal", "developing", "unchanged"))
        line, outlets = self._line(), self._dice.randrange(20)
        return DigestLine(line, state, outlets=outlets, contrary=self._numbers())

    def _note(self) -> NoteLine:
        return NoteLine(self.words(), self.words(), self._numbers())

    def _story(self) -> StoryLine:
        lines, cited = self._some(self._line, 3), self._citations()
        title, url = self._maybe(self.words), self._dice.choice(URLS)
        return StoryLine("story", "new", title, url, 3, 2, None, lines, cited)

    def _chart(self) -> Chart:
        rows = (Series(f"{n} {self.words()}"[:90], (0.25, None, -0.5)) for n in range(3))
        return Chart("Sentiment over 10 days", "line", ("1", "2", "3"), tuple(rows), "-1 to 1")

    def _line(self) -> Line:
        dice = self._dice
        return Line(
            target=self._target(),
            sentiment=self._sentiment(),
            order=dice.choice((1, 2)),
            mechanism=self._maybe(self.words),
            horizon=self._maybe(self.words),
            confidence=0.5,
            origin=dice.choice(("source", "inferred")),
            citations=self._numbers(),
            why=self._maybe(self.words),
        )

    def _part(self) -> Part:
        dice = self._dice
        state = dice.choice(("new", "reversal", "unchanged", "compared", "conflict", "also"))
        sentences, target = self._some(self.words, 4), self._maybe(self._target)
        then, now = self._maybe(self._sentiment), self._maybe(self._sentiment)
        return Part(self.words(), state, sentences, self._numbers(), target, then, now, 3, 2)

    def _target(self) -> Target:
        kind: TargetKind = self._dice.choice(get_args(TargetKind))
        return Target(kind, self.words() or "x", self.words() or "x")

    def _trigger(self) -> TriggerLine:
        return TriggerLine(self.words(), self._maybe(self.words), self._numbers())

    def _sentiment(self) -> Sentiment:
        return Sentiment(round(self._dice.uniform(-1, 1), 2), self._dice.random() < 0.1)

    def _numbers(self) -> tuple[int, ...]:
        return tuple(self._dice.randrange(1, 15) for _ in range(self._dice.randrange(9)))

    def _citations(self) -> tuple[Citation, ...]:
        return tuple(self._citation(n) for n in range(1, self._dice.randrange(1, 14)))

    def _citation(self, n: int) -> Citation:
        dice = self._dice
        published = self._maybe(lambda: NOW - timedelta(minutes=dice.randrange(5_000_000)))
        named = dice.choice(("a", "b"))
        title, source = self._maybe(self.words), self._maybe(self.words)
        quote = Quote(self.words(), 3, 9)
        return Citation(n, named, 1, title, dice.choice(URLS), source, published, quote)

    def _maybe(self, make: Callable[[], T]) -> T | None:
        return make() if self._dice.random() < 0.7 else None

    def _some(self, make: Callable[[], T], most: int) -> tuple[T, ...]:
        return tuple(make() for _ in range(self._dice.randrange(most + 1)))


def texts_of(node: object) -> Iterator[dict[str, object]]:
    """Every text object, of mrkdwn or of plain words."""
    if isinstance(node, dict):
        if node.get("type") in ("mrkdwn", "plain_text"):
            yield node
        for value in node.values():
            yield from texts_of(value)
    elif isinstance(node, list | tuple):
        for item in node:
            yield from texts_of(item)


def assert_nothing_is_live(blocks: object, ours: Collection[str] = ()) -> None:
    """Of all control sequences only links to addresses of the database may be left, and `ours`.

    Nothing in a text may be hidden, or turn the rest of it round. Plain words are never live.
    """
    for text in texts_of(blocks):
        assert {category(sign) for sign in str(text["text"]) if sign not in SEEN} <= SHOWN, text
        if text["type"] == "plain_text":
            continue
        assert text["verbatim"] is True
        for control in re.findall(r"<([^>]*)>?", str(text["text"])):
            assert control in ours or control.startswith(TRUSTED), control


def assert_plain(text: str) -> None:
    """What a phone shows of a message has no control sequence, and ends as every message does."""
    assert len(text) < MESSAGE_TEXT
    assert not re.search(r"[<>]", text)
    assert "Not investment advice · id " in text
