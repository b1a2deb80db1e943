"""Dates and times of RFC 3339, checked without making one: years, leap days, leap seconds, offsets."""

from __future__ import annotations

import re

_DATE_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2})))?"
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2
_LAST_HOUR, _LAST_MINUTE, _LAST_SECOND = 23, 59, 59
_MINUTES_A_DAY = 24 * 60


def is_date(text: str) -> bool:
    """Whether a text is a `full-date` or a `date-time` (RFC 3339, 5.6); a space may stand for the `T`."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return False
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if not 1 <= month <= len(_DAYS) or not 1 <= day <= _days(year, month):
        return False
    return match[4] is None or _is_time(match)


def _days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == _FEBRUARY and leap else _DAYS[month - 1]


def _is_time(match: re.Match[str]) -> bool:
    hour, minute, second = int(match[4]), int(match[5]), int(match[6])
    offset_hour, offset_minute = int(match[8] or 0), int(match[9] or 0)
    if max(hour, offset_hour) > _LAST_HOUR or max(minute, offset_minute) > _LAST_MINUTE:
        return False
    if second <= _LAST_SECOND:
        return True
    # A leap second is the last of a day in UTC (RFC 3339, 5.7).
    offset = (offset_hour * 60 + offset_minute) * (-1 if match[7] == "-" else 1)
    return second == _LAST_SECOND + 1 and (hour * 60 + minute - offset) % _MINUTES_A_DAY == _MINUTES_A_DAY - 1
