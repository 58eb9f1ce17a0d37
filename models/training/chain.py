"""Step 5b, optional: scores of one label after another for some heads, a linear chain over the logits of a fixed tagger.

The chain is learned by the negative log-likelihood of the whole label sequences (Lample et al. 2016) with the tagger held fixed, which
takes minutes where training through it would take hours. The tagger to learn it from is best one that has seen the training part
only briefly: one that knows it by heart makes no errors there that the chain could learn to mend.
`export.py --chain` puts the scores into `config.json`.
"""

import argparse
import random

import torch

import data
import evaluate
from common import HEADS, load_tagger, write_json

# The corpus that a head's chain is learned from.
TEACHER = {"ner": "peyma", "arman": "arman", "parstwiner": "parstwiner", "domain": "gold", "role": "gold"}


def negative_log_likelihood(logits, labels, inside, transitions, first):
    """Of each label sequence. Shapes: batch × words × labels, batch × words, batch × words, labels × labels, labels."""
    pick = lambda t: logits[:, t].gather(1, labels[:, t:t + 1])[:, 0]
    total, gold = logits[:, 0] + first, pick(0) + first[labels[:, 0]]
    for t in range(1, logits.shape[1]):
        here = inside[:, t]
        total = torch.where(here[:, None], torch.logsumexp(total[:, :, None] + transitions, 1) + logits[:, t], total)
        gold = gold + torch.where(here, pick(t) + transitions[labels[:, t - 1], labels[:, t]], 0.0)
    return torch.logsumexp(total, 1) - gold


def fill(rows, labels, known):
    """The scores of types that the corpus does not annotate, which are unknown there and not absent: the means of those of the others.

    `rows` is changed; every two labels are alike that are the same prefix before the same prefix, of one type or of two.
    """
    def like(i, j):
        kinds = [labels[k][2:] for k in (i, j) if k < len(labels) and labels[k] != "O"]
        prefix = lambda k: "first" if k == len(labels) else labels[k][0]
        return prefix(i), prefix(j), len(set(kinds)) == len(kinds), all(k in known for k in kinds)
    groups = {}
    for i in range(len(rows)):
        for j in range(len(labels)):
            groups.setdefault(like(i, j), []).append((i, j))
    for (*pattern, annotated), places in groups.items():
        others = groups.get((*pattern, True))
        if not annotated and others:
            mean = sum(rows[i][j] for i, j in others) / len(others)
            for i, j in places:
                rows[i][j] = mean


def learn(model, encoded, head, passes):
    """Labels + 1 rows: the score of each label after a label, and as the first."""
    number = {l: i for i, l in enumerate(HEADS[head]["labels"])}
    known = [None] * len(encoded)
    for i, logits in evaluate.head_logits(model, encoded, [head], autocast=True):
        e = encoded[i]
        known[i] = (logits[head][e.first], torch.tensor([number[t] for t in e.item.labels[head][:len(e.first)]]))
    known = sorted((k for k in known if len(k[1])), key=lambda k: len(k[1]))
    batches = [known[i:i + 100] for i in range(0, len(known), 100)]
    transitions, first, scale = torch.zeros(len(number), len(number)), torch.zeros(len(number)), torch.ones(1)
    parameters = [p.requires_grad_() for p in (transitions, first, scale)]
    optimizer = torch.optim.Adam(parameters, lr=0.05)
    pad = lambda rows: torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    for turn in range(passes):
        random.Random(turn).shuffle(batches)
        for batch in batches:
            inside = pad([torch.ones(len(y), dtype=torch.bool) for _, y in batch])
            loss = negative_log_likelihood(pad([x for x, _ in batch]) * scale, pad([y for _, y in batch]), inside, transitions, first).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    rows = torch.cat([transitions, first[None]]) / scale
    return rows.tolist()


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", required=True)
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--heads", nargs="+", default=["ner", "arman", "domain=0.5"], help="heads, and what to multiply their scores with")
    p.add_argument("--sentences", type=int, default=2000, help="so many of the training part, drawn at random")
    p.add_argument("--passes", type=int, default=2)
    p.add_argument("--out", required=True, help="JSON: for each head its scores")
    a = p.parse_args()
    torch.set_num_threads(1)
    model, subwords, labels, out = load_tagger(a.checkpoint), data.Subwords(a.tokenizer), data.Labels(), {}
    for head, _, weight in (h.partition("=") for h in a.heads):
        items = data.load(a.data, TEACHER[head], "train")
        random.Random(3).shuffle(items)
        rows = learn(model, data.encode_all(items[:a.sentences], subwords, labels), head, a.passes)
        known = data.TEACHES.get(TEACHER[head], {}).get(head) or {l[2:] for l in HEADS[head]["labels"]}
        fill(rows, HEADS[head]["labels"], known)
        out[head] = [[round(float(weight or 1) * v, 3) for v in row] for row in rows]
        print(f"{head}: {len(out[head])} × {len(out[head][0])} scores", flush=True)
    write_json(out, a.out)


if __name__ == "__main__":
    main()
