#!/usr/bin/env python3
"""Makes the documents and gold files of this folder from `source/<part>/<id>.dsm`.

usage: build.py            write all files and the counts of DATASHEET.md
       build.py --check    fail if a committed file is not what the sources give
       build.py --show ID… print the labels of documents with their surfaces, for reading through

The markup is described in README.md. Needs Python 3.9 and nothing else.
"""
import ast
import json
import os
import sys
from collections import Counter
from html.parser import HTMLParser

from markup import CLASSES, KINDS, TYPES, Bad, Builder, Node, escapes, gold, tokens

HERE = os.path.dirname(os.path.abspath(__file__))
PARTS = ("samples", "train", "dev", "test")
OPEN, CLOSE = "\ue000", "\ue001"  # private signs that stand for the braces while a page is read


# ---- formats ------------------------------------------------------------------------------------

def fill_text(b, head, body):
    """Plain text, and minutes, where the lines after the table's heading are rows."""
    table = False
    for line in body:
        is_row = head["format"] == "minutes" and table and "\\t" in line
        table = table or line.startswith(("ردیف\\t", "رديف\\t"))
        b.line(line, is_row)
        b.put("\n")


def fill_news(b, head, body):
    """The header, the line of marked numbers, and the sentences with their numbers."""
    for key in ("categories", "tags"):
        ast.literal_eval(head[key])
    b.put("###".join(head[k] for k in ("name", "title", "url", "categories", "time", "code", "tags")) + "\n")
    if head["marks"] != "missing":
        b.put(head["marks"].replace(",", "@@@") + "\n")
    for number, line in enumerate((x for x in body if x.strip()), 1):
        b.put(f"{number}\t")
        b.line(line)
        b.put("\n")


class Page(HTMLParser):
    """The text of a page: one line for each title, heading, paragraph, list item and table row,
    white space collapsed, the cells of a row separated by tabs."""
    BLOCKS = ("title", "h1", "h2", "h3", "h4", "p", "li", "td", "th")

    def __init__(self, heads):
        super().__init__(convert_charrefs=True)
        self.heads, self.builder, self.skip = heads, Builder(), 0
        self.inside = self.blank = self.first_cell = False
        self.started = False
        self.pending, self.row = [], 0

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style"):
            self.skip += 1
        if tag == "tr":
            self.row, self.first_cell = self.row + 1, True
        if tag in self.BLOCKS:
            if self.inside:
                raise Bad(f"<{tag}> inside of another block")
            if tag in ("td", "th") and not self.first_cell:
                self.builder.put("\t")
            elif self.started:
                self.builder.put("\n")
            self.first_cell = False
            self.started = self.inside = True
            self.blank = self.filled = False
            self.in_row = tag in ("td", "th")
        elif tag == "br" and self.inside:
            self.blank = True

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.skip -= 1
        if tag in self.BLOCKS:
            self.inside = False

    def handle_data(self, data):
        if self.skip or not self.inside:
            if not self.skip and data.strip():
                raise Bad(f"text outside of a block: {data.strip()[:60]}")
            return
        b = self.builder
        for c in data:
            if c == OPEN:
                self.pending.append(Node(next(self.heads), ("row", self.row) if self.in_row else None))
            elif c == CLOSE:
                b.close()
            elif c in " \t\n\r\f":  # U+00A0 is a sign of the text
                self.blank = True
            else:
                if self.blank and self.filled:
                    b.put(" ")
                self.blank, self.filled = False, True
                for n in self.pending:
                    b.open(n)
                self.pending = []
                b.put(c)


def build_html(body):
    heads, raw, marked = [], [], []
    for tok in tokens("\n".join(body) + "\n"):
        if tok[0] == "text":
            raw.append(escapes(tok[1]))
            marked.append(raw[-1])
        elif tok[0] == "open":
            heads.append(tok[1])
            marked.append(OPEN)
        else:
            marked.append(CLOSE)
    page = Page(iter(heads))
    page.feed("".join(marked))
    page.close()
    if page.builder.stack or page.pending:
        raise Bad("a brace is not closed inside of its block")
    return "".join(raw), page.builder


# ---- files --------------------------------------------------------------------------------------

def variants(head, source):
    """The typing variants that a source asks for: they change signs, never labels."""
    for v in head.get("typing", "").split():
        if v == "arabic-letters":
            source = source.replace("ی", "ي").replace("ک", "ك")
        elif v == "no-halfspace":
            source = source.replace("\u200c", "")
        elif v == "space-for-halfspace":
            source = source.replace("\u200c", " ")
        elif v == "nbsp-for-halfspace":
            source = source.replace("\u200c", "\u00a0")
        elif v == "latin-digits":
            source = source.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))
        elif v == "arabic-digits":
            source = source.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"))
        elif v not in ("crlf", "bom"):
            raise Bad(f"unknown typing variant {v}")
    return source


def build(path):
    """A source file → {file name: content}, [(gold, text, head)]."""
    name = os.path.splitext(os.path.basename(path))[0]
    with open(path, encoding="utf-8", newline="") as f:
        top, _, rest = f.read().partition("\n---\n")
    head = dict(line.split(": ", 1) if ": " in line else (line.rstrip(":"), "") for line in top.split("\n"))
    typing = head.get("typing", "").split()
    rest = variants(head, rest)
    for k in ("title", "categories", "tags"):
        head[k] = variants(head, head.get(k, ""))
    body = rest.rstrip("\n").split("\n")
    fmt = head["format"]
    if fmt == "jsonl":
        return build_jsonl(name, head, body)
    if fmt == "html":
        content, b = build_html(body)
    else:
        b = Builder("\r\n" if "crlf" in typing else "\n")
        (fill_news if fmt == "news" else fill_text)(b, head, body)
        content = b.text()
    g = gold(name, b.text(), b.nodes, head.get("date"), head.get("issuer"))
    if "bom" in typing:
        content = "\ufeff" + content
    files = {name + (".html" if fmt == "html" else ".txt"): content, name + ".gold.json": dump(g)}
    return files, [(g, b.text(), head)]


def build_jsonl(name, head, body):
    records, lines, golds, files = [], [], [], {}
    for line in body:
        if line.startswith("=== "):
            records.append((json.loads(line[4:]), []))
        else:
            records[-1][1].append(line)
    for meta, body_lines in records:
        while body_lines and not body_lines[-1]:
            body_lines.pop()
        b = Builder()
        for i, line in enumerate(body_lines):
            if i:
                b.put("\n")
            b.line(line)
        date, issuer = meta.pop("_date", None), meta.pop("_issuer", None)
        lines.append(json.dumps({**meta, "text": b.text()}, ensure_ascii=False))
        g = gold(meta["id"], b.text(), b.nodes, date, issuer)
        golds.append((g, b.text(), head))
        files[meta["id"] + ".gold.json"] = dump(g)
    files[name + ".jsonl"] = "\n".join(lines) + "\n"
    return files, golds


def dump(g):
    """One layer a line: short to read in a diff, and stable."""
    rows = [f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in g.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def show(g, text):
    cut = lambda s: text[s[0]:s[1]] if s else None
    print("=====", g["id"])
    for i, (s, e, c) in enumerate(g["sentences"]):
        print(f"[{i}] {c}: {text[s:e]}")
        print("    ", " | ".join(f"{t}:{text[a:b]}" for t, a, b in g["entities"] if s <= a < e))
        for t in (t for t in g["tasks"] if t["sentence"] == i):
            print("     >", cut(t["text"]), "\n       A", [cut(x) for x in t["assignees"]], "C", [cut(x) for x in t["collaborators"]],
                  "I", cut(t["issuer"]), "D", cut(t["deadline"]), t["deadline_kind"], t["due_jalali"])
    print("  outside:", " | ".join(f"{t}:{text[a:b]}" for t, a, b in g["entities"] if not any(s <= a < e for s, e, _ in g["sentences"])))
    for o in g["officials"]:
        print("  official:", {k: cut(v) for k, v in o.items()})


COUNTS = {
    "documents": lambda g, head: 1,
    "… minutes": lambda g, head: head["format"] == "minutes",
    "… news": lambda g, head: head["format"] == "news",
    "… HTML": lambda g, head: head["format"] == "html",
    "… plain text": lambda g, head: head["format"] == "text",
    "… JSONL records": lambda g, head: head["format"] == "jsonl",
    "sentences": lambda g, head: len(g["sentences"]),
    **{f"… {c}": lambda g, head, c=c: sum(k == c for _, _, k in g["sentences"]) for c in CLASSES},
    "entities": lambda g, head: len(g["entities"]),
    **{f"… {t}": lambda g, head, t=t: sum(k == t for k, _, _ in g["entities"]) for t in TYPES.values()},
    "officials": lambda g, head: len(g["officials"]),
    "… with a name": lambda g, head: sum(o["name"] is not None for o in g["officials"]),
    "tasks": lambda g, head: len(g["tasks"]),
    "… assignees": lambda g, head: sum(len(t["assignees"]) for t in g["tasks"]),
    "… collaborators": lambda g, head: sum(len(t["collaborators"]) for t in g["tasks"]),
    "… issuers": lambda g, head: sum(t["issuer"] is not None for t in g["tasks"]),
    "… deadlines": lambda g, head: sum(t["deadline"] is not None for t in g["tasks"]),
    **{f"… … {k}": lambda g, head, k=k: sum(t["deadline_kind"] == k for t in g["tasks"]) for k in KINDS},
    "… due dates": lambda g, head: sum(t["due_jalali"] is not None for t in g["tasks"]),
}


def datasheet(built):
    """DATASHEET.md with the table of counts between its two marks put in anew."""
    rows = ["| | " + " | ".join(PARTS) + " | train + dev + test |", "|---|" + "---:|" * (len(PARTS) + 1)]
    for name, count in COUNTS.items():
        n = [sum(count(g, head) for g, _, head in built[part]) for part in PARTS]
        rows.append(f"| {name} | " + " | ".join(map(str, n)) + f" | {sum(n[1:])} |")
    with open(os.path.join(HERE, "DATASHEET.md"), encoding="utf-8") as f:
        before, _, rest = f.read().partition("<!-- counts -->\n")
    return before + "<!-- counts -->\n" + "\n".join(rows) + "\n<!-- end of counts -->" + rest.partition("<!-- end of counts -->")[2]


def build_all():
    """All parts: {path: content}, {part: [(gold, text, head)]} and what is wrong with the sources."""
    files, built, wrong, ids = {}, {part: [] for part in PARTS}, [], set()
    for part in PARTS:
        folder = os.path.join(HERE, "source", part)
        for name in sorted(os.listdir(folder)):
            try:
                new, golds = build(os.path.join(folder, name))
            except (Bad, KeyError, ValueError, SyntaxError, StopIteration) as e:
                wrong.append(f"source/{part}/{name}: {type(e).__name__}: {e}")
                continue
            files.update({os.path.join(part, k): v for k, v in new.items()})
            built[part] += golds
            for g, _, _ in golds:
                if g["id"] in ids:
                    wrong.append(f"source/{part}/{name}: the id {g['id']} is used twice")
                ids.add(g["id"])
    files["DATASHEET.md"] = datasheet(built)
    return files, built, wrong


def main():
    mode, wanted = sys.argv[1] if len(sys.argv) > 1 else "--write", sys.argv[2:]
    if mode not in ("--write", "--check", "--show"):
        sys.exit(__doc__)
    files, built, wrong = build_all()
    there = {os.path.join(p, f) for p in PARTS if os.path.isdir(os.path.join(HERE, p)) for f in os.listdir(os.path.join(HERE, p))}
    for name in sorted(there | set(files)):
        path, old = os.path.join(HERE, name), None
        if os.path.exists(path):
            with open(path, encoding="utf-8", newline="") as f:
                old = f.read()
        if mode == "--check" and old != files.get(name):
            wrong.append(f"{name} is not what its source gives: run datasets/build.py")
        elif mode == "--write" and not wrong and old != files.get(name):
            if name not in files:
                os.remove(path)
                continue
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as f:
                f.write(files[name])
    if mode == "--show":
        for g, text, _ in (x for part in PARTS for x in built[part]):
            if not wanted or g["id"] in wanted:
                show(g, text)
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
