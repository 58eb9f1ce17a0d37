"""Aside: how ARMAN's way of labelling changes along its file, and a data directory with another dev part.

Exists because the dev part is harder than ARMAN itself: its labels are those of the end of the file, and most of the training part
labels otherwise. `--held-out` makes the same training run measurable on sentences from the middle.
"""

import argparse
import os
import random
from collections import Counter

import data

PARTS = ((0, 2640), (2640, 3520), (3520, None))


def names(items):
    """`(type, words)` of all mentions."""
    for item in items:
        for kind, a, b in data.mentions_of(item.labels["arman"]):
            yield kind, tuple(item.words[a:b])


def undecided(items, least=3):
    """The names that are LOC at least so often, and ORG too."""
    seen = Counter((name, kind) for kind, name in names(items))
    return {name for name, kind in seen if seen[name, "LOC"] >= least <= seen[name, "ORG"]}


def hold_out(source, target, seed=7):
    """A data directory like `source` whose ARMAN dev part comes out of the middle of the training part.

    As many single sentences, drawn at random, leave the training part too, for `ner/arman.single.conll`.
    """
    os.makedirs(os.path.join(target, "ner"))
    for folder in ("", "ner"):
        for name in os.listdir(os.path.join(source, folder)):
            if name != "ner" and not name.startswith("arman."):
                os.symlink(os.path.abspath(os.path.join(source, folder, name)), os.path.join(target, folder, name))
    train, dev = (list(data.read_conll(os.path.join(source, "ner", f"arman.{part}.conll"))) for part in ("train", "dev"))
    first = len(train) // 2 - len(dev) // 2
    block = range(first, first + len(dev))
    single = set(random.Random(seed).sample([i for i in range(len(train)) if i not in block], len(dev)))
    parts = {"train": [i for i in range(len(train)) if i not in block and i not in single], "dev": block, "single": sorted(single)}
    for part, wanted in parts.items():
        with open(os.path.join(target, "ner", f"arman.{part}.conll"), "w", encoding="utf-8") as f:
            for i in wanted:
                f.write("".join(f"{token}\t{tag}\n" for token, tag in train[i]) + "\n")
        print(f"{part}: {len(wanted)} sentences")


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", required=True)
    p.add_argument("--held-out", metavar="DIR", help="a directory to make, for `finetune.py --data`")
    a = p.parse_args()
    train, dev = data.load(a.data, "arman", "train"), data.load(a.data, "arman", "dev")
    both = undecided(train)
    print(f"{len(both)} names that are LOC as well as ORG")
    for title, items in [*((f"train {b} to {e or len(train)}", train[b:e]) for b, e in PARTS), ("dev", dev)]:
        kinds = Counter(kind for kind, name in names(items) if name in both)
        print(f"{title}: LOC {kinds['LOC']}, ORG {kinds['ORG']}, LOC of both {kinds['LOC'] / (kinds['LOC'] + kinds['ORG']):.2f}")
    if a.held_out:
        hold_out(a.data, a.held_out)


if __name__ == "__main__":
    main()
