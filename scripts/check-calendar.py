#!/usr/bin/env python3
"""Compare the calendar's test table, and its arithmetic, with calendars that are not ours.

    python3 -m venv .venv && .venv/bin/pip install jdatetime persiantools hijridate
    .venv/bin/python scripts/check-calendar.py

Reads tests/data/time-expressions.tsv. Every due date's Jalali and Gregorian forms must name one day
by jdatetime and by persiantools; a lunar date must be the same day by hijridate (Umm al-Qura).
Lengths of time written in digits or simple words are counted out again with jdatetime alone.
Exit status 1 if anything differs.
"""

import datetime
import pathlib
import re
import sys

import jdatetime
from hijridate import Hijri
from persiantools.jdatetime import JalaliDate

TABLE = pathlib.Path(__file__).parent.parent / "tests" / "data" / "time-expressions.tsv"
NUMBERS = {"یک": 1, "دو": 2, "سه": 3, "پنج": 5}
UNITS = {"ساعت": "hours", "روز": "days", "هفته": "weeks", "ماه": "months", "سال": "years"}
DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


def parts(text):
    return tuple(int(part) for part in text.split("-"))


def length_of(year, month):
    if month == 12:
        return 30 if jdatetime.date(year, 1, 1).isleap() else 29
    return 31 if month <= 6 else 30


def add(base, amount, unit):
    """The day `amount` units after `base`, with months cut at their ends."""
    if unit in ("months", "years"):
        count = base.year * 12 + base.month - 1 + amount * (12 if unit == "years" else 1)
        year, month = count // 12, count % 12 + 1
        return jdatetime.date(year, month, min(base.day, length_of(year, month)))
    days = {"hours": -(-amount // 24), "days": amount, "weeks": 7 * amount}[unit]
    return base + datetime.timedelta(days=days)


def simple_length(surface):
    """Amount and unit of «دو هفته», «۹۰ روز», «3 ماه آینده»; None for anything less simple."""
    found = re.fullmatch(r"(\S+) (\S+?)(?: (?:آینده|دیگر))?", surface.translate(DIGITS))
    if not found or found[2] not in UNITS:
        return None
    amount = NUMBERS.get(found[1]) or (int(found[1]) if found[1].isdigit() else None)
    return amount and (amount, UNITS[found[2]])


def main():
    wrong, pairs, lunar, lengths, rows = [], 0, 0, 0, 0
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        _mode, text, base, surface, _kind, due_jalali, due, due_lunar = line.split("\t")
        rows += 1
        if due == "-":
            continue
        day = datetime.date(*parts(due))
        pairs += 1
        if jdatetime.date(*parts(due_jalali)).togregorian() != day:
            wrong.append(f"{text}: jdatetime has {due_jalali} on another day than {due}")
        if JalaliDate(*parts(due_jalali)).to_gregorian() != day:
            wrong.append(f"{text}: persiantools has {due_jalali} on another day than {due}")
        if due_lunar != "-":
            lunar += 1
            other = Hijri(*parts(due_lunar)).to_gregorian()
            if (other.year, other.month, other.day) != (day.year, day.month, day.day):
                wrong.append(f"{text}: hijridate has {due_lunar} on {other}, not on {due}")
        if base != "-" and (length := simple_length(surface)):
            lengths += 1
            expected = add(jdatetime.date(*parts(base)), *length)
            if parts(due_jalali) != (expected.year, expected.month, expected.day):
                wrong.append(f"{text} from {base}: {expected} by jdatetime, {due_jalali} in the table")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{rows} rows: {pairs} pairs of dates, {lunar} lunar dates, {lengths} lengths counted out again;"
          f" {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
