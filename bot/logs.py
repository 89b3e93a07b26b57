"""What happens -> log lines: events with ids and lengths, never texts, tokens or variables."""

import io
import logging
import traceback
from typing import TextIO

import structlog
from structlog.typing import ExcInfo


def log_to(stream: TextIO, level_name: str) -> None:
    """Write the events of a level and above to a stream, those of libraries from warnings on."""
    level = logging.getLevelNamesMapping()[level_name.upper()]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Bare("%(asctime)s [%(levelname)s] %(name)s: %(message)s"))
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=_without_values),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
    )


class _Bare(logging.Formatter):
    """Formats what libraries log of a failure as we do our own: the clock's of a job, say."""

    def formatException(self, failure: ExcInfo) -> str:  # type: ignore[override]  # noqa: N802
        """Write it without values."""
        written = io.StringIO()
        _without_values(written, failure)
        return written.getvalue().strip()


def _without_values(stream: TextIO, failure: ExcInfo) -> None:
    """Write where a mistake of ours lies, and nothing of what was in hand.

    structlog would write variables, and an error's words may be an article's.
    """
    kind, _, trace = failure
    stream.write("\n" + "".join(traceback.format_tb(trace)) + kind.__name__)
