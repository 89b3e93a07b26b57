"""Turns a Web API call's body into typed arguments, or says what is wrong. Knows no state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.state import Json

# Lists and objects where the reference says "string": plain in JSON, encoded in a form.
ENCODED = frozenset(
    {"blocks", "attachments", "metadata", "view", "chunks", "files", "unfurls", "message"}
)
# Values out of their list that Slack answers with a code of their own: the methods check them.
OWN_CODE = frozenset({"status", "source"})
TRUE, FALSE = frozenset({"true", "1"}), frozenset({"false", "0", ""})


class RefusedError(Exception):
    """The call is answered with `ok: false`, an error code and what else Slack says about it."""

    def __init__(
        self, code: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(code)
        self.code, self.status, self.headers, self.more = code, status, dict(headers or {}), more


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a caller sent, read as the method needs it; a form and a JSON body read the same."""

    given: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Read a string; empty when it is not there."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def maybe(self, name: str) -> str | None:
        """Read a string; None when it is not there or empty."""
        return self.text(name) or None

    def flag(self, name: str) -> bool:
        """Read a yes or no; no when it is not there."""
        return str(self.given.get(name, "")).lower() in TRUE

    def count(self, name: str, default: int) -> int:
        """Read a whole number."""
        return int(self.given.get(name) or default)

    def items(self, name: str, refusal: str = "invalid_arguments") -> list[Json]:
        """Read a list of objects, plain or JSON-encoded; empty when it is not there."""
        value = self._decoded(name, refusal) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise RefusedError(refusal)
        return value

    def table(self, name: str, refusal: str = "invalid_arguments") -> Json | None:
        """Read an object, plain or JSON-encoded; None when it is not there."""
        value = self._decoded(name, refusal)
        if value is not None and not isinstance(value, dict):
            raise RefusedError(refusal)
        return value

    def _decoded(self, name: str, refusal: str) -> Any:
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except json.JSONDecodeError as error:
            raise RefusedError(refusal) from error


def problems(spec: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with arguments against their entry in methods.json; empty is fine."""
    known: dict[str, Mapping[str, Any]] = {**spec["required"], **spec["optional"]}
    wrong = [
        f"[ERROR] missing required field: {name}"
        for name in spec["required"]
        if given.get(name) in (None, "")
    ]
    wrong += [
        f"[ERROR] no such argument: {name}"
        for name in given
        if name not in known and name != "team_id"
    ]
    wrong += [
        f"[ERROR] {name} {complaint}"
        for name, value in given.items()
        if name in known
        and value is not None
        and (complaint := _complaint(name, known[name], value))
    ]
    one_of = spec.get("exactly_one_of", ())
    if one_of and sum(1 for name in one_of if given.get(name)) != 1:
        wrong.append(f"[ERROR] exactly one of {', '.join(one_of)} is needed")
    return wrong


def _complaint(name: str, rule: Mapping[str, Any], value: Any) -> str | None:
    kinds = frozenset(str(rule.get("type", "string")).split("|"))
    if name in ENCODED and isinstance(value, list | dict | str):
        return None
    if not any(_is_a(kind, value) for kind in kinds):
        return f"must be a {' or '.join(sorted(kinds - {'null'}))}"
    if "enum" in rule and value not in rule["enum"] and name not in OWN_CODE:
        return f"must be one of {', '.join(rule['enum'])}"
    return _size_complaint(rule, value)


def _is_a(kind: str, value: Any) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool) or str(value).lower() in TRUE | FALSE
        case "number" | "integer":
            return not isinstance(value, bool) and str(value).lstrip("-").isdigit()
        case "array":
            return isinstance(value, list) or (isinstance(value, str) and value.startswith("["))
        case "object":
            return isinstance(value, dict) or (isinstance(value, str) and value.startswith("{"))
        case _:
            return False


def _size_complaint(rule: Mapping[str, Any], value: Any) -> str | None:
    if isinstance(value, str | list):
        most = rule.get("maxItems", rule.get("max_items")) if isinstance(value, list) else None
        if most is not None and len(value) > most:
            return f"may have at most {most} items"
    inner = rule.get("items")
    if inner and isinstance(value, list):
        longest = inner.get("maxLength")
        if any(
            not isinstance(item, str) or not item or (longest and len(item) > longest)
            for item in value
        ):
            return f"items must be strings of 1 to {longest} characters"
    if "minimum" in rule and not rule["minimum"] <= int(value) <= rule.get("maximum", int(value)):
        return f"must lie between {rule['minimum']} and {rule.get('maximum', 'any')}"
    return None
