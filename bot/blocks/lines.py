"""Line -> one row of mrkdwn, in answers and briefs alike. Knows no message."""

from bot.blocks.citing import Urls, numbers
from bot.mrkdwn import bold, escape, fit
from retrieval.answers import Line
from retrieval.ask.wording import clauses, rated
from retrieval.models import Target

TICKER, NAME, CLAUSE = 20, 80, 160


def line_text(line: Line, urls: Urls, *, figures: bool = False, usual: str = "") -> str:
    """Arrow and name, the sentiment in words (and figures), its clauses, citation numbers.

    `usual` stands beside the figures.
    """
    sentiment = line.sentiment
    parts = [
        f"{sentiment.arrow} {_who(line.target)}",
        f"{rated(sentiment)} {escape(usual)}".rstrip() if figures else sentiment.label,
        *(escape(fit(clause, CLAUSE)) for clause in clauses(line)),
        numbers(line.citations, urls),
    ]
    return " · ".join(part for part in parts if part)


def _who(target: Target) -> str:
    match target.kind:
        case "ticker":
            return f"{bold(fit(target.id, TICKER))} {escape(fit(target.name, NAME))}"
        case "private":
            return bold(fit(target.name, NAME))
        case "group":
            return f"_group_ {escape(fit(target.name, CLAUSE))}"
