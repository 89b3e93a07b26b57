"""How answers, refusals and briefs look: the snapshots are what a person would look at."""

# ruff: noqa: E501  a snapshot shows a message's lines as they are

import re
from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from bot.blocks.answer import age, answer_blocks, answer_text
from bot.blocks.evidence import evidence_view
from bot.blocks.limits import Block, problems, view_problems
from retrieval.answers import Answer, Line, Part
from retrieval.models import Sentiment, Target
from tests.answers import GAIN, NOW, TEXT, benefit, changed, free, refusal


def drawn(blocks: list[Block]) -> list[str]:
    """The words of each block, or its buttons; a link to a quote is shown as ‹label›."""
    to_quote = r"<https://news\.example\.com/copper#:~:text=[^|]+\|([^>]*)>"
    return [re.sub(to_quote, r"‹\1›", _words(block)) for block in blocks]


def blocks_of(view: Block) -> list[Block]:
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    return blocks


def spans(quote: Block) -> list[str]:
    """The words of a rich text block, by style."""
    elements = quote["elements"]
    assert isinstance(elements, list)
    return [element["text"] for element in elements[0]["elements"]]


def _words(block: Block) -> str:
    text = block.get("text")
    if isinstance(text, dict):
        return str(text["text"])
    elements = block["elements"]
    assert isinstance(elements, list)
    return " ".join(
        f"({e['text']['text']})" if e["type"] == "button" else str(e["text"]) for e in elements
    )


def shown(answer: Answer) -> list[str]:
    """The words of an answer, without the thumbs that stand under each."""
    blocks = answer_blocks(answer, now=NOW)
    assert problems(blocks) == ()
    *_, thumbs, _footer = blocks
    assert thumbs["type"] == "context_actions"
    blocks.remove(thumbs)
    return drawn(blocks)


def test_the_thumbs_carry_the_answers_id() -> None:
    thumbs = answer_blocks(benefit(), now=NOW)[-2]
    assert thumbs == {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "answer_feedback",
                "positive_button": {
                    "text": {"type": "plain_text", "text": "Good answer", "emoji": False},
                    "value": "up:a-7f3c1234",
                },
                "negative_button": {
                    "text": {"type": "plain_text", "text": "Bad answer", "emoji": False},
                    "value": "down:a-7f3c1234",
                },
            }
        ],
    }


@pytest.mark.parametrize("made", [benefit(), refusal()])
def test_the_filters_that_were_applied_stand_under_the_head(made: Answer) -> None:
    said = "since Fri 6 Nov 2026 · only Reuters"
    plain, filtered = shown(made), shown(replace(made, filters=said))
    assert f"_Filters: {said}_" in filtered[0].split("\n")
    assert [filtered[0].replace(f"\n_Filters: {said}_", ""), *filtered[1:]] == plain


def test_who_benefits() -> None:
    assert shown(benefit()) == snapshot(
        [
            """\
*Who benefits: Copper tariff lifts miners* · 1 article · 4 min old · tone mildly positive +0.25
_Taken as a question about “Copper tariff lifts miners”._\
""",
            """\
▲ *FCX* Freeport-McMoRan · positive · stands to gain the most from the tariff · ‹[1]›
▲ _group_ Smelters in Texas · mildly positive · 2nd order · no ticker named in the source · run at full capacity · ‹[2]›\
""",
            """\
_On the other side:_
▼ *GM* General Motors · negative · 2nd order · pay more for wire · ‹[3]›\
""",
            "*Would change the view (over the next quarter):* A repeal of the tariff ‹[4]›",
            "[1] “Freeport-McMoRan stands to gain the most from the tariff.” — ‹Copper tariff lifts miners›, Example Wire, 4 min old",
            "[2] “Smelters in Texas would run at full capacity.” — ‹Copper tariff lifts miners›, Example Wire, 4 min old",
            "[3] “Carmakers such as General Motors pay more for wire.” — ‹Copper tariff lifts miners›, Example Wire, 4 min old",
            "[4] “A repeal of the tariff over the next quarter would end the rally.” — ‹Copper tariff lifts miners›, Example Wire, 4 min old",
            "(Evidence) (Losers) (Only mine) (Export) (Alert me)",
            "Not investment advice · id a-7f3c1234",
        ]
    )


def test_not_in_the_sources() -> None:
    assert shown(refusal()) == snapshot(
        [
            "*Not in the sources.* Nearest: the sources speak of FCX ‹[1]›. Searched 1,204 articles from 9 sources, newest 4 min old.",
            "[1] “Freeport-McMoRan stands to gain the most from the tariff.” — ‹Copper tariff lifts miners›, Example Wire, 4 min old",
            "(Evidence)",
            "Not investment advice · id a-0000beef",
        ]
    )


def test_a_free_question() -> None:
    assert shown(free()) == snapshot(
        [
            "*From the sources: Copper tariff lifts miners* · 1 article · 4 min old · tone mildly positive +0.25",
            "“Smelters in Texas would run at full capacity.” ‹[2]›",
            "[2] “Smelters in Texas would run at full capacity.” — ‹Copper tariff lifts miners›, Example Wire, 4 min old",
            "(Evidence)",
            "Not investment advice · id a-00c0ffee",
        ]
    )


def test_what_is_inferred_stands_apart() -> None:
    line = replace(benefit().lines[0], origin="inferred")
    blocks = shown(replace(benefit(), lines=(*benefit().lines, line)))
    assert "_Inferred, not in the source:_\n▲ *FCX*" in blocks[2]


def test_a_partial_answer_says_what_is_missing_and_what_was_searched() -> None:
    answer = replace(
        refusal(),
        status="partial",
        headline="What the sources say: GM, AMD",
        lines=benefit().contrary,
        sentences=("Nothing in the sources about AMD.",),
        nearest=None,
    )
    blocks = shown(answer)
    assert "Nothing in the sources about AMD." in blocks
    assert "Searched 1,204 articles from 9 sources, newest 4 min old." in blocks


def test_lines_and_quotes_that_find_no_room_are_counted() -> None:
    names = tuple(
        Line(
            Target("ticker", f"T{n}", "N" * 80), Sentiment(0.5), 1, "c" * 160, None, 1, "source", ()
        )
        for n in range(18)
    )
    cites = tuple(replace(GAIN, n=n) for n in range(1, 12))
    blocks = shown(
        replace(benefit(), lines=names, cut=3, citations=cites, triggers=(), contrary=())
    )
    text = "\n".join(blocks)
    kept = text.count("▲")
    assert f"… and {18 - kept + 3} more" in text
    assert "… 3 more quotes in Evidence" in blocks


def test_a_neutral_line_says_that_no_effect_is_stated() -> None:
    line = Line(
        Target("ticker", "GM", "General Motors"), Sentiment(0), 1, None, None, 0.3, "source", (3,)
    )
    assert any(
        "■ *GM* General Motors · neutral · named, no effect" in t
        for t in shown(replace(benefit(), lines=(line,)))
    )


def test_the_text_carries_the_news() -> None:
    assert answer_text(benefit()) == snapshot("""\
Who benefits: Copper tariff lifts miners
▲ FCX Freeport-McMoRan · positive +0.50 [1]
Not investment advice · id a-7f3c1234\
""")


def test_evidence_shows_each_quote_in_its_place() -> None:
    view = evidence_view(benefit(), {("copper", 1): TEXT})
    assert view_problems(view) == ()
    source, quote = blocks_of(view)[1:3]
    assert drawn([source]) == snapshot(
        ["*[1]* ‹Copper tariff lifts miners› · Example Wire · 27 Nov 2026 12:56 UTC"]
    )
    before, words, after = spans(quote)
    assert before == "Copper prices in New York rose again. "
    assert words == GAIN.quote.text
    assert after.startswith(" Smelters in Texas")
    assert after.endswith("…")


def test_a_quote_whose_text_is_gone_stands_alone() -> None:
    view = evidence_view(replace(benefit(), citations=(GAIN,)), {})
    (quote,) = (block for block in blocks_of(view) if block["type"] == "rich_text")
    assert spans(quote) == [GAIN.quote.text]


def test_undated_stays_undated() -> None:
    assert age(None, NOW) == "undated"


def test_each_part_stands_under_its_heading_and_what_is_cut_is_counted() -> None:
    assert shown(changed()) == snapshot(
        [
            """\
*What changed: FCX* · 1 article · 4 min old · tone mildly positive +0.25
_Taken as a question looking back to 20 Nov 2026 00:00 UTC._\
""",
            "View on FCX: then no view, now ▲ positive +0.50.",
            """\
*New: Copper tariff lifts miners · Example Wire · 2 outlets*
▲ positive +0.50 · “Freeport-McMoRan stands to gain the most from the tariff.” ‹[1]›\
""",
            """\
*Unchanged: Wire costs more*
“Carmakers such as General Motors pay more for wire.” ‹[2]›\
""",
            "… and 3 more",
            "[1] “Freeport-McMoRan stands to gain the most from the tariff.” — ‹Copper tariff lifts miners›, Example Wire, 4 min old",
            "[2] “Carmakers such as General Motors pay more for wire.” — ‹Copper tariff lifts miners›, Example Wire, 4 min old",
            "(Evidence) (Alert me)",
            "Not investment advice · id a-00c0ffee",
        ]
    )


def test_however_many_and_long_its_parts_a_message_keeps_slacks_limits() -> None:
    many = tuple(
        Part(
            f"New: {'<b>*_& ' * 40} {n}",
            "new",
            tuple("word & " * 90 + "[1]" for _ in "1234567"),
            (1,),
        )
        for n in range(40)
    )
    made = replace(changed(), parts=many, lines=benefit().lines, sentences=("x " * 900,) * 6)
    words = " ".join(shown(made))
    assert "… and" in words
    assert "<b>" not in words
