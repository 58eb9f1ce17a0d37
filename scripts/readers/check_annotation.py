"""Exports for annotation tools, held against the text in the unit in which each tool counts.

brat, Label Studio and CoNLL count code points, as Python does; doccano (a program in a browser), WebAnno and
INCEpTION (Java) count UTF-16 code units. UIMA CAS JSON is read by dkpro-cassis, which turns its offsets
into code points by itself. Everything that comes back is imported again and must be what went out.
"""

import json
import subprocess
import sys
from pathlib import Path

from cassis import load_cas_from_json

dabir, corpus, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
records = [json.loads(line) for line in open(corpus, encoding="utf-8")]
by_id = {r["id"]: r for r in records}
OF_TASKS = {"ACT", "TRIGGER", "DEADLINE", "ACTOR"}
TYPES = {"PER", "ROLE", "ORG", "LOC", "DATE", "TIME", "MONEY", "PERCENT", "EVENT"}


def export(name, out):
    path = folder / out
    subprocess.run([dabir, "export", "-q", corpus, "--to", name, "-o", path], check=True)
    return path


def utf16(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def mentions(record):
    return sorted((m["type"], m["text"]) for m in record["mentions"])


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found} instead of {expected}")


# brat
brat = export("brat", "brat")
texts = {p.stem: p.open(encoding="utf-8", newline="").read() for p in brat.glob("*.txt")}
same("brat: documents", sorted(texts.values()), sorted(r["text"] for r in records))
spans = 0
for stem, text in texts.items():
    record = next(r for r in records if r["text"] == text)
    found = []
    for line in (brat / f"{stem}.ann").open(encoding="utf-8", newline="\n"):
        if line.startswith("T"):
            _, place, surface = line.rstrip("\n").split("\t", 2)
            kind, offsets = place.split(" ", 1)
            parts = [text[int(a) : int(b)] for a, b in (o.split() for o in offsets.split(";"))]
            same("brat: surface", surface, " ".join(parts))
            if "\n" in surface:
                sys.exit("brat: a span over a line end")
            spans += 1
            if kind in TYPES:
                found.append((kind, surface))
    same("brat: mentions", sorted(found), sorted((k, t.replace("\n", " ")) for k, t in mentions(record)))

# doccano
for line in export("doccano", "doccano.jsonl").open(encoding="utf-8", newline="\n"):
    line = json.loads(line)
    record = by_id[line["document"]]
    found = [(e["label"], utf16(line["text"], e["start_offset"], e["end_offset"])) for e in line["entities"]]
    same("doccano: mentions", sorted(f for f in found if f[0] in TYPES), mentions(record))
    ids = {e["id"] for e in line["entities"]}
    same("doccano: relations", [r for r in line["relations"] if {r["from_id"], r["to_id"]} - ids], [])

# Label Studio
studio = export("labelstudio", "studio")
for task in json.load((studio / "tasks.json").open(encoding="utf-8")):
    text, record = task["data"]["text"], by_id[task["data"]["document"]]
    found = []
    for region in task["predictions"][0]["result"]:
        if region["type"] == "labels":
            value = region["value"]
            same("Label Studio: surface", text[value["start"] : value["end"]], value["text"])
            found += [(label, value["text"]) for label in value["labels"] if label in TYPES]
    same("Label Studio: mentions", sorted(found), mentions(record))

# CoNLL
tokens, record = 0, None
for line in export("conll", "corpus.conll").open(encoding="utf-8", newline="\n"):
    columns = line.rstrip("\n").split("\t")
    if columns[0] == "-DOCSTART-":
        record = next(r for r in records if "".join(c if c.isprintable() or c == "\u200c" else " " for c in r["id"]) == columns[1]
                      or r["id"] == columns[1])
    elif columns != [""]:
        start, end = map(int, columns[1].split("-"))
        same("CoNLL: token", record["text"][start:end], columns[0])
        tokens += 1

# WebAnno TSV
units = 0
for path in export("webanno", "webanno").glob("*.tsv"):
    lines = path.open(encoding="utf-8", newline="\n").read().split("\n")
    same("WebAnno: header", lines[0], "#FORMAT=WebAnno TSV 3.3")
    rows = [line.split("\t") for line in lines if line[:1].isdigit()]
    candidates = [r["text"] for r in records if all(
        utf16(r["text"], *map(int, row[1].split("-"))) == row[2] for row in rows)]
    if not candidates:
        sys.exit(f"WebAnno: the tokens of {path} stand in no text")
    units += len(rows)

# INCEpTION
entities = 0
for path in export("inception", "inception").glob("*.json"):
    cas = load_cas_from_json(path.open(encoding="utf-8"))
    record = next(r for r in records if r["text"] == cas.sofa_string)
    found = [(e.value, e.get_covered_text()) for e in
             cas.select("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity")]
    missing = [m for m in mentions(record) if m not in found]
    # A mention over the end of a sentence has no place in the format.
    same("INCEpTION: mentions", [m for m in missing if "\n" not in m[1]], [])
    entities += len(found)

# Back again
FIELDS = {
    "doccano": ["id", "format", "meta", "text", "sentences", "mentions", "tasks"],
    "labelstudio": ["id", "format", "meta", "text", "sentences", "mentions", "tasks"],
    "brat": ["text", "sentences", "mentions", "tasks"],
}


def bare(value):
    """Without ids, which are given anew, and without what is not there."""
    if isinstance(value, dict):
        return {k: bare(v) for k, v in value.items() if v is not None and k not in ("id", "entity")}
    return [bare(v) for v in value] if isinstance(value, list) else value


for name, fields in FIELDS.items():
    source = {"doccano": "doccano.jsonl", "labelstudio": "studio", "brat": "brat"}[name]
    back = folder / f"{name}-back.jsonl"
    subprocess.run([dabir, "import", "--from", name, folder / source, "-o", back], check=True)
    returned = [json.loads(line) for line in open(back, encoding="utf-8")]
    same(f"{name}: documents", len(returned), len(records))
    for new in returned:
        old = next(r for r in records if r["text"] == new["text"])
        for field in fields:
            key = lambda e: json.dumps(e, sort_keys=True)
            a, b = bare(old[field]), bare(new[field])
            if field in ("mentions", "sentences"):
                a, b = sorted(a, key=key), sorted(b, key=key)
            same(f"{name}: {field} of {old['id']}", b, a)

print(f"{len(records)} documents: brat ({spans} spans), doccano, Label Studio, CoNLL ({tokens} tokens), WebAnno "
      f"({units} tokens), INCEpTION ({entities} annotations) agree with the texts; brat, doccano and Label Studio come back")
