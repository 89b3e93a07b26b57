"""Values of blocks -> what is wrong with them, as sentences with a JSON pointer. Knows no block."""

from collections.abc import Mapping

Things = list[Mapping[str, object]]

ID = 255


def length(value: object, at: str, most: int, least: int = 1) -> list[str]:
    """Say whether a string is missing, too short or too long."""
    if not isinstance(value, str):
        return [f"{at}: a string is missing"]
    return (
        [] if least <= len(value) <= most else [f"{at}: {len(value)} characters, {least} to {most}"]
    )


def maybe_length(thing: Mapping[str, object], name: str, at: str, most: int) -> list[str]:
    """Say what is wrong with a string that need not be there."""
    return length(thing[name], f"{at}/{name}", most) if name in thing else []


def items(value: object, at: str, most: int, least: int = 1) -> tuple[Things, list[str]]:
    """Give the objects of a list, and say whether it is missing, too short or too long."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        return [], [f"{at}: a list of objects is missing"]
    fits = least <= len(value) <= most
    return value, [] if fits else [f"{at}: {len(value)} elements, {least} to {most}"]


def text(value: object, at: str, most: int, *, plain: bool = False) -> list[str]:
    """Say what is wrong with a text object."""
    if not isinstance(value, Mapping):
        return [f"{at}: a text object is missing"]
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    wrong = [] if value.get("type") in kinds else [f"{at}/type: must be {' or '.join(kinds)}"]
    return wrong + length(value.get("text"), f"{at}/text", most)


def maybe_text(
    thing: Mapping[str, object], name: str, at: str, most: int, *, plain: bool = False
) -> list[str]:
    """Say what is wrong with a text object that need not be there."""
    return text(thing[name], f"{at}/{name}", most, plain=plain) if name in thing else []


def one_of(value: object, at: str, known: tuple[str, ...]) -> list[str]:
    """Say whether a word is none of those that Slack knows."""
    return [] if value in known else [f"{at}: {' or '.join(known)}"]


def between(value: object, at: str, least: int, most: int) -> list[str]:
    """Say whether a whole number is missing or out of its range."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return []
    return [f"{at}: a whole number from {least} to {most} is missing"]


def number(value: object) -> bool:
    """Tell whether something is a finite number that JSON can carry."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) != float("inf") and value == value  # noqa: PLR0124  # not a number
