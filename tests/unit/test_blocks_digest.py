"""What is seen of a brief in Slack: its message in every shape, its thread, its whispers."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from inline_snapshot import snapshot

from bot.blocks.digest import (
    digest_message,
    muted_message,
    own_message,
    shown_message,
    thread_messages,
    whole_view,
)
from bot.blocks.limits import problems, view_problems
from jobs.charts import Chart, Series, gapless, spans_text
from jobs.digest import Digest, DigestLine, News, Reader, Section, build, of_names
from retrieval.models import Quote, Target
from tests.briefs import (
    FIRST,
    FRIDAY,
    UNTIL,
    WINDOW,
    full_brief,
    full_news,
    news,
    story,
    told,
    usual_days,
    wrap,
)

Block = dict[str, object]


def drawn(blocks: object) -> str:
    """The rows of a message: links as ‹words›, buttons as [words], a chart by its names."""
    assert isinstance(blocks, tuple | list)
    return "\n".join(row for block in blocks for row in _rows(block))


def _rows(block: dict[str, object]) -> list[str]:
    match block:
        case {"type": "section", "text": {"text": str(text)}}:
            return [_unlinked(text)]
        case {"type": "context", "elements": [{"text": str(text)}]}:
            return [f"({_unlinked(text)})"]
        case {"type": "actions", "elements": list(elements)}:
            return [" ".join(f"[{_label(one)}]" for one in elements)]
        case {"type": "data_visualization", "title": str(title), "chart": {"series": list(rows)}}:
            return [f"<{title}: {', '.join(row['name'] for row in rows)}>"]
    return [str(block["type"])]


def _label(element: dict[str, object]) -> str:
    if element["type"] == "overflow":
        options = element["options"]
        assert isinstance(options, list)
        return " | ".join(option["text"]["text"] for option in options)
    text = element["text"]
    assert isinstance(text, dict)
    return str(text["text"])


def _unlinked(text: str) -> str:
    return re.sub(r"<[^|>]*\|([^>]*)>", r"‹\1›", text)


SHAPES = {
    "full": full_brief(),
    "private": full_brief(
        watch=("AMZN", "MU", "V"), book=("NVDA", "FDX", "KO"), private=True, muted={"ROKU": FRIDAY}
    ),
    "quiet": build(News((), ()), WINDOW),
    "first": build(news(story("deal", "AMZN", 0.5)), FIRST),
    "wrap": wrap(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_slack_takes_a_brief_of_every_shape(shape: str) -> None:
    for message in (digest_message(SHAPES[shape]), *thread_messages(SHAPES[shape])):
        assert problems(message.blocks) == ()
        assert "Not investment advice · id " in message.text
    assert view_problems(whole_view(SHAPES[shape])) == ()


def test_a_full_day() -> None:
    assert drawn(digest_message(SHAPES["full"]).blocks) == snapshot("""\
*Pre-open brief · Fri 27 Nov 2026*
since Wed 08:45 ET: 11 articles → 7 stories, 6 new, 1 late · 1 article of history, not told
*Names*
🆕 ▲ *AMZN* Amzn · positive +0.60 (base +0.19) · “AMZN is at +0.6 after the deal.” · ‹[1]›‹[2]›‹[3]› · +3 outlets
🆕 ▲ *MU* Mu · positive +0.55 (base +0.09) · “MU is at +0.7 after memory runs short.” · ‹[4]›‹[5]›
🆕 ▼ *ROKU* Roku · negative -0.60 · “ROKU is at -0.6 after a ruling.” · ‹[6]›
🆕 ▼ *FDX* Fdx · negative -0.40 · “FDX is at -0.4 after an old filing.” · ‹[7]› · late, of 16 Nov
🆕 ▼ _group_ small hosts · negative -0.50 · no ticker named in the source · “small hosts is at -0.5 after barrels.” · ‹[8]›
*Themes*
▲ more · memory chip makers: 2 stories (before: 1 a brief) · ‹[4]›
*Contrary to the last brief*
🔁 ▼ *NVDA* Nvda · negative -0.50 · “NVDA is at -0.5 after the export ban.” · ‹[9]›‹[10]› · reversal vs Wed (+0.31) · +1 outlet
🔁 ▲ *DAL* Dal · positive +0.50 · “DAL is at +0.5 after barrels.” · ‹[11]› · reversal vs Wed (-0.40)
*Ahead*
Dec 2026 · “An earlier restart in December would undo the move” · ‹[12]›
<Sentiment, 17 Nov to 26 Nov: AMZN, MU>
(Sentiment over 10 days to 26 Nov: AMZN +0.12 to +0.32; MU +0.02 to +0.30; FDX -0.40 (5 quiet days).)
[Open all] [My book (only me)] [Mute AMZN for 7 days here | Mute MU for 7 days here | Mute ROKU for 7 days here | Mute FDX for 7 days here | Mute NVDA for 7 days here]
(Not investment advice · id d-0bb11b18)\
""")  # noqa: E501  as the reader gets it


def test_a_private_brief_with_its_book() -> None:
    assert drawn(digest_message(SHAPES["private"]).blocks) == snapshot("""\
*Pre-open brief · Fri 27 Nov 2026*
since Wed 08:45 ET: 11 articles → 7 stories, 6 new, 1 late · 1 article of history, not told
*Watchlist*
🆕 ▲ *AMZN* Amzn · positive +0.60 (base +0.19) · “AMZN is at +0.6 after the deal.” · ‹[1]›‹[2]›‹[3]› · +3 outlets
🆕 ▲ *MU* Mu · positive +0.55 (base +0.09) · “MU is at +0.7 after memory runs short.” · ‹[4]›‹[5]›
1 name nothing new
*My book*
🔁 ▼ *NVDA* Nvda · negative -0.50 · “NVDA is at -0.5 after the export ban.” · ‹[6]›‹[7]› · reversal vs Wed (+0.31) · +1 outlet
🆕 ▼ *FDX* Fdx · negative -0.40 · “FDX is at -0.4 after an old filing.” · ‹[8]› · late, of 16 Nov
1 name nothing new
*Names*
🆕 ▼ _group_ small hosts · negative -0.50 · no ticker named in the source · “small hosts is at -0.5 after barrels.” · ‹[9]›
*Themes*
▲ more · memory chip makers: 2 stories (before: 1 a brief) · ‹[4]›
*Contrary to the last brief*
🔁 ▲ *DAL* Dal · positive +0.50 · “DAL is at +0.5 after barrels.” · ‹[10]› · reversal vs Wed (-0.40)
_muted: ROKU until Fri 27 Nov_
<Sentiment, 17 Nov to 26 Nov: AMZN, MU>
(Sentiment over 10 days to 26 Nov: AMZN +0.12 to +0.32; MU +0.02 to +0.30.)
[Open all] [Show ROKU again | Mute AMZN for 7 days here | Mute MU for 7 days here | Mute NVDA for 7 days here | Mute FDX for 7 days here]
(Not investment advice · id d-e93de669)\
""")  # noqa: E501  as the reader gets it


def test_a_quiet_day_has_no_buttons() -> None:
    assert drawn(digest_message(SHAPES["quiet"]).blocks) == snapshot("""\
*Pre-open brief · Fri 27 Nov 2026*
since Wed 08:45 ET: nothing new
(Not investment advice · id d-a604088f)\
""")


def test_a_first_brief() -> None:
    assert drawn(digest_message(SHAPES["first"]).blocks) == snapshot("""\
*Pre-open brief · Fri 27 Nov 2026*
the first brief here, over the last 24 h: 1 article → 1 story, 1 new
*Names*
▲ *AMZN* Amzn · positive +0.50 · “AMZN is at +0.5 after deal.” · ‹[1]›
[Open all] [My book (only me)] [Mute AMZN for 7 days here]
(Not investment advice · id d-c7cb8ecd)\
""")


def test_a_half_day_on_which_a_name_turned() -> None:
    half = replace(WINDOW, session_note="early close 13:00 ET")
    turned = news(story("ban", "NVDA", -0.5, outlets=("Reuters", "FT")))
    digest = build(turned, half, Reader(told=(told(NVDA=0.31),)))
    assert drawn(digest_message(digest).blocks) == snapshot("""\
*Pre-open brief · Fri 27 Nov 2026 · early close 13:00 ET*
since Wed 08:45 ET: 2 articles → 1 story, 1 new
*Contrary to the last brief*
🔁 ▼ *NVDA* Nvda · negative -0.50 · “NVDA is at -0.5 after ban.” · ‹[1]›‹[2]› · reversal vs Wed (+0.31) · +1 outlet
[Open all] [My book (only me)] [Mute NVDA for 7 days here]
(Not investment advice · id d-a64334e0)\
""")  # noqa: E501  as the reader gets it


def test_a_weekly_wrap() -> None:
    assert drawn(digest_message(SHAPES["wrap"]).blocks) == snapshot("""\
*Weekly wrap · Fri 27 Nov 2026*
since Wed 08:45 ET: 11 articles → 7 stories, 6 new, 1 late · 1 article of history, not told
*Winners*
▲ *AMZN* Amzn · positive +0.60 (base +0.19) · “AMZN is at +0.6 after the deal.” · ‹[1]›‹[2]›‹[3]› · +3 outlets
▲ *MU* Mu · positive +0.55 (base +0.09) · “MU is at +0.7 after memory runs short.” · ‹[4]›‹[5]›
▲ *DAL* Dal · positive +0.50 · “DAL is at +0.5 after barrels.” · ‹[6]›
*Losers*
▼ *ROKU* Roku · negative -0.60 · “ROKU is at -0.6 after a ruling.” · ‹[7]›
▼ *NVDA* Nvda · negative -0.50 · “NVDA is at -0.5 after the export ban.” · ‹[8]›‹[9]› · +1 outlet
▼ *FDX* Fdx · negative -0.40 · “FDX is at -0.4 after an old filing.” · ‹[10]› · late, of 16 Nov
*Themes*
▲ more · memory chip makers: 2 stories (before: 1 a week) · ‹[4]›
*What was said, and how it turned*
DAL -0.40 on Wed · ▲ turned, positive +0.50 · ‹[6]›
NVDA +0.31 on Mon · ▼ turned, negative -0.50 · ‹[8]›
_Not shown: 1 more group_
<Sentiment, 20 Nov to 26 Nov: AMZN, MU>
(Sentiment over 7 days to 26 Nov: AMZN +0.16 to +0.32; MU +0.06 to +0.30; FDX -0.40 (5 quiet days).)
[Open all] [My book (only me)] [Mute AMZN for 7 days here | Mute MU for 7 days here | Mute DAL for 7 days here | Mute ROKU for 7 days here | Mute NVDA for 7 days here]
(Not investment advice · id d-f06adf4b)\
""")  # noqa: E501  as the reader gets it


def test_a_story_of_the_thread_has_its_quotes() -> None:
    first, *_ = thread_messages(SHAPES["full"])
    assert drawn(first.blocks) == snapshot("""\
*‹The deal›*
new · 4 outlets
▲ *AMZN* Amzn · positive +0.60 · “AMZN is at +0.6 after the deal.” · ‹[1]›‹[2]›‹[3]›
([1] “AMZN is at +0.6 after the deal.” — ‹The deal›, CNBC)
([2] “AMZN is at +0.6 after the deal.” — ‹The deal›, FT)
([3] “AMZN is at +0.6 after the deal.” — ‹The deal›, Harbor Wire)
(Not investment advice · id s-fa55c499)\
""")


def test_only_a_channel_is_offered_the_book_of_who_clicks() -> None:
    assert "My book (only me)" in str(digest_message(SHAPES["full"]).blocks)
    assert "My book (only me)" not in str(digest_message(SHAPES["private"]).blocks)


def test_the_readers_own_part_holds_their_names_and_no_others() -> None:
    reader = Reader(watch=("MU",), book=("NVDA",), private=True)
    own = build(of_names(full_news(), {"MU", "NVDA"}), WINDOW, reader)
    message = own_message(own)
    assert drawn(message.blocks) == snapshot("""\
*Pre-open brief · Fri 27 Nov 2026*
since Wed 08:45 ET: 4 articles → 3 stories, 2 new
*Watchlist*
🆕 ▲ *MU* Mu · positive +0.55 (base +0.09) · “MU is at +0.7 after memory runs short.” · ‹[1]›‹[2]›
*My book*
▼ *NVDA* Nvda · negative -0.50 · “NVDA is at -0.5 after the export ban.” · ‹[3]›‹[4]› · developing · +1 outlet
*Themes*
memory chip makers: 2 stories · ‹[1]›
(Only you see this: it is about names that you keep with Tape.)
(Not investment advice · id d-67f6c256)\
""")  # noqa: E501  as the reader gets it
    assert "AMZN" not in str(message.blocks)
    assert own_message(None).text.startswith("This brief is no longer kept.")


def test_a_muted_name_is_said_with_its_day_and_the_way_back() -> None:
    assert drawn(muted_message("NVDA", date(2026, 12, 3)).blocks) == snapshot("""\
NVDA is muted in the briefs here until Thu 3 Dec; they count it.
[Undo]
(Not investment advice · id n-aedb2f7b)\
""")
    assert drawn(shown_message("NVDA").blocks) == snapshot("""\
NVDA is shown again from the next brief here on.
(Not investment advice · id n-fc81b05c)\
""")


def test_a_citation_without_an_address_shows_its_quote_on_top() -> None:
    digest = build(news(story("deal", "AMZN", 0.5, url=None)), WINDOW)
    assert "[1] “AMZN is at +0.5 after deal.”" in drawn(digest_message(digest).blocks)


def test_a_quiet_name_is_a_gap_and_no_zero() -> None:
    fresh = story("deal", "MU", 0.5, published_at=UNTIL - timedelta(hours=4))
    history = (*usual_days("AMZN", 0.3), *story("old", "AMZN", 0.5), *fresh)
    digest = build(news(fresh, history=tuple(history)), WINDOW, Reader(watch=("AMZN", "MU")))
    chart = digest.chart
    assert chart is not None
    assert [row.name for row in chart.series] == ["AMZN"]
    values = Chart("t", "line", tuple("abcde"), (Series("X", (0.1, 0.2, None, 0.4, 0.5)),), "u")
    cut = gapless(values)
    assert cut is not None
    assert (cut.categories, cut.series[0].values) == (("a", "b"), (0.1, 0.2))
    assert spans_text(values) == "X +0.10 to +0.50 (1 quiet day)"
    assert gapless(replace(values, series=(Series("X", (0.1, None, 0.1, None, 0.1)),))) is None


def test_the_same_news_make_the_same_bytes() -> None:
    made = [digest_message(full_brief()).to_json() for _ in range(2)]
    assert made[0] == made[1]
    assert isinstance(full_brief(), Digest)


def test_a_brief_of_the_longest_quotes_without_links_has_room_for_its_chart_and_its_menu() -> None:
    full = SHAPES["full"]
    said = (*full.lines, *full.lines)[:12]
    told = {"order": 2, "why": "y" * 160, "horizon": "h" * 160}
    named = [Target("ticker", f"T{n:019}", "n" * 75) for n in range(12)]
    long = [replace(n.line, target=t, **told) for n, t in zip(said, named, strict=True)]
    rows = tuple(Series(f"TICK{n}", (0.1, None, 0.2, 0.3)) for n in range(6))
    chart = Chart("Sentiment over 10 days to 26 Nov", "line", ("1", "2", "3", "4"), rows, "x")
    numbers = tuple(one.n for one in full.citations[:6])
    lines = tuple(DigestLine(replace(n, citations=numbers), contrary=numbers) for n in long)
    for size in range(80, 240, 3):
        quote = Quote("q" * size, 0, size)
        cited = tuple(
            replace(one, url=None, title="t" * 120, source="s" * 60, quote=quote)
            for one in full.citations
        )
        parts = (Section("names", "Names", lines),)
        brief = replace(full, sections=parts, citations=cited, chart=chart)
        assert problems(digest_message(brief).blocks) == (), size
