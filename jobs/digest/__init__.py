"""The brief of a window: nouns in models.py, what it says in build.py. Knows no store, no clock."""

from jobs.digest.build import build, of_names
from jobs.digest.models import (
    Digest,
    DigestLine,
    News,
    NoteLine,
    Reach,
    Reader,
    Section,
    StoryLine,
    Told,
    Window,
)
from jobs.digest.wording import brief_text, story_text
from jobs.digest.wrap import build_wrap

__all__ = [
    "Digest",
    "DigestLine",
    "News",
    "NoteLine",
    "Reach",
    "Reader",
    "Section",
    "StoryLine",
    "Told",
    "Window",
    "brief_text",
    "build",
    "build_wrap",
    "of_names",
    "story_text",
]
