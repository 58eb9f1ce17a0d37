"""Text to labelled subword sequences, for every corpus, in one place.

Exists because training and inference must cut text in exactly the same way: `words()` below is the
definition that the Rust side repeats. Everything else turns a corpus into `Item`s: one sentence, its
words, and for each head that the corpus can teach one label per word.
"""

import hashlib
import json
import lzma
import os
import random
import unicodedata

from safetensors.torch import load_file
from tokenizers import Tokenizer

from common import BOS, CLASSES, EOS, HEADS, TASK_CLASSES, UNK

ZWNJ = "\u200c"
LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "أ": "ا", "إ": "ا", "ؤ": "و"})
MAX_WINDOW = 256  # subwords of one training sequence, <s> and </s> included


# --- the pre-tokenizer ------------------------------------------------------------------------------------

def is_inner(c):
    """A character that can stand inside a word."""
    return c == "_" or c == ZWNJ or unicodedata.category(c)[0] in "LM" or unicodedata.category(c) == "Nd"


def is_gap(c):
    """A character that belongs to no word: white space, controls and invisible marks (not ZWNJ).

    U+00A0 is a gap too, though old agency text uses it as a half-space as often as for a space: the subword
    tokenizer reads a half-space as a space, so the input ids are the same, and no name is glued to its neighbour.
    """
    return c.isspace() or unicodedata.category(c) in ("Cc", "Cf")


def fold(text):
    """Map letters one to one, so that offsets stay."""
    return text.translate(LETTERS)


def words(text):
    """Cut text in words: `(start, end, surface)`, offsets in code points, surface folded.

    A word is a maximal run of letters, marks, digits, `_` and ZWNJ, without ZWNJ at its ends; every other
    character that is not a gap is a word of its own.
    """
    text, out, i = fold(text), [], 0
    while i < len(text):
        if is_inner(text[i]):
            j = i
            while j < len(text) and is_inner(text[j]):
                j += 1
            start, end = i, j
            while start < end and text[start] == ZWNJ:
                start += 1
            while end > start and text[end - 1] == ZWNJ:
                end -= 1
            if end > start:
                out.append((start, end, text[start:end]))
            i = j
        else:
            if not is_gap(text[i]):
                out.append((i, i + 1, text[i]))
            i += 1
    return out


class Subwords:
    """The subword tokenizer applied to single words, with a cache."""

    def __init__(self, path):
        self.tokenizer, self.cache = Tokenizer.from_file(path), {}

    def __call__(self, word):
        ids = self.cache.get(word)
        if ids is None:
            ids = self.cache[word] = self.tokenizer.encode(word, add_special_tokens=False).ids or [UNK]
        return ids

    @property
    def vocab(self):
        return self.tokenizer.get_vocab_size()


# --- corpora ----------------------------------------------------------------------------------------------

# The types that each corpus annotates, under our names.
CORPORA = {
    "peyma": {"PER": "PER", "ORG": "ORG", "LOC": "LOC", "DAT": "DATE", "TIM": "TIME", "MON": "MONEY", "PCT": "PERCENT"},
    "arman": {"pers": "PER", "org": "ORG", "loc": "LOC", "event": "EVENT", "fac": "FAC", "pro": "PRODUCT"},
    "parstwiner": {"PER": "PER", "ORG": "ORG", "LOC": "LOC", "EVE": "EVENT", "POG": "POG", "NAT": "NAT"},
}

# The heads that each corpus teaches, and which types of the head. Any other type of the head is unknown
# there, not absent: a word without a taught type has the row of all labels that the corpus leaves open.
TEACHES = {
    "peyma": {"ner": {"PER", "ORG", "LOC", "DATE", "TIME", "MONEY", "PERCENT"}},
    "arman": {"arman": {"PER", "ORG", "LOC", "EVENT", "FAC", "PRODUCT"}, "ner": {"EVENT"}},
    "parstwiner": {"parstwiner": {"PER", "ORG", "LOC", "EVENT", "POG", "NAT"}, "ner": {"EVENT"}},
}

# The head whose convention is a public corpus's own; it is the one that is scored there.
OWN_HEAD = {"peyma": "ner", "arman": "arman", "parstwiner": "parstwiner"}


class Item:
    """One sentence: words, and labels per head (one a word; for the head `class` one label)."""

    __slots__ = ("corpus", "words", "labels", "groups", "id", "offsets", "spans", "soft")

    def __init__(self, corpus, words, labels, groups=None, id=None, offsets=None, spans=None):
        self.corpus, self.words, self.labels, self.id = corpus, words, labels, id
        self.groups = groups  # public corpora: for each word, the number of the corpus token it comes from
        self.offsets = offsets  # labelled documents: for each word, its start and end in the document
        self.spans = spans  # labelled documents: for each head the gold `(type, start, end)`, for strict scores
        self.soft = {}  # unlabelled sentences: for some heads a teacher's probabilities, words × labels


def read_conll(path):
    """Sentences of `(token, tag)`; lines are split on TAB only, since PEYMA's tokens may hold spaces."""
    sentence = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            if line:
                token, tag = line.split("\t")
                sentence.append((token, tag))
            elif sentence:
                yield sentence
                sentence = []
    if sentence:
        yield sentence


def conll_items(data, corpus, part):
    """A public corpus, its tokens cut further by our pre-tokenizer (the label goes on with I-)."""
    types, items = CORPORA[corpus], []
    for sentence in read_conll(os.path.join(data, "ner", f"{corpus}.{part}.conll")):
        surfaces, labels, groups = [], [], []
        for number, (token, tag) in enumerate(sentence):
            ours = types[tag[2:]] if tag != "O" else None
            pieces = [w for _, _, w in words(token.strip().replace(" ", ZWNJ))] or [token]
            for k, piece in enumerate(pieces):
                surfaces.append(piece)
                labels.append(f"{'I' if k else tag[0]}-{ours}" if ours else "O")
                groups.append(number)
        taught = {head: [t if t[2:] in known else "O" for t in labels] for head, known in TEACHES[corpus].items()}
        items.append(Item(corpus, surfaces, taught, groups))
    return items


def tags_of(spans, cut, offset=0):
    """BIO labels of `(type, start, end)` spans over words; a word that a span touches belongs to it."""
    labels = ["O"] * len(cut)
    for kind, start, end in spans:
        inside = [i for i, (a, b, _) in enumerate(cut) if a + offset < end and start < b + offset]
        for k, i in enumerate(inside):
            labels[i] = f"{'I' if k else 'B'}-{kind}"
    return labels


SLOT_FIELDS = (("issuer", "ISSUER"), ("collaborators", "COLLABORATOR"), ("assignees", "ASSIGNEE"), ("deadline", "DEADLINE"))


def as_list(value):
    """A slot's value as a list of spans (issuer and deadline hold one span or null)."""
    if not value:
        return []
    return value if isinstance(value[0], list) else [value]


def slot_spans(tasks, start, end):
    """Slot spans inside one sentence; of two that collide the later of SLOT_FIELDS stays."""
    kept = []
    for field, kind in SLOT_FIELDS:
        for task in tasks:
            for s, e in as_list(task[field]):
                if start <= s and e <= end and (kind, s, e) not in kept:
                    kept = [k for k in kept if k[0] == kind or not (k[1] < e and s < k[2])] + [(kind, s, e)]
    # Two spans of one kind that overlap: the longer one.
    kept.sort(key=lambda k: k[1] - k[2])
    out = []
    for k in kept:
        if not any(k[1] < o[2] and o[1] < k[2] for o in out):
            out.append(k)
    return sorted(out, key=lambda k: k[1])


def gold_items(document, text):
    """The sentences of one labelled document (offsets-only gold form plus its text)."""
    items = []
    for number, (start, end, label) in enumerate(document["sentences"]):
        cut = words(text[start:end])
        inside = [e for e in document["entities"] if start <= e[1] and e[2] <= end]
        tasks = [t for t in document["tasks"] if t["sentence"] == number]
        acts = [("ACT", *t["text"]) for t in tasks if start <= t["text"][0] and t["text"][1] <= end]
        spans = {"domain": [tuple(e) for e in inside if e[0] != "ROLE"], "role": [tuple(e) for e in inside if e[0] == "ROLE"],
                 "slot": slot_spans(tasks, start, end), "act": acts}
        labels = {head: tags_of(marked, cut, start) for head, marked in spans.items()}
        labels["class"] = label
        items.append(Item("gold", [w for _, _, w in cut], labels, id=(document["id"], number),
                          offsets=[(start + s, start + e) for s, e, _ in cut], spans=spans))
    return items


def pseudo_items(path):
    """Sentences of the program's own records (`dabir annotate`), to learn from as if they were labelled.

    Only what the program knows well is taught: names, roles and the class. Sentences without any mention or task
    are left out, since the labelled documents have enough of them.
    """
    items = []
    with open(path, encoding="utf-8") as f:
        for record in map(json.loads, f):
            text = record["text"]
            for number, sentence in enumerate(record["sentences"]):
                start, end = sentence["start"], sentence["end"]
                cut = words(text[start:end])
                inside = [m for m in record["mentions"] if start <= m["start"] and m["end"] <= end]
                spans = {head: [(m["type"], m["start"], m["end"]) for m in inside if m["type"] in types]
                         for head, types in (("domain", ("PER", "ORG", "LOC")), ("role", ("ROLE",)))}
                if len(cut) < 4 or not (spans["domain"] or spans["role"] or sentence["class"] in TASK_CLASSES):
                    continue
                labels = {head: tags_of(marked, cut, start) for head, marked in spans.items()}
                labels["class"] = sentence["class"]
                items.append(Item("pseudo", [w for _, _, w in cut], labels, id=(record["id"], number)))
    return items


def add_soft(items, path, subwords, labels):
    """Give every item of `pseudo_items` the probabilities that `teach.py` wrote for it."""
    rows = load_file(path)
    lengths = rows.pop("words").tolist()
    if lengths != [len(encode(i, subwords, labels).first) for i in items]:
        raise SystemExit(f"{path} was made from other records or with another tokenizer; run teach.py again")
    at = 0
    for item, n in zip(items, lengths):
        item.soft = {head: table[at:at + n] for head, table in rows.items()}
        at += n
    return items


def is_dev(identifier):
    """The fixed tenth of the labelled documents that is never trained on."""
    return int(hashlib.sha1(identifier.encode()).hexdigest(), 16) % 10 == 0


def train_gold(data):
    with open(os.path.join(data, "train-gold", "train-gold.jsonl"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def gold_dev(data):
    folder = os.path.join(data, "gold-dev")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            document = json.load(open(os.path.join(folder, name), encoding="utf-8"))
            document["text"] = open(os.path.join(folder, document["id"] + ".txt"), encoding="utf-8", newline="").read()
            yield document


def load(data, corpus, part):
    """Items of a corpus: peyma, arman, parstwiner (train, dev), gold (train, dev = fixed tenth), gold-dev."""
    if corpus == "gold":
        wanted = [d for d in train_gold(data) if is_dev(d["id"]) == (part == "dev")]
        return [i for d in wanted for i in gold_items(d, d["text"])]
    if corpus == "gold-dev":
        return [i for d in gold_dev(data) for i in gold_items(d, d["text"])]
    return conll_items(data, corpus, part)


def news(data):
    """The texts of the news archive."""
    with lzma.open(os.path.join(data, "news.jsonl.xz"), "rt", encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)["text"]


# --- to numbers -------------------------------------------------------------------------------------------

def perturb(item, rate, rng):
    """A copy with half-spaces dropped or turned into word breaks in some words, as real text has them.

    An item with a teacher's probabilities stays, since they belong to its words.
    """
    if item.soft:
        return item
    surfaces, source = [], []
    for i, word in enumerate(item.words):
        if ZWNJ in word and rng.random() < rate:
            pieces = [word.replace(ZWNJ, "")] if rng.random() < 0.5 else [p for p in word.split(ZWNJ) if p]
        else:
            pieces = [word]
        surfaces += pieces
        source += [(i, k) for k in range(len(pieces))]
    labels = {}
    for head, tags in item.labels.items():
        labels[head] = tags if head == "class" else [
            tags[i] if k == 0 or tags[i] == "O" else "I" + tags[i][1:] for i, k in source]
    return Item(item.corpus, surfaces, labels, id=item.id)


# The head whose mentions of a corpus are swapped for one another, and the types of which there are many.
SWAPPED = {"peyma": "ner", "arman": "arman", "parstwiner": "parstwiner", "gold": "domain"}
SWAPPED_TYPES = ("PER", "ORG", "LOC")


def mentions_of(tags):
    """`(type, first, last + 1)` of the BIO labels of one head."""
    starts = [i for i, t in enumerate(tags) if t[0] == "B"]
    for i in starts:
        j = i + 1
        while j < len(tags) and tags[j] == "I" + tags[i][1:]:
            j += 1
        yield tags[i][2:], i, j


def mention_pool(items):
    """The words of all mentions of a corpus by type, as often as they occur."""
    pool = {}
    for item in items:
        for kind, i, j in mentions_of(item.labels[SWAPPED[item.corpus]]):
            if kind in SWAPPED_TYPES:
                pool.setdefault(kind, []).append(item.words[i:j])
    return pool


def swap(item, pool, rate, rng):
    """A copy in which some names are replaced by others of the same type and corpus (after Dai & Adel 2020).

    A name stays where a label of another head begins or ends inside it, so that no other span is torn.
    """
    surfaces, labels, at = [], {h: [] for h in item.labels if h != "class"}, 0

    def keep(until):
        nonlocal at
        surfaces.extend(item.words[at:until])
        for head, tags in labels.items():
            tags.extend(item.labels[head][at:until])
        at = until

    for kind, i, j in mentions_of(item.labels[SWAPPED[item.corpus]]):
        rows = [item.labels[h] for h in labels]
        whole = all(all(t == ("O" if row[i] == "O" else "I" + row[i][1:]) for t in row[i + 1:j]) for row in rows)
        if kind not in pool or not whole or rng.random() >= rate:
            continue
        keep(i)
        new = rng.choice(pool[kind])
        surfaces.extend(new)
        for head, tags in labels.items():
            first = item.labels[head][i]
            tags.extend([first] + ["O" if first == "O" else "I" + first[1:]] * (len(new) - 1))
        at = j
    keep(len(item.words))
    if "class" in item.labels:
        labels["class"] = item.labels["class"]
    return Item(item.corpus, surfaces, labels, id=item.id)


class Labels:
    """Label numbers, and for each head the table of the classes that a number allows.

    A row of a head's table is the set of classes whose summed probability is to be high. Rows 0 … L-1 are
    single labels; the further rows are the `O` of a corpus, which leaves open the types it does not annotate.
    """

    def __init__(self):
        self.number = {h: {l: i for i, l in enumerate(spec["labels"])} for h, spec in HEADS.items()}
        self.rows = {h: [[i == j for j in range(len(spec["labels"]))] for i in range(len(spec["labels"]))]
                     for h, spec in HEADS.items()}
        self.outside = {}
        for corpus, heads in TEACHES.items():
            for head, known in heads.items():
                self.outside[corpus, head] = len(self.rows[head])
                self.rows[head].append([l == "O" or l[2:] not in known for l in HEADS[head]["labels"]])

    def of(self, corpus, head, label):
        number = self.number[head][label]
        return self.outside.get((corpus, head), number) if label == "O" else number


class Encoded:
    """One training sequence: ids, the position of each word's first subword, label numbers per head."""

    __slots__ = ("ids", "first", "labels", "item")

    def __init__(self, ids, first, labels, item):
        self.ids, self.first, self.labels, self.item = ids, first, labels, item


def encode(item, subwords, labels, limit=MAX_WINDOW):
    """`<s>` subwords `</s>`, cut at `limit` (evaluation passes the model's 512)."""
    ids, first = [BOS], []
    for word in item.words:
        pieces = subwords(word)
        if len(ids) + len(pieces) + 1 > limit:
            break
        first.append(len(ids))
        ids += pieces
    ids.append(EOS)
    numbers = {}
    for head, tags in item.labels.items():
        numbers[head] = (CLASSES.index(tags) if head == "class"
                         else [labels.of(item.corpus, head, t) for t in tags[:len(first)]])
    return Encoded(ids, first, numbers, item)


def encode_all(items, subwords, labels, perturb_rate=0.0, seed=0, limit=MAX_WINDOW):
    rng = random.Random(seed)
    return [encode(perturb(i, perturb_rate, rng) if perturb_rate else i, subwords, labels, limit) for i in items]


def boundary_report(documents):
    """The share of gold spans whose two ends are word ends (in folded text)."""
    good = total = 0
    odd = []
    for d in documents:
        cut = words(d["text"])
        starts, ends = {a for a, _, _ in cut}, {b for _, b, _ in cut}
        spans = [(s, e) for _, s, e in d["entities"]]
        spans += [tuple(x) for t in d["tasks"] for f, _ in SLOT_FIELDS for x in as_list(t[f])]
        for s, e in spans:
            total += 1
            if s in starts and e in ends:
                good += 1
            else:
                odd.append((d["id"], s, e, d["text"][s:e]))
    return good, total, odd
