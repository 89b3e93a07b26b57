"""One reading of the ledger over many days says of each what a reading as of that day does."""

from datetime import timedelta

from jobs.book.reading import _known
from retrieval.db import connect, migrate
from retrieval.models import Claim, Scope
from retrieval.store.store import Store
from tests.articles import HOUR, MONDAY, analysis, article, impact, record

NAMES = ("V", "KO")


def keys(claims: list[Claim]) -> list[tuple[str, int, str, float]]:
    return sorted(
        (c.head.article_id, c.head.version, c.impact.target.id, c.impact.sentiment.score)
        for c in claims
    )


def test_what_was_known_at_any_moment_is_in_the_one_reading(url: str) -> None:
    engine = connect(url)
    migrate(engine, "retrieval.store")
    store = Store(engine)
    steps = [
        (article("a", "One."), analysis(impact("V", 0.5), impact("XOM", 0.9)), 0),
        (article("b", "Two."), analysis(impact("KO", -0.5)), 5),
        (article("a", "One, corrected."), analysis(impact("V", -0.2)), 10),  # replaces the first
        (article("a", "One, again."), analysis(impact("KO", 0.1)), 20),
        (article("c", "Three."), analysis(impact("V", 0.3)), 40),  # after the last moment
    ]
    for made, said, hours in steps:
        store.put_many([record(made, said)], now=MONDAY + hours * HOUR)
    first, last = MONDAY + 6 * HOUR, MONDAY + 30 * HOUR
    scope = Scope(tickers=NAMES, as_of=last, since=MONDAY - timedelta(days=9))
    ledger = store.claims_over(scope, since=first, limit=100)
    for hours in range(6, 31):
        moment = MONDAY + hours * HOUR
        then = store.claims(Scope(tickers=NAMES, as_of=moment))
        assert keys(_known(ledger, moment)) == keys(then)
    assert {claim.impact.target.id for claim, _ in ledger} == {"V", "KO"}
    assert not any(claim.head.article_id == "c" for claim, _ in ledger)
    engine.dispose()
