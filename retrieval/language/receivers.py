"""Signals and the names in a sentence -> who receives which. Knows no article."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.language.clauses import Clause
from retrieval.language.raters import FARTHEST_RATED, rated_at, rates
from retrieval.language.sides import (
    Named,
    Scene,
    objects,
    owners_behind,
    owners_within,
    subjects,
    together,
)
from retrieval.language.signals import Signal
from retrieval.language.tokens import Token
from retrieval.language.wordlists import word_list

_BELONGING = word_list("belonging")
_SPEAKING = word_list("speaking")
_COMPARING = word_list("comparing")
_BROKERS = frozenset(
    "brokerage broker analysts analyst economists economist strategists strategist".split()
)
REVERSED = -0.5  # what is said of X in "X is stronger than Y" says the opposite of Y, less surely
_REASONS = frozenset("as on after because citing while since given amid but ;".split())
FARTHEST_ASIDE = 14  # words of an aside between a name and what it did
CONDITIONAL = 0.5  # "if X wins" is not yet so


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one signal says of one named target. `weight` is how much the writer means it."""

    key: str
    score: float
    weight: float
    certainty: float
    signal: Signal
    named: Named


def opinions(
    words: Sequence[Token],
    cut: Sequence[Clause],
    signals: Sequence[Signal],
    named: Sequence[Named],
) -> tuple[Opinion, ...]:
    """Give every signal to the names it speaks of; a signal of nobody named is left out."""
    able = [name for name in named if not is_bystander(words, name)]
    scene = Scene(words, cut, able, frozenset())
    rated = _rated(scene, named)
    acted_on = [
        name for signal in signals if signal.reach == "object" for name in objects(scene, signal)
    ]
    scene = Scene(words, cut, able, frozenset(acted_on))
    told = [opinion for signal in signals for opinion in _of_signal(scene, signal, rated)]
    told = [one for one in told if not any(_contains(words, other, one) for other in told)]
    told = [one for one in told if not any(_explains(cut, other, one) for other in told)]
    told += [opinion for signal in signals for opinion in _compared(scene, signal)]
    told += [opinion for name in able for opinion in _elided(scene, name, told)]
    return tuple(told)


def _contains(words: Sequence[Token], outer: Opinion, inner: Opinion) -> bool:
    """Tell a word that describes what another acts on: "is losing shoppers with higher incomes"."""
    first, second = outer.signal, inner.signal
    if first.clause != second.clause or first.last > second.first or outer.key != inner.key:
        return False
    if second.entry.is_verb or second.reach != "near" or outer.score * inner.score >= 0:
        return False
    if not (first.entry.is_verb or first.entry.role == "subj"):
        return False
    return not any(
        word.lower in {",", "and", "or", "on"} for word in words[first.last : second.first]
    )


def _explains(cut: Sequence[Clause], outer: Opinion, inner: Opinion) -> bool:
    """Tell a thing that only stands in the reason: "gains, given its exposure to airfreight"."""
    second = inner.signal
    return (
        second.entry.role == "thing"
        and cut[second.clause].manner in {"reason", "concession"}
        and outer.key == inner.key
        and outer.signal.clause < second.clause
    )


def _elided(scene: Scene, name: Named, told: Sequence[Opinion]) -> list[Opinion]:
    """Read the second half of "Visa fell 5.1% and Mastercard 5.6%"."""
    at = _past_aside(scene.words, name.last)
    lead = scene.words[name.first - 1].lower if name.first else ""
    if (
        at >= len(scene.words)
        or not scene.words[at].lower.endswith("%")
        or lead not in {"and", ","}
    ):
        return []
    moved = [one for one in told if one.signal.last <= name.first and _is_move(scene, one)]
    return [replace(moved[-1], key=name.key, named=name)] if moved else []


def _past_aside(words: Sequence[Token], at: int) -> int:
    """Step over "(DAL)" and ", which does not hedge," behind a name."""
    lowers = [word.lower for word in words[at : at + FARTHEST_ASIDE]]
    if lowers[:1] == ["("] and ")" in lowers:
        return at + lowers.index(")") + 1
    if lowers[:1] == [","] and lowers[1:2] and lowers[1] in {"which", "whose", "a", "an", "the"}:
        return at + lowers.index(",", 1) + 1 if "," in lowers[1:] else at
    return at


def _is_move(scene: Scene, one: Opinion) -> bool:
    """Tell what has a size: a move, or a verb with a percentage behind it ("lost 2.7%")."""
    signal = one.signal
    if signal.entry.role == "move":
        return True
    behind = scene.words[signal.last].lower if signal.last < len(scene.words) else ""
    return signal.entry.is_verb and signal.reach == "subject" and behind.endswith("%")


@dataclass(frozen=True, slots=True)
class _Rated:
    """The one company whose stock a broker of the sentence rates, and the words that do."""

    names: Sequence[Named]
    first: int
    last: int

    def by(self, signal: Signal) -> Sequence[Named]:
        """Give who takes a signal that nobody else receives: that of the rating itself."""
        return self.names if self.first <= signal.first < self.last else []


def _rated(scene: Scene, named: Sequence[Named]) -> _Rated:
    """Read "Citizens: KBW lifts its target": up to the reason the words rate the one other."""
    brokers = [name for name in named if is_rating(scene.words, name)]
    whole = together(scene, list(scene.named[:1]))
    if not brokers or len(whole) != len(scene.named):
        return _Rated([], 0, 0)
    first = brokers[0].last
    behind = [word.lower for word in scene.words[first : first + FARTHEST_RATED]]
    reason = next((at for at, word in enumerate(behind) if word in _REASONS), len(behind))
    return _Rated(whole, first, first + reason)


def _of_signal(scene: Scene, signal: Signal, rated: _Rated) -> list[Opinion]:
    if scene.cut[signal.clause].manner == "than":
        return []
    if signal.reach == "rival":
        ahead = subjects(scene, signal)
        behind = objects(scene, signal)
        return [
            *(_opinion(scene, signal, name, 1.0) for name in ahead),
            *(_opinion(scene, signal, name, -1.0) for name in behind if name not in ahead),
        ]
    reached = _receivers(scene, signal) or rated.by(signal)
    return [_opinion(scene, signal, name, 1.0) for name in reached]


def _receivers(scene: Scene, signal: Signal) -> list[Named]:
    if signal.reach == "object":
        reached = objects(scene, signal)
        if reached or signal.thing < 0 or signal.entry.role != "obj":
            return reached
        return subjects(scene, signal)
    if signal.reach == "near":
        reached = owners_within(scene, signal) or owners_behind(scene, signal)
        if reached or _is_agent(scene, signal):
            return reached
    return subjects(scene, signal)


def _opinion(scene: Scene, signal: Signal, name: Named, sign: float) -> Opinion:
    clause = scene.cut[signal.clause]
    weight = clause.weight * (CONDITIONAL if clause.manner == "condition" else 1.0)
    score = signal.score * sign
    return Opinion(name.key, score, weight, signal.certainty, signal, name)


def _compared(scene: Scene, signal: Signal) -> list[Opinion]:
    """Read the other side of "X is better placed than Y" and "favors X rather than Y"."""
    if signal.clause + 1 >= len(scene.cut) or scene.cut[signal.clause + 1].manner != "than":
        return []
    other = scene.cut[signal.clause + 1]
    if other.link not in {"than", "rather than", "instead of"}:
        return []
    near = {word.lower for word in scene.words[max(0, signal.first - 2) : signal.last + 1]}
    if other.link == "than" and not (near & _COMPARING or any(w.endswith("er") for w in near)):
        return []
    behind = [name for name in scene.named if other.first <= name.first < other.last][:1]
    return [_opinion(scene, signal, name, REVERSED) for name in together(scene, behind)]


def _is_agent(scene: Scene, signal: Signal) -> bool:
    """Tell what only did it ("hit by the dollar's strength") or was the weather ("amid")."""
    if scene.cut[signal.clause].link in {"amid", "amidst"}:
        return True
    lead = {word.lower for word in scene.words[max(0, signal.first - 4) : signal.first]}
    return not lead.isdisjoint({"by", "from"})


def is_bystander(words: Sequence[Token], name: Named) -> bool:
    """Tell a name that only speaks (a broker) or only owns whom it is about ("Apple suppliers")."""
    after = [word.lower for word in words[name.last : name.last + 3]]
    before = [word.lower for word in words[max(0, name.first - 3) : name.first]]
    plain = [lower for lower in after if lower not in {"'s", "’s"}]
    if plain and (plain[0] in _BELONGING or plain[0] in _SPEAKING):
        return True
    if before[-2:] == ["according", "to"] or not _BROKERS.isdisjoint(before):
        return True
    return is_rating(words, name) or rated_at(words[: name.first])


def is_rating(words: Sequence[Token], name: Named) -> bool:
    """Tell a broker from the words behind its name: "Jefferies trims its target on HubSpot"."""
    behind = words[name.last :]
    return rates(behind[1:] if behind and behind[0].lower in {"'s", "’s"} else behind)
