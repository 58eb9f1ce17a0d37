#!/usr/bin/env python3
"""Hold `dabir eval` against other scorers.

Needs Python 3.9 or later with seqeval 1.2.2, nervaluate 1.2.1 and scikit-learn 1.x:

    python3 -m venv /tmp/oracles
    /tmp/oracles/bin/pip install seqeval==1.2.2 nervaluate==1.2.1 scikit-learn
    cargo build --release
    /tmp/oracles/bin/python scripts/check-eval.py target/release/dabir [CORPUS.conll ...]

Checked on random tag sequences, legal and broken, and on each corpus given, with its own tags
disturbed as the prediction:

  strict          = seqeval, mode strict, IOB2 and IOBES: P, R, F1, micro, macro, and of every type
  lenient         = seqeval, default mode (conlleval): the same
  exact, partial, type, strict counts
                  = nervaluate, where every span touches at most one span of the other side. Where a
                    span touches several, nervaluate takes the first in the order of the input and
                    may take a span from the partner that fits it better; there we only check that
                    we find at least as many correct ones
  kappa           = scikit-learn's cohen_kappa_score over all tokens
  token accuracy  = scikit-learn's accuracy_score over types

Exit status 1 at the first difference, which is printed.
"""
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")

from nervaluate.loaders import ListLoader
from nervaluate.strategies import (
    EntityTypeEvaluation,
    ExactEvaluation,
    PartialEvaluation,
    StrictEvaluation,
)
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support as seqeval_scores
from seqeval.metrics.v1 import precision_recall_fscore_support as seqeval_strict
from seqeval.scheme import IOB2, IOBES, Entities
from sklearn.metrics import accuracy_score, cohen_kappa_score

TYPES = ["PER", "ORG", "LOC", "DATE"]
STRATEGIES = {
    "strict": StrictEvaluation,
    "exact": ExactEvaluation,
    "partial": PartialEvaluation,
    "type": EntityTypeEvaluation,
}
NAMES = ["شورا", "استاندار", "رضا", "تبریز", "تشکیل", "جلسه", "شنبه", "گفت"]


def write(path, sentences):
    with open(path, "w", encoding="utf8") as out:
        for s, tags in enumerate(sentences):
            for t, tag in enumerate(tags):
                out.write(f"{NAMES[(s + t) % len(NAMES)]}\t{tag}\n")
            out.write("\n")


def run(dabir, *args):
    done = subprocess.run([dabir, "eval", *args, "--format", "json", "--bootstrap", "0"], capture_output=True)
    if done.returncode != 0:
        sys.exit(f"dabir eval {' '.join(args)}: {done.stderr.decode()}")
    return json.loads(done.stdout)


def table(report, name):
    return next(t["rows"] for t in report["tables"] if t["name"] == name)


def same(what, ours, theirs, context):
    if not math.isclose(ours, float(theirs), abs_tol=2e-6):
        sys.exit(f"DIFFERENT {what}: dabir {ours}, oracle {theirs}\n{context}")


def legal(random_, length, bioes=False):
    tags = []
    while len(tags) < length:
        if random_.random() < 0.5:
            tags.append("O")
            continue
        kind, size = random_.choice(TYPES), min(random_.randint(1, 4), length - len(tags))
        if bioes and size == 1:
            tags.append(f"S-{kind}")
        else:
            last = "E" if bioes else "I"
            tags += [f"B-{kind}"] + [f"I-{kind}"] * (size - 2) + ([f"{last}-{kind}"] if size > 1 else [])
    return tags


def disturbed(random_, tags, prefixes, rate):
    noise = ["O"] + [f"{p}-{t}" for p in prefixes for t in sorted({x[2:] for x in tags if x != "O"} or TYPES)]
    return [random_.choice(noise) if random_.random() < rate else tag for tag in tags]


def check_seqeval(report, gold, pred, scheme, context):
    rows = {r["measure"]: r for r in table(report, "scores")}
    types = table(report, "types")
    of_type = lambda m: {r["type"]: r for r in types if r["measure"] == m}
    for measure in ("strict", "lenient"):
        if measure == "strict":
            score = lambda average: seqeval_strict(gold, pred, average=average, scheme=scheme, zero_division=0)
            found = Entities(gold, scheme).unique_tags | Entities(pred, scheme).unique_tags
        else:
            score = lambda average: seqeval_scores(gold, pred, average=average, zero_division=0)
            found = {e[0] for e in get_entities(gold)} | {e[0] for e in get_entities(pred)}
        if not found:
            same(f"{measure} of nothing", rows[measure]["F1"], 0.0, context)
            continue
        p, r, f, _ = score("micro")
        for name, value in (("P", p), ("R", r), ("F1", f)):
            same(f"{measure} micro {name}", rows[measure][name], value, context)
        same(f"{measure} macro F1", rows[measure]["macro F1"], score("macro")[2], context)
        for kind, p, r, f in zip(sorted(found), *score(None)[:3]):
            for name, value in (("P", p), ("R", r), ("F1", f)):
                same(f"{measure} {kind} {name}", of_type(measure)[kind][name], value, context)


def touching(gold, pred):
    """Whether a span of one side touches several of the other."""
    touch = lambda a, b: a.start <= b.end and b.start <= a.end
    return any(sum(touch(a, b) for b in y) > 1 for x, y in ((gold, pred), (pred, gold)) for a in x)


def check_nervaluate(report, gold, pred, context):
    """The report must have been made with the lenient reading, which is nervaluate's."""
    rows = {r["measure"]: r for r in table(report, "scores")}
    loaded = list(zip(ListLoader().load(gold), ListLoader().load(pred)))
    ambiguous = any(touching(g, p) for g, p in loaded)
    for measure, strategy in STRATEGIES.items():
        total = dict.fromkeys(("COR", "INC", "PAR", "MIS", "SPU"), 0)
        for g, p in loaded:
            result, _ = strategy().evaluate(g, p, TYPES)
            for ours, theirs in zip(total, ("correct", "incorrect", "partial", "missed", "spurious")):
                total[ours] += getattr(result, theirs)
        ours = rows["lenient" if measure == "strict" else measure]
        if ambiguous:
            if ours["COR"] < total["COR"]:
                sys.exit(f"FEWER {measure}: dabir {ours['COR']}, nervaluate {total['COR']}\n{context}")
        else:
            for name, value in total.items():
                same(f"{measure} {name}", ours[name], value, context)
    return ambiguous


def check_tokens(dabir, report, paths, gold, pred, context):
    flat = lambda s: [t for tags in s for t in tags]
    kinds = lambda s: [t.split("-", 1)[-1] for t in flat(s)]
    row = table(report, "tokens")[0]
    same("token accuracy", row["accuracy"], accuracy_score(kinds(gold), kinds(pred)), context)
    agreement = table(run(dabir, "agreement", *paths, "--no-map"), "agreement")
    for row, (a, b) in zip(agreement, ((flat(gold), flat(pred)), (kinds(gold), kinds(pred)))):
        expected = cohen_kappa_score(a, b) if len(set(a) | set(b)) > 1 else None
        if row["kappa"] is None or expected is None:
            if row["kappa"] is not expected:
                sys.exit(f"DIFFERENT kappa: dabir {row['kappa']}, scikit-learn {expected}\n{context}")
        else:
            same(f"kappa, {row['question']}", row["kappa"], expected, context)


def compare(dabir, folder, gold, pred, scheme, context):
    paths = [os.path.join(folder, n) for n in ("gold.conll", "pred.conll")]
    write(paths[0], gold)
    write(paths[1], pred)
    bioes = scheme is IOBES
    common = ["ner", *paths, "--no-map", "--types", "all", "--scheme", "bioes" if bioes else "bio"]
    report = run(dabir, *common)
    check_seqeval(report, gold, pred, scheme, context)
    check_tokens(dabir, report, paths, gold, pred, context)
    return False if bioes else check_nervaluate(run(dabir, *common, "--reading", "lenient"), gold, pred, context)


def read(path):
    sentences, tags = [], []
    for line in open(path, encoding="utf8"):
        if line.strip():
            tags.append(line.split()[-1])
        elif tags:
            sentences.append(tags)
            tags = []
    return sentences + ([tags] if tags else [])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    dabir, corpora = sys.argv[1], sys.argv[2:]
    random_ = random.Random(1401)
    sequences = ambiguous = files = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(300):
            bioes = number % 3 == 2
            prefixes = "BIES" if bioes else "BI"
            size = random_.choice((1, 3, 12, 20))
            gold = [legal(random_, random_.randint(1, 25), bioes) for _ in range(size)]
            rate = random_.choice((0.0, 0.1, 0.4, 1.0))
            pred = [disturbed(random_, tags, prefixes, rate) for tags in gold]
            if number % 5 == 0:  # broken gold too
                gold = [disturbed(random_, tags, prefixes, 0.3) for tags in gold]
            context = json.dumps({"gold": gold, "pred": pred}, ensure_ascii=False)
            ambiguous += compare(dabir, folder, gold, pred, IOBES if bioes else IOB2, context)
            sequences += size
            files += not bioes
        print(f"random: {sequences} sequences in 300 files agree with seqeval (strict, lenient) and scikit-learn;")
        print(f"        {files - ambiguous} files agree with nervaluate count by count, in {ambiguous} with spans that")
        print("        touch several ours are at least as many")
        for path in corpora:
            gold = read(path)
            for rate in (0.0, 0.02, 0.2):
                pred = [disturbed(random_, tags, "BI", rate) for tags in gold]
                compare(dabir, folder, gold, pred, IOB2, f"{path}, {rate:.0%} of tags disturbed")
            # Sentence by sentence, so that all those without ambiguity are compared count by count.
            pred = [disturbed(random_, tags, "BI", 0.05) for tags in gold]
            pairs = [(g, p) for g, p in zip(gold, pred) if not touching(*(ListLoader().load([x])[0] for x in (g, p)))]
            one, two = zip(*pairs)
            ambiguous = compare(dabir, folder, list(one), list(two), IOB2, f"{path}, unambiguous sentences")
            assert not ambiguous
            print(f"{path}: agrees; {len(pairs)} of {len(gold)} disturbed sentences count by count with nervaluate")


main()
