"""Claims as they were known before an event -> how it stood with the name then. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from jobs.alerts.rules import Event, Standing
from jobs.sentiment import BASE, MIN_DAYS, Voice, net, voices
from retrieval.models import Timed

DAY = timedelta(days=1)
REACH = BASE + 2 * DAY
"""How far back claims are needed: the usual days, and the day that is held against them."""

MIN_STORIES = 2
"""Stories that a name's standing needs: one article is no base."""

MIN_TODAY = 3
"""Stories of a day below which nothing is unusually much."""

MIN_SPREAD = 1.0
"""Of stories a day: for a name with one a day, two are not unusual."""


def standing(event: Event, timed: Sequence[Timed]) -> Standing:
    """Say how it stood with an event's ticker right before it: its score, its usual day."""
    before = (one.claim for one in timed if one.known_before(event.change))
    known = [claim for claim in before if claim.head.dated_at >= event.at - REACH]
    spoken = voices(known)
    told = net((voice for voice in spoken if voice.at > event.at - BASE), event.at)
    return Standing(
        score=told.score if told and told.stories >= MIN_STORIES else None,
        stories=told.stories if told else 0,
        volume=_volume(event, spoken),
    )


def _volume(event: Event, spoken: Sequence[Voice]) -> float | None:
    """Hold the stories of the last 24 hours against the days of the month before them."""
    since = event.at - DAY
    today = {voice.story_id for voice in spoken if since < voice.at <= event.at}
    days = _days([voice.at for voice in spoken], since)
    if sum(count > 0 for count in days) < MIN_DAYS or len(today | {event.story_id}) < MIN_TODAY:
        return None
    mean = math.fsum(days) / len(days)
    spread = math.sqrt(math.fsum((count - mean) ** 2 for count in days) / len(days))
    return round((len(today | {event.story_id}) - mean) / max(spread, MIN_SPREAD), 4)


def _days(moments: Sequence[datetime], until: datetime) -> list[int]:
    """Count moments by the day before `until`, for as many days as a base has."""
    counted = Counter((until - at) // DAY for at in moments if at <= until)
    return [counted[day] for day in range(BASE // DAY)]
