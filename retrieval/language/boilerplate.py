"""A sentence -> whether it is the site's furniture rather than the article. Knows no target."""

import re

from retrieval.models import Span

_FURNITURE = re.compile(
    r"""
    request\sdemo | sign\sup\b | subscribe | newsletter | click\shere | all\srights\sreserved
    | cookie\s
    | privacy\spolicy | terms\sof\s(?:use|service) | read\smore | related\sarticles | follow\sus
    | (?:motley\sfool|stock\sadvisor) | foolish\stakeaway | disclosure\spolicy | returns\sas\sof
    | (?:has|have|holds?|own|owns)\s(?:no\s)?(?:a\s)?positions?\sin | no\sposition\sin\sany
    | disclosure\s?:
    | (?:opinions?|views?)\s(?:and\sopinions\s)?expressed | not\sinvestment\sadvice | disclaimer
    | (?:10|ten)\s(?:best\sstocks|stocks\s(?:we|that\sthey)) | free\sreport | special\sreport
    | (?:reporting|editing|compiled|graphics)\sby | ^\(?(?:reporting|editing)\b
    | zacks\sinvestment\sresearch\s?(?:to|free|\?) | want\sthe\slatest\srecommendations
    | download\s(?:the|our|this|7|5) | members\s(?:only|who) | for\sinstitutional\sinvestors\.?$
    | ^(?:overall|ticker)\ssentiment | ^sentiment\sscore | advertis(?:ing|ement)\spartner
    | thomson\s?reuters\.com | @\w+\.(?:com|net) | image\ssource | photo\sby | more\sfrom
    | portfolio\sanalytics | real-time\salerts | \bshares\straded\.?$ | stocks\sset\sto\sdouble
    | \btotal\safter\shours\svolume | see\salso
    | as\sof\sthis\swriting | the\sauthor | past\sperformance | our\semployer | ^source\s?:
    | current\slast\ssale\sis | \bmean\srecommendation\b | \bmm:ss\b
    | \bis\s(?:[+-]?\d[\d.]*|unchanged)\sat\s\$ | pre-market\smost\sactive
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
SHORTEST = 3  # words; "Request Demo" is a button
MOSTLY_LETTERS = 0.5  # a table row is mostly figures


def is_boilerplate(text: str, span: Span) -> bool:
    """Tell site furniture, disclosures, table rows and list headings from what the writer says."""
    sentence = span.of(text)
    if len(sentence.split()) < SHORTEST and not sentence.endswith("."):
        return True
    if _FURNITURE.search(sentence):
        return True
    dense = "".join(sentence.split())
    return len(_LETTER.findall(dense)) < MOSTLY_LETTERS * len(dense)
