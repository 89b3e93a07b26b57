"""The phrasings by which a question's kind is told. Knows words only."""

import re


def _phrases(lines: str, *, before: str = r"\b", after: str = r"\b") -> re.Pattern[str]:
    """Compile alternatives, given one or more to a line and parted by " | "."""
    alternatives = "|".join(
        part for line in lines.split("\n") for part in line.strip().split(" | ")
    )
    return re.compile(f"{before}(?:{alternatives.strip('|')}){after}", re.IGNORECASE)


GAINS = _phrases(
    r"""benefi\w* | winners? | win(?:s|ning)? | won | gain(?:s|ed|ers?)? | upside | bullish
    tailwinds? | positive\w* | helped | helps | boost(?:s|ed)? | favou?r(?:s|ed)? | profits? from
    ahead | prefer(?:s|red)? | led | better off | set up well | strongest | good for
    good news for | (?:went|gone|going|goes) (?:right|well) | (?:good|great|strong) day | bull case
    picks? | favou?rites? | better[- ](?:ranked|placed|positioned) | top[- ]ranked | upbeat
    outperform\w* | taking (?:share|customers|business)"""
)
LOSSES = _phrases(
    r"""lose | loses | losing | losers? | lost out | hurt(?:s|ing)? | harm(?:s|ed)?
    suffer(?:s|ed)? | downside | bearish | headwinds? | negative\w* | under pressure
    pressured | hit | hardest
    worse off | struck | damaged | bad for | bad news for | squeezed | disadvantaged | victims?
    traded down | at risk | exposed | strain(?:ed)? | pain | pinched | criticis?z?ed | avoid(?:ed)?
    weak(?:er|est)? | weigh(?:s|ed)? on | (?:went|gone|going|goes) (?:wrong|badly)
    (?:bad|rough|poor) day | bear case | case against | concerns? | concerned | concerning
    worr(?:y|ies|ied|ying) | less (?:appealing|attractive) | sold(?: off)? | selling pressure
    disappoint\w* | downgrad\w* | red flags? | lag(?:s|ged|ging)? | laggards? | underperform\w*
    losing | criticism | lost(?=\W*$)"""
)


def without_sides(text: str) -> str:
    """Take out the words that ask for a side: what is left says of what."""
    return GAINS.sub(" ", LOSSES.sub(" ", text))


LISTED = _phrases("tickers? | stocks? | shares | equities | listed (?:ones|names|companies)")
# "who ..." and "which stocks ..." ask for names; "what hurts Apple?" asks about the name it gives.
ASKS_WHOM = _phrases(
    r"""who | whom | which | any | anyone | anybody | name | list | show | give
    what (?:\w+ ){0,2}?(?:tickers?|stocks?|names?|companies|groups?|sectors?)
    winners? | losers? | beneficiaries""",
    before=r"^(?:(?:so|and|ok|okay|now|then)[, ]+)*(?:the )?",
)
ASKS_ANY = _phrases("what | any | anyone | anybody | anything | who | which | winners? | losers?")
TRIGGERS = _phrases(
    r"""chang\w+ (?:the|your|our|my|this|that|its|their) (?:view|mind|thesis|call|picture|story)
    (?:break|invalidate|kill|undo|reverse|puncture|derail|undermine|flip)s? (?:the|this|that) """
    r"""(?:\w+ )?(?:view|thesis|story|case|call|trade|narrative)
    what (?:could|might|would|can) go wrong | triggers?
    what (?:should|to|do) (?:we |i |you )?watch | watch for | reversal risk
    risks? to (?:the|this) (?:view|thesis|story|call|case)"""
)
SUMMARY = _phrases(
    r"""summar(?:y|ise|ize|ised|ized) | tl;?dr | key (?:points|takeaways?) | gist
    what (?:is|are|was) (?:this|the|that|it|these) ?(?:article|piece|story|note|link|text)?s? about
    overall sentiment | what(?:'s| is) the tone"""
)
# How people ask for the view on a name they give, rather than for a fact about it.
VIEW_ON = _phrases(
    r"""what about | how about | mean(?:s|ing)? for | affect(?:s|ed)? | impact(?:s|ed)?
    implications? | view on | take on | sentiment | in (?:this|it) for | good or bad
    read[- ]?through | effects? (?:on|for) | stance on | outlook for | story on | news on
    think of | expos\w+ | what drives | what happened (?:at|to|with) | what moved | moving
    up with | going on (?:at|with) | happening (?:at|to|with)
    read on | impl(?:y|ies) for | case (?:for|against) | in (?:this|the) (?:story|article|piece)
    says? (?:about|on|of) | said (?:about|on) | saying about
    how (?:is|are|does|do|did) [^?]{1,40} (?:do|doing|fare|faring|look|placed)"""
)
_OF_KIND = {"ticker": VIEW_ON, "triggers": TRIGGERS, "summary": SUMMARY}


def without_kind(text: str, kind: str) -> str:
    """Take out the words that tell a kind: what is left says of what. A fact keeps all words."""
    if kind in ("benefit", "hurt"):
        return without_sides(text)
    return _OF_KIND[kind].sub(" ", text) if kind in _OF_KIND else text


FRAME = frozenset(
    """
    ticker tickers stock stocks share shares company companies name names winner winners loser
    losers beneficiary beneficiaries benefit benefits gain gains lose loses hurt hurts harmed helped
    most least best worst investor investors market deal news today yesterday week month last past
    since first second order rank ranked affected affects impact impacts mean means view change
    summary summarise summarize winning positive negative long term near-term come clear outright
    among list show tell any anyone here stand stands out result results day hour biggest large main
    listed stack exposed pressure hit bad good tonight latest new trouble troubles woes move moves
    """.split()
)
"""Words that make the question, not its subject."""
