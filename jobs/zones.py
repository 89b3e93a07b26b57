"""A moment and a zone -> how a desk writes it: "Fri 27 Nov 08:45 ET". Knows no clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

DESK_ZONES = {
    "America/New_York": "ET",
    "America/Toronto": "ET",
    "America/Chicago": "CT",
    "America/Denver": "MT",
    "America/Los_Angeles": "PT",
    "Asia/Shanghai": "Shanghai",  # its CST is Chicago's as well
}


def clock_of(moment: datetime, zone: str) -> str:
    """Write the time of day there: "08:45 ET"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {DESK_ZONES.get(zone) or local.tzname()}"


def day_of(day: date) -> str:
    """Write a day: "Fri 27 Nov"."""
    return f"{day:%a} {day.day} {day:%b}"


def moment_of(moment: datetime, zone: str) -> str:
    """Write day and time there: "Fri 27 Nov 08:45 ET"."""
    return f"{day_of(moment.astimezone(ZoneInfo(zone)).date())} {clock_of(moment, zone)}"
