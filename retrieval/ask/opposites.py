"""Words by what would be lost if another stood in their place: opposites, measures, small talk.

Knows no text.
"""

SIDES = {"rise": 1, "raise": 1, "beat": 1, "strong": 1, "fall": -1, "cut": -1, "miss": -1,
          "weak": -1}  # fmt: skip
"""The side of what words mean (`concepts`), where they mean a move."""

UP_OR_DOWN = {
    "above": 1, "below": -1, "up": 1, "down": -1, "higher": 1, "lower": -1, "better": 1,
    "worse": -1, "best": 1, "worst": -1, "inflow": 1, "outflow": -1, "increase": 1,
    "decrease": -1, "winner": 1, "winners": 1, "loser": -1, "losers": -1, "positive": 1,
    "negative": -1, "good": 1, "bad": -1, "advantage": 1, "disadvantage": -1, "gain": 1,
    "loss": -1, "unwelcome": -1, "welcome": 1,
}  # fmt: skip
PAIRS = {
    word: (family, side)
    for family, ups, downs in (
        ("many", "more", "less fewer"),
        ("most", "most largest biggest", "least fewest smallest"),
        ("large", "larger bigger", "smaller"),
        ("speed", "faster fastest quicker quickly fast", "slower slowest slowly slow"),
        ("time", "later after late", "earlier before sooner early"),
        ("width", "wider widened widens widen broader", "narrower narrowed narrows narrow"),
        ("door", "open opened opens opening", "close closed closes closing shut"),
        ("price", "dearer expensive costly", "cheaper cheap"),
        ("length", "longer longest", "shorter shortest"),
        ("verdict", "approved accepted allowed granted upheld", "rejected denied banned"),
        (
            "trade",
            "exports export exported exporting exporter exporters",
            "imports import imported importing importer importers",
        ),
        (
            "stance",
            "support supports supported back backs backed endorse endorses favour favours favor",
            "oppose opposes opposed opposing resist resists resisted",
        ),
        (
            "court",
            "revived revive revives reinstated reinstates",
            "dismissed dismisses dismiss threw thrown tossed overturned overturns struck",
        ),
        ("card", "credit", "debit"),
        ("multiple", "twice double doubled doubles", "half halved halves"),
        ("sum", "add adds added adding", "take takes took subtract subtracts remove removes"),
        (
            "deal",
            "bought buying buyer buyers acquire acquires acquired acquiring acquirer purchase",
            "sold selling seller sellers divest divests divested",
        ),
        ("staff", "hire hires hired hiring", "fire fires fired firing layoff layoffs"),
        ("way", "enter enters entered join joins joined", "leave leaves exit exits quit quits"),
        ("loan", "borrow borrows borrowed borrower", "lend lends lent lender"),
        ("age", "new newer newest", "old older oldest"),
        ("grip", "tight tighter tighten tightens tightened", "loose looser loosens loosened eased"),
        ("ease", "easy easier easiest", "hard harder hardest difficult"),
        (
            "size",
            "big large major huge severe sharp strong lot",
            "small little limited minor slight",
        ),
        ("degree", "greatly sharply heavily", "slightly modestly barely little"),
        ("schedule", "delay delayed delays postponed", "accelerate accelerated advanced"),
        (
            "hold",
            "kept keep keeps maintained maintains confirmed reaffirmed affirmed renewed",
            "withdrew withdraw withdraws withdrawn dropped scrapped abandoned suspended suspends",
        ),
        ("crowd", "majority", "minority"),
        ("height", "high", "low"),
        ("depth", "deep deepest deeper", "shallow shallowest shallower"),
        ("sector", "public", "private"),
        ("weather", "dry", "wet"),
        ("start", "start starts started begin begins began", "end ends ended stop stops stopped"),
        ("place", "home domestic domestically local", "abroad foreign overseas"),
        ("share", "with including", "without excluding"),
        ("edge", "over", "under"),
    )
    for side, words in ((1, ups), (-1, downs))
    for word in words.split()
}
"""Words with an opposite that is no gain and no loss: which pair, and which end of it."""

TIMES = frozenset(
    "day days week weeks month months quarter quarters year years decade fiscal season half".split()
)
BEFORE_TIMES = frozenset("next last previous prior".split())
FIXED = TIMES | frozenset(
    """first second third fourth fifth sixth half halves thirds quarters fifths tenth double
    doubled twice triple tripled only never always all none neither nobody everyone everybody
    sole monthly quarterly yearly annual daily weekly north south east west northern southern
    eastern western""".split()
)
"""Words without a synonym: measures of time, parts, and words for all or none."""

PLAIN = frozenset(
    """say says said company companies according because due result results report reports reported
    news also while after amid group firm help helped helps lead leads led cause causes caused
    driven drive drives make makes made see sees saw come comes came set look looks looking remain
    remains still show shows showed state states stated note noted notes following followed part
    side well effect effects impact reason reasons thanks mean means meant write writes writer
    author add adds added article story stock stocks share shares point points view expect expects
    expected analyst analysts investor investors business market markets new among one another
    overall meanwhile however separately both move moves put puts face faces give gives given work
    level amount number total rate figure about around roughly nearly almost past over third-party
    already now then currently recently today likely able whose there their its including include
    includes though although whereas besides despite even too
    key main major mainly largely partly further additional other others same such""".split()
)
"""Words of telling that add nothing to what is told."""

IRREGULAR = dict(
    pair.split("/")
    for pair in """
    won/win lost/lose sold/sell bought/buy grew/grow grown/grow fell/fall fallen/fall rose/rise
    risen/rise made/make took/take taken/take gave/give given/give got/get held/hold kept/keep
    left/leave met/meet paid/pay built/build brought/bring sent/send spent/spend led/lead
    began/begin begun/begin chose/choose chosen/choose drove/drive driven/drive wrote/write
    written/write withdrew/withdraw withdrawn/withdraw shrank/shrink shrunk/shrink sank/sink
    went/go gone/go came/come knew/know known/know broke/break broken/break froze/freeze
    bore/bear borne/bear told/tell thought/think sought/seek taught/teach caught/catch hid/hide
    hurting/hurt stood/stand understood/understand felt/feel meant/mean ran/run beaten/beat
    overtook/overtake struck/strike swung/swing cutting/cut slid/slide
    """.split()
)
"""Forms of verbs that no stem finds."""
