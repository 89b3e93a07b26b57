"""What people thought of answers -> a table or JSON lines, for whoever reviews them."""

from bot import console
from bot.feedback import Case, Feedback
from bot.settings import load
from retrieval.contract import Json, dumps
from retrieval.db import connect, migrate


def feedback(*, as_json: bool) -> None:
    """List every case, the newest first.

    Raises:
        StoreError: the database cannot be used.
    """
    engine = connect(load().url)
    try:
        migrate(engine, "bot")
        cases = Feedback(engine).cases()
    finally:
        engine.dispose()
    if as_json:
        for case in cases:
            console.write(dumps(_json(case)))
        return
    table = console.table("Feedback", "when", "answer", "user", "verdict", "reason", "note")
    for case in cases:
        when = f"{case.at:%Y-%m-%d %H:%M}"
        console.row(
            table, when, case.replay_id, case.user, case.verdict, case.reason or "", case.note
        )
    console.show(table)


def _json(case: Case) -> Json:
    return {
        "replay_id": case.replay_id,
        "user": case.user,
        "channel": case.channel,
        "verdict": case.verdict,
        "reason": case.reason,
        "note": case.note,
        "at": case.at.isoformat(),
    }
