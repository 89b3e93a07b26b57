"""`tape alerts` as other programs use it, and `tape ingest` beside a running Tape."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jobs.alerts.state import Alerts
from jobs.state import State
from retrieval.db import connect, migrate
from tests.alerts import rule
from tests.typed import tape

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><item>
<title>Order falls through</title><guid>one</guid><link>https://news.example.com/one</link>
<pubDate>{when}</pubDate>
<description>Nvidia suffers because its order for chips falls through.</description>
</item></channel></rss>"""


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_is_ingested_on_the_command_line_is_held_against_the_rules(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    engine = connect(f"sqlite:///{tmp_path}/tape.db")
    migrate(engine, "retrieval.store", "jobs")
    Alerts(engine).keep(
        rule(threshold=0.2, personal=False, recipient="C1"), now - timedelta(hours=1)
    )
    feed = tmp_path / "feed.xml"
    feed.write_text(FEED.format(when=format_datetime(now - timedelta(minutes=2))))
    assert tape(tmp_path, "ingest", str(feed)).returncode == 0
    assert State(engine).counts() == {"new": 1}

    (listed,) = lines(tape(tmp_path, "alerts", "list", "--json"))
    assert (listed["sentence"], listed["outcomes"]) == ("NVDA: score >= 0.2", {"fired": 1})
    (explained,) = lines(tape(tmp_path, "alerts", "explain", "r1", "NVDA", "--json"))
    assert (explained["outcome"], explained["kept"], explained["same"]) == ("fired", True, True)
    assert {check["name"] for check in explained["checks"]} >= {"score", "fresh", "hourly cap"}
    (tried,) = lines(tape(tmp_path, "alerts", "dry-run", "r1", "--json"))
    assert [trace["outcome"] for trace in tried["told"]] == ["fired"]
    plain = tape(tmp_path, "alerts", "explain", "r1", "https://news.example.com/one").stdout
    assert "NVDA: score >= 0.2: fired" in " ".join(plain.split())
    unknown = tape(tmp_path, "alerts", "explain", "r9", "NVDA")
    assert (unknown.returncode, unknown.stderr.strip()) == (
        2,
        "r9: There is no such alert rule. `tape alerts list` and the Home tab of Tape show them.",
    )
    engine.dispose()
