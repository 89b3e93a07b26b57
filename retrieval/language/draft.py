"""What a chat model may write about a part of an article, before any of it is believed.

Pydantic stands here because this is a border: the limits below are the shape, not the truth.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_Words = Annotated[str, Field(min_length=1, max_length=200)]
_Quote = Annotated[str, Field(min_length=1, max_length=600)]


class _Strict(BaseModel):
    """Refuses what nobody asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ImpactDraft(_Strict):
    """Someone whom the article says gains or loses."""

    kind: Literal["company", "group"]
    target: _Words
    direction: Literal["positive", "negative", "mixed"]
    score: float = Field(ge=-1, le=1)
    order: Literal[1, 2]
    mechanism: _Words | None
    horizon: _Words | None
    conditions: list[_Words] = Field(max_length=3)
    quotes: list[_Quote] = Field(min_length=1, max_length=3)


class TriggerDraft(_Strict):
    """What the article says would change its view."""

    quote: _Quote
    horizon: _Words | None


class Draft(_Strict):
    """All that a model read in one part."""

    impacts: list[ImpactDraft] = Field(max_length=12)
    triggers: list[TriggerDraft] = Field(max_length=6)
    summary: list[_Quote] = Field(max_length=3)
