"""An answer and the lines that a chat model wrote for it -> the answer that is shown. Pure.

The ranked lines, the triggers and what is missing stay as they are: only quotes and a summary give
way to the model's lines. Knows no model.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from retrieval.answers import Answer, Citation
from retrieval.ask import wording
from retrieval.ask.grounds import Ground
from retrieval.ask.said import Said

_QUOTE = re.compile(r"“.*” \[\d+\]", re.DOTALL)


class Numbering:
    """Gives the sources of lines the numbers under which they are shown, in the order of use.

    What the answer cites already keeps its number, so that a line can be shown before the next is
    written.
    """

    def __init__(self, answer: Answer, sources: Sequence[Ground]) -> None:
        self._citations = list(answer.citations)
        self._shown = {c.n: c.n for c in answer.citations}
        self._sources: Mapping[int, Citation] = {g.n: g.citation for g in sources}

    def shown(self, said: Said) -> tuple[str, tuple[Citation, ...]]:
        """A line as it is shown, and what it cites."""
        numbers = tuple(self._number(n) for n in said.cited)
        cited = tuple(self._citations[n - 1] for n in numbers)
        return f"{said.text} {wording.marks(numbers)}", cited

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The answer's own and those that were used besides, 1 to n."""
        return tuple(self._citations)

    def _number(self, n: int) -> int:
        if n not in self._shown:
            self._shown[n] = len(self._citations) + 1
            self._citations.append(replace(self._sources[n], n=self._shown[n]))
        return self._shown[n]


def phrased(answer: Answer, lines: Sequence[str], citations: tuple[Citation, ...]) -> Answer:
    """Put the lines in the place of the quotes; what the sources lack is said before them."""
    kept = tuple(s for s in answer.sentences if not _gives_way(answer, s))
    made = replace(answer, sentences=(*kept, *lines), citations=citations)
    return replace(made, text=wording.text(made))


def _gives_way(answer: Answer, sentence: str) -> bool:
    return answer.question.kind == "summary" or _QUOTE.fullmatch(sentence) is not None
