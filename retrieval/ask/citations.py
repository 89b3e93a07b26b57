"""Quotes to numbered citations. Knows nothing of what they are cited for."""

from collections.abc import Iterable

from retrieval.answers import Citation
from retrieval.models import ArticleHead, Claim, Quote


class Citations:
    """Numbers quotes in the order in which they are used; the same quote has one number."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, int, Quote], Citation] = {}

    @property
    def made(self) -> tuple[Citation, ...]:
        """All citations so far, 1 to n."""
        return tuple(self._made.values())

    def cite(self, head: ArticleHead, quote: Quote) -> int:
        """Number a quote of an article's version."""
        key = (head.article_id, head.version, quote)
        if key not in self._made:
            self._made[key] = Citation(
                n=len(self._made) + 1,
                article_id=head.article_id,
                version=head.version,
                title=head.title,
                url=head.url,
                source=head.source,
                published_at=head.published_at,
                quote=quote,
            )
        return self._made[key].n

    def cite_claims(self, claims: Iterable[Claim], most: int) -> tuple[int, ...]:
        """Number the quote behind the reason of each of the first `most` articles."""
        firsts: dict[str, int] = {}
        for claim in claims:
            if len(firsts) < most and claim.head.article_id not in firsts:
                firsts[claim.head.article_id] = self.cite(claim.head, claim.impact.reason)
        return tuple(firsts.values())
