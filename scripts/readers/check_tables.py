"""Tables and the calendar: CSV (Python's csv), Parquet (pyarrow), SQLite (sqlite3) and iCalendar (icalendar)
hold the same rows, and the places in them are places in the text."""

import csv
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as parquet
from icalendar import Calendar

dabir, corpus, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
records = [json.loads(line) for line in open(corpus, encoding="utf-8")]
TABLES = ["documents", "sentences", "mentions", "officials", "organizations", "tasks", "task_actors"]


def export(name, out, *options):
    path = folder / out
    subprocess.run([dabir, "export", "-q", corpus, "--to", name, "-o", path, *options], check=True)
    return path


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found} instead of {expected}")


export("csv", "csv")
export("xlsx-csv", "sheets")
export("parquet", "parquet")
database = sqlite3.connect(export("sqlite", "corpus.sqlite"))
csv.field_size_limit(1 << 30)
rows = 0
for table in TABLES:
    with (folder / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        plain = list(csv.DictReader(file))
    with (folder / "sheets" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        sheet = list(csv.DictReader(file))
    columns = parquet.read_table(folder / "parquet" / f"{table}.parquet").to_pylist()
    same(f"{table}: rows", [len(sheet), len(columns)], [len(plain)] * 2)
    (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
    same(f"{table}: rows in SQLite", count, len(plain))
    for a, b, c in zip(plain, sheet, columns):
        same(f"{table}: columns", list(a), list(c))
        for name, value in c.items():
            written = "" if value is None else str(value).lower() if isinstance(value, bool) else value
            if isinstance(written, str):
                same(f"{table}.{name}", a[name], written)
                same(f"{table}.{name} for spreadsheets", b[name].removeprefix("'"), written.removeprefix("'"))
                if b[name].lstrip("\u200f\u200e\ufeff\u200c").startswith(("=", "+", "@")):
                    sys.exit(f"{table}.{name}: a formula: {b[name]}")
            else:
                same(f"{table}.{name}", float(a[name]), float(written))
    rows += count

sql = """SELECT count(*) FROM mentions AS m JOIN documents AS d USING (document)
         WHERE substr(d.text, m.start_char + 1, m.end_char - m.start_char) <> m.text"""
same("SQLite: mentions that do not stand in the text", database.execute(sql).fetchone()[0], 0)
same("SQLite: foreign keys", database.execute("PRAGMA foreign_key_check").fetchall(), [])
same("SQLite: integrity", database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
same("SQLite: open tasks", database.execute("SELECT count(*) FROM open_tasks").fetchone()[0],
     sum(len(r["tasks"]) for r in records))

due = {t["deadline"]["due"] for r in records for t in r["tasks"] if t["deadline"] and t["deadline"]["due"]}
path = export("ics", "tasks.ics", "--all")
content = path.read_bytes()
if any(len(line) > 75 for line in content.split(b"\r\n")):
    sys.exit("iCalendar: a line of more than 75 octets")
for line in content.split(b"\r\n"):
    line.decode("utf-8")  # folded between characters only
calendar = Calendar.from_ical(content)
todos = calendar.walk("VTODO")
same("iCalendar: errors", [e for t in todos for e in t.errors], [])
same("iCalendar: to-dos", len(todos),
     sum(1 for r in records for t in r["tasks"] if t["deadline"] and t["deadline"]["due"]))
same("iCalendar: days", {t["DUE"].dt.isoformat() for t in todos}, due)
same("iCalendar: identities", len({str(t["UID"]) for t in todos}), len(todos))
acts = {" ".join(t["text"].split()) for r in records for t in r["tasks"]}
clean = lambda text: "".join(c for c in text if c.isprintable() or c in "\u200c\u200d\u200f\u200e")
for todo in todos:
    summary = str(todo["SUMMARY"])
    if not any(summary.endswith(clean(act)) for act in acts):
        sys.exit(f"iCalendar: {summary} is no act")
print(f"{rows} rows are the same in CSV, Parquet and SQLite; {len(todos)} to-dos were read")
