#!/usr/bin/env python3
"""Makes the documents and gold files of this folder from `source/<part>/<id>.dsm`.

usage: build.py            write all files
       build.py --check    fail if a committed file is not what the sources give
       build.py --show ID  print a document's labels with their surfaces, for reading through
       build.py --counts   print the counts of the datasheet as JSON

The markup is described in README.md. Needs Python 3.9 and nothing else.
"""
import ast, hashlib, json, os, re, sys
from collections import Counter, defaultdict
from html.parser import HTMLParser

HERE = os.path.dirname(os.path.abspath(__file__))
PARTS = ("samples", "train", "dev", "test")
CLASSES = ("decision", "directive", "plan", "request", "report", "none")
TASK_CLASSES = CLASSES[:4]
TYPES = {"P": "PER", "R": "ROLE", "O": "ORG", "L": "LOC"}
KINDS = ("date", "duration", "event", "recurring", "immediate", "vague")
OPEN, CLOSE = "\ue000", "\ue001"  # private signs that stand for the braces while a page is read


class Bad(Exception):
    """A mistake in a source file."""


# ---- calendar -----------------------------------------------------------------------------------

def month_length(year, month):
    """Days of a Jalali month, by the 33-year rule, which holds for 1244 to 1472."""
    if month <= 6:
        return 31
    return 30 if month < 12 or year % 33 in (1, 5, 9, 13, 17, 22, 26, 30) else 29


def add(date, amount, unit):
    """A Jalali date some days, weeks, months or years later; the day is cut to the month's length."""
    y, m, d = map(int, date.split("-"))
    if unit in "my":
        m += amount * (12 if unit == "y" else 1)
        y, m = y + (m - 1) // 12, (m - 1) % 12 + 1
        d = min(d, month_length(y, m))
    else:
        d += amount * (7 if unit == "w" else 1)
        while d > month_length(y, m):
            d -= month_length(y, m)
            y, m = (y, m + 1) if m < 12 else (y + 1, 1)
    return f"{y:04}-{m:02}-{d:02}"


# ---- markup -------------------------------------------------------------------------------------

class Node:
    """A marked stretch of a text: its keys, its place, the table row and the sentence it lies in."""

    def __init__(self, head, scope):
        self.keys, self.scope = head.split(), scope
        self.start = self.end = self.sentence = None

    @property
    def cls(self):
        return next((k for k in self.keys if k in CLASSES), None)


def escapes(s):
    return s.replace("\\t", "\t").replace("\\n", "\n").replace("\\_", "\u00a0")


def tokens(source):
    """Cuts marked-up text into ('open', head), ('close',) and ('text', …)."""
    for part in re.split(r"(\\[{}]|\{[^{}|\n]*\||\})", source):
        if part in ("\\{", "\\}"):
            yield "text", part[1]
        elif part == "}":
            yield ("close",)
        elif part.startswith("{") and part.endswith("|"):
            yield "open", part[1:-1]
        elif part:
            yield "text", part


class Builder:
    """Collects the plain text and the nodes of one document."""

    def __init__(self):
        self.out, self.length, self.stack, self.nodes, self.lines = [], 0, [], [], 0

    def put(self, s):
        self.out.append(s)
        self.length += len(s)

    def line(self, source, is_row=False):
        """One line of a source; a row's tasks are bound to all cells of the row."""
        self.lines += 1
        for tok in tokens(source):
            if tok[0] == "text":
                self.put(escapes(tok[1]))
            elif tok[0] == "open":
                self.open(Node(tok[1], ("row", self.lines) if is_row else None))
            else:
                self.close()
        if self.stack:
            raise Bad(f"open brace in: {source[:80]}")

    def open(self, node):
        node.start = self.length
        if node.cls:
            node.sentence = node
        elif self.stack:
            node.sentence = self.stack[-1].sentence
        self.stack.append(node)
        self.nodes.append(node)

    def close(self):
        if not self.stack:
            raise Bad("brace closed that was not opened")
        self.stack.pop().end = self.length

    def text(self):
        return "".join(self.out)


# ---- from nodes to gold -------------------------------------------------------------------------

def gold(doc_id, text, nodes, date, default_issuer):
    sentences = sorted((n for n in nodes if n.cls), key=lambda n: n.start)
    index = {id(n): i for i, n in enumerate(sentences)}
    span = lambda n: [n.start, n.end]
    entities, officials, labels = [], defaultdict(dict), {}
    for n in nodes:
        kind = next((k for k in n.keys if k in TYPES), None)
        if kind:
            entities.append([TYPES[kind], n.start, n.end])
        for k in n.keys:
            if k.startswith("*"):
                part = {"P": "name", "R": "role", "O": "organization"}[kind]
                for number in k[1:].split(","):
                    officials[int(number)].setdefault(part, span(n))
            elif k.startswith("#"):
                if k in labels:
                    raise Bad(f"label {k} given twice")
                labels[k] = span(n)

    def target(name):
        if name.startswith("*"):
            who = officials[int(name[1:])]
            return who.get("name") or who["role"]
        return labels[name]

    scopes = defaultdict(list)
    for n in nodes:
        scope = n.scope or ("sentence", id(n.sentence))
        for k in n.keys:
            if re.fullmatch(r"t\d?", k):
                scopes[scope].append((n, int(k[1:] or 0)))
    tasks = []
    for scope, texts in scopes.items():
        for n, number in texts:
            if n.sentence is None or n.sentence.cls not in TASK_CLASSES:
                raise Bad(f"task outside of a task sentence: {text[n.start:n.end]}")
            t = {"sentence": index[id(n.sentence)], "text": span(n), "assignees": [], "collaborators": [],
                 "issuer": None, "deadline": None, "due_jalali": None, "deadline_kind": None}
            for m in nodes:
                if (m.scope or ("sentence", id(m.sentence))) != scope:
                    continue
                for k in m.keys:
                    if "=" in k and re.match(r"[aci]=", k):
                        if m is n:
                            fill(t, k[0], [target(x) for x in k[2:].split(",")])
                        continue
                    f = re.fullmatch(r"([acid])(\d*)(?::(\w+?)(?:([+=])([\w-]+))?)?", k)
                    if not f or (f[2] and str(number) not in f[2]):
                        continue
                    if f[1] == "d":
                        if f[3] not in KINDS:
                            raise Bad(f"kind of deadline in {k}")
                        t["deadline"], t["deadline_kind"] = span(m), f[3]
                        if f[4] == "=":
                            t["due_jalali"] = f[5]
                        elif f[4] == "+":
                            t["due_jalali"] = add(date, int(f[5][:-1]), f[5][-1])
                    else:
                        fill(t, f[1], [span(m)])
            if scope[0] == "row" and t["issuer"] is None and default_issuer:
                t["issuer"] = target(default_issuer)
            tasks.append(t)
    tasks.sort(key=lambda t: t["text"])
    people = [{k: officials[i].get(k) for k in ("name", "role", "organization")} for i in sorted(officials)]
    record = {"id": doc_id, "sha256": hashlib.sha256(text.encode()).hexdigest(),
              "sentences": [[n.start, n.end, n.cls] for n in sentences],
              "entities": sorted(entities, key=lambda e: (e[1], -e[2], e[0])),
              "officials": people, "tasks": tasks}
    check(record, text, nodes)
    return record


def fill(task, key, spans):
    if key == "i":
        task["issuer"] = spans[0]
    else:
        task["assignees" if key == "a" else "collaborators"] += spans


def check(g, text, nodes):
    """What every gold file must hold to; a mistake names the stretch of text."""
    known = re.compile(r"[PROL]|\*[\d,]+|#\w+|t\d?|[aci]\d*|[aci]=[*#,\w]+|d\d*:\w+([+=][\w-]+)?|" + "|".join(CLASSES))
    for n in nodes:
        surface = text[n.start:n.end]
        for k in n.keys:
            if not known.fullmatch(k):
                raise Bad(f"unknown key {k} on «{surface}»")
        if not surface or surface != surface.strip() or surface.strip("\u200c\u00a0") != surface:
            raise Bad(f"span with a blank end: «{surface}»")
    for (s1, e1, _), (s2, _, _) in zip(g["sentences"], g["sentences"][1:]):
        if s2 < e1:
            raise Bad(f"sentences overlap at «{text[s2:s2 + 40]}»")
    for t in g["tasks"]:
        d = t["deadline"]
        if d and re.match(r"(تا|ظرف|طی|طي|از|حداکثر|حداكثر|برای)[ \u00a0]", text[d[0]:d[1]]):
            raise Bad(f"preposition in the deadline «{text[d[0]:d[1]]}»")
    with_task = {t["sentence"] for t in g["tasks"]}
    for i, (s, e, c) in enumerate(g["sentences"]):
        if (c in TASK_CLASSES) != (i in with_task):
            raise Bad(f"{c} sentence and tasks do not agree: «{text[s:e]}»")
    spans = {(s, e) for _, s, e in g["entities"]}
    for o in g["officials"]:
        if not o["role"] and not (o["name"] and o["organization"]):
            raise Bad(f"official without role: {o}")
        for v in o.values():
            if v and tuple(v) not in spans:
                raise Bad("official's span is no entity")
    if len(spans) != len(g["entities"]):
        raise Bad("two entities on one span")
    for kind, s, e in g["entities"]:
        for outer, s2, e2 in g["entities"]:
            if (s2 <= s and e <= e2) and (s, e) != (s2, e2) and not (outer == "ROLE" and kind in ("ORG", "LOC")):
                raise Bad(f"{kind} «{text[s:e]}» inside {outer} «{text[s2:e2]}»")


# ---- formats ------------------------------------------------------------------------------------

def build_text(head, body):
    b = Builder()
    table = False
    for line in body:
        is_row = head["format"] == "minutes" and table and "\\t" in line
        table = table or line.startswith(("ردیف\\t", "رديف\\t"))
        b.line(line, is_row)
        b.put("\n")
    return b


def build_news(head, body):
    b = Builder()
    for key in ("categories", "tags"):
        ast.literal_eval(head[key])
    b.put("###".join(head[k] for k in ("name", "title", "url", "categories", "time", "code", "tags")) + "\n")
    if head["marks"] != "missing":
        b.put(head["marks"].replace(",", "@@@") + "\n")
    for number, line in enumerate((x for x in body if x.strip()), 1):
        b.put(f"{number}\t")
        b.line(line)
        b.put("\n")
    return b


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
        if "crlf" in typing:
            b = crlf(head, body)
        else:
            b = build_news(head, body) if fmt == "news" else build_text(head, body)
        content = b.text()
    g = gold(name, b.text(), b.nodes, head.get("date"), head.get("issuer"))
    if "bom" in typing:
        content = "\ufeff" + content
    files = {name + (".html" if fmt == "html" else ".txt"): content, name + ".gold.json": dump(g)}
    return files, [(g, b.text(), head)]


def crlf(head, body):
    """Builds with line ends of two signs, so that the offsets count both."""
    put = Builder.put
    Builder.put = lambda self, s: put(self, s.replace("\n", "\r\n"))
    try:
        return build_news(head, body) if head["format"] == "news" else build_text(head, body)
    finally:
        Builder.put = put


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


def counts(built):
    c = Counter()
    for g, _, head in built:
        c["documents"] += 1
        c["documents " + head["format"]] += 1
        for key in ("sentences", "tasks", "officials", "entities"):
            c[key] += len(g[key])
        for _, _, k in g["sentences"]:
            c["class " + k] += 1
        for k, _, _ in g["entities"]:
            c["entity " + k] += 1
        for t in g["tasks"]:
            for key in ("assignees", "collaborators"):
                c[key] += len(t[key])
            c["issuers"] += t["issuer"] is not None
            c["deadlines"] += t["deadline"] is not None
            c["due dates"] += t["due_jalali"] is not None
            if t["deadline_kind"]:
                c["deadline " + t["deadline_kind"]] += 1
    return dict(sorted(c.items()))


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else "--write"
    bad, tally, ids = 0, {}, set()
    for part in PARTS:
        files, built = {}, []
        folder = os.path.join(HERE, "source", part)
        for f in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            try:
                new, golds = build(os.path.join(folder, f))
            except (Bad, KeyError, ValueError, SyntaxError, StopIteration) as e:
                print(f"{part}/{f}: {type(e).__name__} {e}", file=sys.stderr)
                bad += 1
                continue
            files.update(new)
            built += golds
            for g, text, _ in golds:
                if g["id"] in ids:
                    print(f"{part}/{f}: the id {g['id']} is used twice", file=sys.stderr)
                    bad += 1
                ids.add(g["id"])
                if mode == "--show" and (len(sys.argv) < 3 or g["id"] in sys.argv[2:]):
                    show(g, text)
        tally[part] = counts(built)
        out = os.path.join(HERE, part)
        os.makedirs(out, exist_ok=True)
        there = set(os.listdir(out)) - {"README.md"}
        for name in sorted(there | set(files)):
            path = os.path.join(out, name)
            old = open(path, encoding="utf-8", newline="").read() if name in there else None
            if mode == "--check" and old != files.get(name):
                print(f"{part}/{name} is not what its source gives: run build.py", file=sys.stderr)
                bad += 1
            elif mode == "--write":
                if name not in files:
                    os.remove(path)
                elif old != files[name]:
                    with open(path, "w", encoding="utf-8", newline="") as f:
                        f.write(files[name])
    if mode == "--counts":
        print(json.dumps(tally, indent=1, ensure_ascii=False))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
