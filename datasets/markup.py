"""The markup of `source/*/*.dsm`, and how it becomes a gold record. README.md describes it."""
import hashlib
import re
from collections import defaultdict

CLASSES = ("decision", "directive", "plan", "request", "report", "none")
TASK_CLASSES = CLASSES[:4]
TYPES = {"P": "PER", "R": "ROLE", "O": "ORG", "L": "LOC"}
KINDS = ("date", "duration", "event", "recurring", "immediate", "vague")


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

    def __init__(self, newline="\n"):
        self.newline = newline
        self.out, self.length, self.stack, self.nodes, self.lines = [], 0, [], [], 0

    def put(self, s):
        s = s.replace("\n", self.newline)
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
