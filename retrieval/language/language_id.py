"""A text -> its language by script and small words. Knows only the languages that it names."""

import re
from collections import Counter

from retrieval.language.wordlists import word_list

_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
_WORDS = {language: word_list(f"small words {language}") for language in _LANGUAGES}
_KANA = re.compile(r"[\u3040-\u30ff]")
_SCRIPTS = (
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)
_LETTER = re.compile(r"[^\W\d_]")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
SAMPLE = 4000  # characters that settle the question
SOME_KANA = 0.1  # Chinese has none
FOREIGN = 0.3  # a text is in a script when this share of its letters is
SHORT = 12  # words below which a headline may hold no small word at all
SETTLED = 0.06  # share of small words below which no language is claimed


def detect(text: str) -> str:
    """Name the language of a text: an ISO 639-1 code, or "und" when nothing settles it."""
    sample = text[:SAMPLE]
    letters = len(_LETTER.findall(sample))
    if letters == 0:
        return "und"
    if len(_KANA.findall(sample)) >= SOME_KANA * letters:
        return "ja"
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) >= FOREIGN * letters:
            return language
    return _by_small_words([token.lower() for token in _TOKEN.findall(sample)])


def _by_small_words(tokens: list[str]) -> str:
    if not tokens:
        return "und"
    seen = Counter(tokens)
    scores = {
        language: sum(seen[word] for word in small) / len(tokens)
        for language, small in _WORDS.items()
    }
    best = max(scores, key=lambda language: scores[language])
    if scores[best] >= SETTLED and list(scores.values()).count(scores[best]) == 1:
        return best
    plain = all(token.isascii() for token in tokens)
    return "en" if plain and (len(tokens) <= SHORT or scores["en"] >= scores[best]) else "und"
