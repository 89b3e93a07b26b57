"""The note about a post that is missing: what people see of it, and that nothing in it is live."""

# ruff: noqa: E501  a snapshot shows a message's lines as they are

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.blocks.limits import problems
from bot.blocks.unposted import unposted_message
from jobs.models import Ended

DAY = date(2026, 11, 27)
LIVE = re.compile(r"<(?!#[CG][A-Z0-9]+>)[@!#h]")


def lines(kind: str, recipient: str, end: Ended, reason: str) -> str:
    return str(unposted_message(kind, recipient, DAY, end, reason).blocks[0]["text"]["text"])


def test_each_end_says_what_happened_and_what_to_do() -> None:
    assert [
        lines("digest", "C1", "failed", "not_in_channel"),
        lines("digest", "C1", "failed", "posting_to_general_channel_denied"),
        lines("alert", "D1", "late", "its time was over"),
        lines("weekly", "C1", "unknown", "5 tries without a clear outcome"),
    ] == snapshot(
        [
            "The brief of Fri 27 Nov 2026 was not posted in <#C1>. Tape is not in the channel. Ask a member to type /invite @Tape there. What it would have told comes with the next one that arrives.",
            "The brief of Fri 27 Nov 2026 was not posted in <#C1>. Slack refused it (posting_to_general_channel_denied). What it would have told comes with the next one that arrives.",
            "The alert of Fri 27 Nov 2026 was not posted to you. Slack or Tape could not be reached until its time was over. Alerts are listed, with what they say, under /tape alerts.",
            "The message of Fri 27 Nov 2026 may be missing in <#C1>. Slack did not say whether it took it, and Tape could not see for itself. Please look. Tape does not post it again, so that it is not there twice.",
        ]
    )


@pytest.mark.parametrize("end", ["failed", "unknown", "late"])
@given(recipient=st.one_of(st.just("C1"), st.text(max_size=300)), reason=st.text(max_size=5_000))
def test_nothing_that_we_did_not_write_is_live_and_the_note_keeps_slacks_limits(
    end: Ended, recipient: str, reason: str
) -> None:
    message = unposted_message("digest", recipient, DAY, end, reason)
    assert problems(list(message.blocks)) == ()
    assert not LIVE.search(str(message.blocks[0]["text"]["text"]))
    assert not re.search(r"<[@!#h]", message.text)
    assert "Not investment advice · id n-" in message.text
