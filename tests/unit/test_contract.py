"""The JSON that other programs rely on has exactly the fields that were promised."""

import json
from dataclasses import replace

from hypothesis import given

from retrieval.contract import analysis_json, answer_json, counts_json, dumps, iso
from retrieval.models import (
    Analysis,
    Article,
    Impact,
    Inferred,
    Mention,
    Quote,
    Sentiment,
    Target,
    TickerSentiment,
    Trigger,
)
from tests.answers import NOW, benefit, refusal
from tests.articles import analyses, articles

NVIDIA, XAI = Target("ticker", "NVDA", "Nvidia"), Target("private", "xAI", "xAI")
IMPACT = Impact(
    target=NVIDIA,
    sentiment=Sentiment(0.4),
    relevance=0.5,
    order=2,
    mechanism="orders rise",
    horizon=None,
    confidence=0.8,
    quotes=(Quote("Nvidia gains.", 0, 13), Quote("It sells more.", 14, 28)),
)
ANALYSIS = Analysis(
    language="en",
    summary="Nvidia gains.",
    sentiment=Sentiment(0.25),
    impacts=(IMPACT, replace(IMPACT, target=Target("group", "miners", "miners"))),
    mentions=(Mention(NVIDIA, "Nvidia", 0, 6), Mention(XAI, "xAI", 30, 33)),
    triggers=(Trigger(Quote("a repeal", 40, 48), "next quarter"),),
    tickers=(TickerSentiment("NVDA", "Nvidia", Sentiment(0.4), 0.5),),
    engine="test",
    inferred=(
        Inferred(
            impact=replace(IMPACT, target=Target("ticker", "FCX", "Freeport"), origin="inferred"),
            group="miners",
            group_id="copper-miners",
            map_version="7",
            why="copper is most of its sales",
        ),
    ),
)


def test_an_analysis_has_the_fields_of_the_contract() -> None:
    made = analysis_json(Article("x1", "…"), ANALYSIS)
    assert list(made) == [
        "id", "language", "summary", "sentiment", "tickers", "impacts", "mentions", "groups",
        "triggers", "inferred", "engine", "fallback",
    ]  # fmt: skip
    assert made["sentiment"] == {"score": 0.25, "label": "mildly positive"}
    assert set(made["tickers"][0]) == {"ticker", "name", "score", "label", "relevance"}
    assert set(made["impacts"][0]) == {
        "target", "kind", "name", "score", "label", "direction", "order", "mechanism", "horizon",
        "confidence", "origin", "quote", "start", "end", "quotes", "conditions",
    }  # fmt: skip
    assert (made["impacts"][0]["quote"], made["impacts"][0]["end"]) == ("Nvidia gains.", 13)
    assert made["mentions"] == [{"ticker": "NVDA", "surface": "Nvidia", "start": 0, "end": 6}]
    assert made["groups"] == ["miners"]
    assert made["triggers"] == [
        {"text": "a repeal", "horizon": "next quarter", "start": 40, "end": 48}
    ]


def test_what_is_inferred_stands_under_a_key_of_its_own_and_says_where_it_is_from() -> None:
    made = analysis_json(Article("x1", "…"), ANALYSIS)
    assert [impact["origin"] for impact in made["impacts"]] == ["source", "source"]
    (inferred,) = made["inferred"]
    assert set(inferred) - set(made["impacts"][0]) == {"group", "group_id", "map_version", "why"}
    assert set(made["impacts"][0]) <= set(inferred)
    assert (inferred["target"], inferred["origin"]) == ("FCX", "inferred")
    assert (inferred["group"], inferred["group_id"]) == ("miners", "copper-miners")
    assert inferred["map_version"] == "7"


def test_an_answer_has_the_fields_of_the_contract() -> None:
    made = answer_json(benefit())
    assert list(made) == [
        "status", "assumption", "lines", "text", "triggers", "contrary", "citations", "searched",
        "nearest", "replay_id", "filters", "kind", "since", "parts",
    ]  # fmt: skip
    assert made["filters"] is None
    assert set(made["lines"][0]) == set(made["contrary"][0]) == {
        "target", "kind", "name", "direction", "score", "label", "order", "mechanism", "horizon",
        "confidence", "origin", "citations",
    }  # fmt: skip
    assert set(made["citations"][0]) == {
        "n", "article_id", "title", "url", "source", "published_at", "quote", "start", "end",
    }  # fmt: skip
    assert set(made["searched"]) == {"articles", "sources", "newest"}
    assert set(made["triggers"][0]) == {"text", "horizon", "citations"}
    assert made["nearest"] is None


def test_a_refusal_names_the_nearest_with_its_citation() -> None:
    made = answer_json(refusal())
    assert made["nearest"] == {"text": "the sources speak of FCX", "citations": [1]}


def test_counts_have_the_fields_of_the_contract() -> None:
    assert counts_json(1, 2, 3, [("a.txt", "Empty.")]) == {
        "new": 1,
        "changed": 2,
        "same": 3,
        "backfilled": 0,
        "failed": [{"source": "a.txt", "reason": "Empty."}],
    }


def test_a_time_keeps_its_zone_and_no_time_is_null() -> None:
    assert iso(NOW) == "2026-11-27T13:00:00+00:00"
    assert iso(None) is None


@given(articles, analyses)
def test_any_analysis_is_one_line_that_reads_back_the_same(
    article: Article, analysis: Analysis
) -> None:
    quoted = replace(
        analysis,
        impacts=tuple(i for i in analysis.impacts if i.quotes),
        inferred=tuple(i for i in analysis.inferred if i.impact.quotes),
    )
    made = analysis_json(article, quoted)
    assert json.loads(dumps(made)) == made
    assert len(dumps(made).split("\n")) == 1
