"""Reads a day, perhaps with an hour, in every way that offices write it and spreadsheets save it.

The day always stands before the month, as in Vietnamese papers. Nothing here knows which days are
allowed: a day in the far future is read too.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.domain.late_pattern import LatePattern
from shared.domain.vietnamese import DASHES, fold, one_line

_YEARS = range(2000, 2101)
_ISO = r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
_LOCAL = r"(?P<d>\d{1,2}) ?[-/.] ?(?P<m>\d{1,2}) ?[-/.] ?(?P<y>\d{4}|\d\d)"
_WORDS = r"(?P<d>\d{1,2}) thang (?P<m>\d{1,2}),? nam (?P<y>\d{4})"
# How an English spreadsheet shows a day that was typed into it: 5-Nov-26.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = rf"(?P<d>\d{{1,2}})[- ](?P<m>{'|'.join(_MONTHS)})[- ](?P<y>\d{{4}}|\d\d)"
# "Thứ Năm, ngày 5": the day of the week adds nothing.
_BEFORE = r"(?:(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|t[2-7]|cn),? )?(?:ngay:? )?"
_DAYS = (_ISO, *(_BEFORE + day for day in (_LOCAL, _WORDS, _ENGLISH)))
_HOUR = (
    r"(?P<h>\d{1,2}) ?(?:[:hg]|gio) ?(?:(?P<min>\d\d)(?: ?phut|p)?(?::\d\d(?:[.,]\d+)?)?)?"
    r"(?: ?(?P<half>am|pm|sa|ch|sang|chieu|toi))?"
)
_ALONE = tuple(LatePattern(day, re.ASCII) for day in _DAYS)
_WITH_HOUR = tuple(
    LatePattern(form, re.ASCII)
    for day in _DAYS
    for form in (rf"{day}(?: ?t ?|,? (?:luc |- )?){_HOUR}", rf"(?:luc )?{_HOUR},? {day}")
)
_ABROAD = LatePattern(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
# A day as spreadsheets count, from 30 December 1899, with the hours as a fraction.
_COUNTED = LatePattern(r"\d{5}(?:[.,]\d+)?", re.ASCII)
SPREADSHEET_DAY_ZERO = date(1899, 12, 30)
_OTHER_DASHES = LatePattern(f"[{DASHES}]")


def read_day(text: str) -> date | None:
    """Return the day of 05/11/2026, 5-11-2026, 5.11.26 or 2026-11-05; None if it is not a day of
    our times (2000 to 2100)."""
    plain = _plain(text)
    found = next((read for form in _ALONE if (read := form.fullmatch(plain))), None)
    return _day(found.groupdict()) if found else None


def read_moment(
    text: str, zone: ZoneInfo, first: date = SPREADSHEET_DAY_ZERO
) -> tuple[date, time | None] | None:
    """Return the day, and the hour to the minute if there is one. Reads all forms of `read_day`, a
    spreadsheet's number (46331.38), which counts from `first`, and RFC 3339. Midnight counts as no
    hour, because spreadsheets save a day without an hour so."""
    plain = one_line(text)
    if _ABROAD.fullmatch(plain):
        return _parts(_of_iso(plain, zone))
    if _COUNTED.fullmatch(plain):
        counted = timedelta(days=float(plain.replace(",", ".")))
        return _parts(datetime.combine(first, time()) + counted)
    plain = _plain(plain)
    day = read_day(plain)
    if day is not None:
        return day, None
    found = next((read for form in _WITH_HOUR if (read := form.fullmatch(plain))), None)
    return _with_hour(found.groupdict()) if found else None


def _plain(text: str) -> str:
    return _OTHER_DASHES.sub("-", fold(one_line(text)))


def _of_iso(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def _parts(moment: datetime | None) -> tuple[date, time | None] | None:
    if moment is None or moment.year not in _YEARS:
        return None
    # Spreadsheets keep hours as fractions: 09:12 may be a tiny bit before itself.
    moment += timedelta(milliseconds=500)
    hour = time(moment.hour, moment.minute)
    return moment.date(), hour if hour != time() else None


def _with_hour(said: Mapping[str, str | None]) -> tuple[date, time | None] | None:
    day, hour, minute = _day(said), int(said["h"] or 0), int(said["min"] or 0)
    if said["half"] in ("pm", "ch", "chieu", "toi") and hour < 12:
        hour += 12
    elif said["half"] in ("am", "sa", "sang") and hour == 12:
        hour = 0
    is_midnight_or_noon = said["half"] == "toi" and hour == 12
    if day is None or is_midnight_or_noon or hour > 23 or minute > 59:
        return None
    return day, time(hour, minute) if hour or minute else None


def _day(said: Mapping[str, str | None]) -> date | None:
    written = said["m"] or ""
    month = _MONTHS.index(written) + 1 if written in _MONTHS else int(written)
    year, day = said["y"] or "", int(said["d"] or 0)
    try:
        # 0026 is no 26: it stands in a browser's field while somebody is still typing the year.
        found = date(int(f"20{year}" if len(year) == 2 else year), month, day)
    except ValueError:
        return None
    return found if found.year in _YEARS else None
