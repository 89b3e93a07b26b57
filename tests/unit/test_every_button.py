"""Every button, menu and form that Tape listens to is used by a flow test, by its name."""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

from jobs.models import Rendered
from tests.hostile_own import HostileOwn
from tests.registering import recorded
from tests.surfaces import SURFACES

FLOWS = Path(__file__).parents[1] / "flows"
DRAWS = 40  # of each surface: each button stands on one in a few of them
PRESSES = frozenset({"click", "click_view", "press"})
"""How a flow uses a button or a menu: in the fake Slack, or in a browser."""
SENDS = "send"
"""How it sends a form; `tests/house.py` waits for that form and for no other."""

Meant = str | ModuleType
Names = Mapping[str, Sequence[Meant]]
"""What each name of a flow's module may stand for: constants of ours, and modules of them."""


def test_every_button_and_menu_is_pressed_in_a_flow() -> None:
    pressed = {value for tree in _flows() for value in _used(tree, PRESSES)}
    assert [one for one in recorded().actions if one not in pressed] == []


def test_every_form_is_sent_in_a_flow() -> None:
    sent = {value for tree in _flows() for value in _used(tree, {SENDS})}
    assert [one for one in recorded().views if one not in sent] == []


def test_what_is_drawn_is_listened_to_and_what_is_listened_to_is_drawn() -> None:
    drawn, sent = set[str](), set[str]()
    for draw in SURFACES.values():
        make = HostileOwn(7, ())
        for shown in (one for _ in range(DRAWS) for one in draw(make)):
            drawn |= set(_pressable(shown.blocks if isinstance(shown, Rendered) else shown))
            if isinstance(shown, dict) and "submit" in shown:
                sent.add(str(shown["callback_id"]))
    heard = recorded()
    assert drawn == set(heard.actions)
    assert sent == set(heard.views)


def _pressable(node: object) -> Iterator[str]:
    """List the ids that are heard of at once: what a form has in it comes when it is sent."""
    if isinstance(node, dict) and (node.get("type") != "input" or node.get("dispatch_action")):
        yield from [node["action_id"]] if "action_id" in node else []
        for value in node.values():
            yield from _pressable(value)
    elif isinstance(node, list | tuple):
        for item in node:
            yield from _pressable(item)


def _flows() -> Iterator[ast.Module]:
    for path in sorted(FLOWS.glob("test_*.py")):
        yield ast.parse(path.read_text("utf-8"))


def _used(tree: ast.Module, calls: Collection[str]) -> Iterator[Meant]:
    """List what stands as an argument of such calls, as far as it is one of our constants."""
    names = _names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in calls:
            for argument in node.args:
                yield from _values(argument, names)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _names(tree: ast.Module) -> Names:
    """What is imported from `bot`, and what loops over some of that."""
    found: dict[str, list[Meant]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "bot":
            for one in node.names:
                meant = _imported(str(node.module), one.name)
                found[one.asname or one.name] += meant
    for node in ast.walk(tree):
        match node:
            case ast.For(target=ast.Name(id=name), iter=ast.Tuple(elts=listed)):
                found[name] += [value for one in listed for value in _values(one, found)]
    return found


def _imported(module: str, name: str) -> list[Meant]:
    owner = import_module(module)
    found = getattr(owner, name) if hasattr(owner, name) else import_module(f"{module}.{name}")
    return [found] if isinstance(found, Meant) else []


def _values(node: ast.expr, names: Names) -> Sequence[Meant]:
    match node:
        case ast.Constant(value=str() as value):
            return [value]
        case ast.Name(id=name):
            return names.get(name, ())
        case ast.Attribute(value=ast.Name(id=name), attr=inner):
            return [getattr(owner, inner) for owner in names.get(name, ()) if hasattr(owner, inner)]
    return ()
