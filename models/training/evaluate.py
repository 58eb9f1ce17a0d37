"""Step 4b: strict scores of a checkpoint or of an exported folder on the development parts.

Exists apart from the fine-tuning so that fp32 weights, exported int8 weights and half-trained checkpoints
are all measured by the same code: legal-sequence (Viterbi) decoding, spans equal in type and both ends.
"""

import argparse
import json
import os
from collections import Counter

import numpy as np
import torch

import data
from common import CLASSES, HEADS, PAD, TASK_CLASSES, load_tagger

SETS = ("peyma", "arman", "parstwiner", "gold", "gold-dev")


def transitions(labels):
    """0 where label j may follow label i, -inf where `I-x` would follow neither `B-x` nor `I-x`; and the starts."""
    allowed = np.zeros((len(labels), len(labels)), dtype=np.float32)
    start = np.zeros(len(labels), dtype=np.float32)
    for j, label in enumerate(labels):
        if label.startswith("I-"):
            start[j] = -np.inf
            allowed[:, j] = [0 if l[2:] == label[2:] else -np.inf for l in labels]
    return allowed, start


RULES = {h: transitions(s["labels"]) for h, s in HEADS.items() if s["kind"] == "token"}


def viterbi(logits, head, chain=None):
    """The best legal label sequence for the words of one sentence; `chain` has scores of one label after another (see `chain.py`)."""
    allowed, start = RULES[head]
    if chain is not None:
        allowed, start = allowed + chain[:-1], start + chain[-1]
    if len(logits) == 0:
        return []
    best, back = logits[0] + start, []
    for row in logits[1:]:
        paths = best[:, None] + allowed
        back.append(paths.argmax(0))
        best = paths.max(0) + row
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return [HEADS[head]["labels"][i] for i in reversed(path)]


def spans(tags):
    """`(type, first, last + 1)` of a BIO sequence; an I- that continues nothing is no span (strict IOB2)."""
    out, kind, start = [], None, 0
    for i, tag in enumerate([*tags, "O"]):
        if kind is not None and tag != f"I-{kind}":
            out.append((kind, start, i))
            kind = None
        if tag.startswith("B-"):
            kind, start = tag[2:], i
    return out


def head_logits(model, encoded, heads, budget=4096, autocast=False):
    """`(i, {head: logits of all positions})` for each sequence `encoded[i]`, in batches of similar length."""
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    model.eval()
    at = 0
    while at < len(order):
        batch = []
        while at < len(order) and (not batch or (len(batch) + 1) * len(encoded[order[at]].ids) <= budget):
            batch.append(order[at])
            at += 1
        width = len(encoded[batch[-1]].ids)
        ids = torch.full((len(batch), width), PAD)
        for r, i in enumerate(batch):
            ids[r, :len(encoded[i].ids)] = torch.tensor(encoded[i].ids)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            hidden = model.encoder(ids, mask=(ids != PAD)[:, None, None, :])
            logits = {h: model.head[h](hidden).float() for h in heads}
        for r, i in enumerate(batch):
            yield i, {h: v[r] for h, v in logits.items()}


def predict(model, encoded, heads, **kw):
    """For each sequence, per head: labels of its words (legal), or the class."""
    out, chains = [None] * len(encoded), model.chains
    for i, logits in head_logits(model, encoded, heads, **kw):
        e = encoded[i]
        out[i] = {h: CLASSES[int(v[0].argmax())] if h == "class"
                  else viterbi(v[e.first].numpy(), h, chains.get(h)) + ["O"] * (len(e.item.words) - len(e.first)) for h, v in logits.items()}
    return out


def probabilities(model, encoded, heads, **kw):
    """For each sequence, per token head: the probabilities of the labels, words × labels."""
    out = [None] * len(encoded)
    for i, logits in head_logits(model, encoded, heads, **kw):
        out[i] = {h: v[encoded[i].first].softmax(-1).numpy() for h, v in logits.items()}
    return out


def quantize_activations(model):
    """Round the input of every encoder matrix to int8 with one scale a token, as an integer kernel does.

    The gradient passes through unchanged.
    """
    def rounded(_module, inputs):
        x = inputs[0].detach().float()
        scale = x.abs().amax(-1, keepdim=True).clamp_min(1e-12) / 127
        error = (x / scale).round_().mul_(scale).sub_(x)
        return (inputs[0] + error.to(inputs[0].dtype),)
    for module in model.encoder.modules():
        if isinstance(module, torch.nn.Linear):
            module.register_forward_pre_hook(rounded)


class Tally:
    """Counts for precision, recall and F1 per type, strict and by overlap."""

    def __init__(self):
        self.c = Counter()

    def add(self, gold, predicted):
        for kind, *_ in gold:
            self.c[kind, "gold"] += 1
        for kind, *_ in predicted:
            self.c[kind, "pred"] += 1
        for span in set(gold) & set(predicted):
            self.c[span[0], "hit"] += 1
        touch = lambda a, others: any(a[0] == b[0] and a[1] < b[2] and b[1] < a[2] for b in others)
        for span in gold:
            self.c[span[0], "found"] += touch(span, predicted)
        for span in predicted:
            self.c[span[0], "good"] += touch(span, gold)

    def scores(self):
        kinds = sorted({k for k, _ in self.c})
        total = {n: sum(self.c[k, n] for k in kinds) for n in ("gold", "pred", "hit", "found", "good")}
        rows = {k: {n: self.c[k, n] for n in total} for k in kinds}
        rows["all"] = total
        for r in rows.values():
            p, q = r["hit"] / max(1, r["pred"]), r["hit"] / max(1, r["gold"])
            a, b = r.pop("good") / max(1, r["pred"]), r.pop("found") / max(1, r["gold"])
            r.update(p=round(p, 4), r=round(q, 4), f1=round(2 * p * q / max(1e-9, p + q), 4),
                     overlap_f1=round(2 * a * b / max(1e-9, a + b), 4))
        return rows


# Types that are scored under another name, or not at all, so that figures stay comparable: dabir knows no
# nationalities, and political groups are organizations to it.
SCORED_AS = {"POG": "ORG", "NAT": None}


def score_public(model, encoded, corpus, **kw):
    """A public corpus under its own head, at its own tokens: the label of a token is that of its first word."""
    head, tally = data.OWN_HEAD[corpus], Tally()
    known = data.TEACHES[corpus][head]
    for e, out in zip(encoded, predict(model, encoded, [head], **kw)):
        first = [i for i, g in enumerate(e.item.groups) if i == 0 or e.item.groups[i - 1] != g]
        scored = lambda tags: [(SCORED_AS.get(k, k), *at) for k, *at in spans([tags[i] for i in first]) if k in known]
        pick = lambda tags: [s for s in scored(tags) if s[0]]
        tally.add(pick(e.item.labels[head]), pick(out[head]))
    return {"ner": tally.scores()}


def score_gold(model, encoded, **kw):
    """Labelled documents: spans by character offsets, sentence classes, task sentences."""
    heads = ("domain", "role", "slot", "act")
    tallies, confusion = {h: Tally() for h in heads}, Counter()
    for e, out in zip(encoded, predict(model, encoded, [*heads, "class"], **kw)):
        at = e.item.offsets
        for h in heads:
            tallies[h].add(e.item.spans[h], [(k, at[i][0], at[j - 1][1]) for k, i, j in spans(out[h])])
        confusion[e.item.labels["class"], out["class"]] += 1
    result = {h: t.scores() for h, t in tallies.items()}
    classes, f1 = {}, lambda tp, p, g: round(2 * tp / max(1, p + g), 4)
    for c in CLASSES:
        gold, pred = (sum(v for k, v in confusion.items() if k[side] == c) for side in (0, 1))
        classes[c] = {"f1": f1(confusion[c, c], pred, gold), "gold": gold, "pred": pred}
    task = [sum(v for k, v in confusion.items() if all(k[s] in TASK_CLASSES for s in sides)) for sides in ((0, 1), (1,), (0,))]
    result["class"] = {"accuracy": round(sum(confusion[c, c] for c in CLASSES) / max(1, sum(confusion.values())), 4),
                       "macro_f1": round(sum(c["f1"] for c in classes.values()) / len(classes), 4),
                       "task_f1": f1(*task), "per_class": classes, "sentences": sum(confusion.values())}
    return result


def score(model, encoded, name, **kw):
    return score_gold(model, encoded, **kw) if name.startswith("gold") else score_public(model, encoded, name, **kw)


def short(name, result):
    """One line a set."""
    if name.startswith("gold"):
        part = lambda h: " ".join(f"{k} {v['f1']:.3f}" for k, v in result[h].items())
        soft = lambda h: " ".join(f"{k} {v['overlap_f1']:.3f}" for k, v in result[h].items())
        c = result["class"]
        return (f"{name}: {part('domain')} | {part('role')} | class acc {c['accuracy']:.3f} macro {c['macro_f1']:.3f} task {c['task_f1']:.3f}"
                f"\n    slot strict {part('slot')}\n    slot overlap {soft('slot')} | act strict {part('act')} overlap {soft('act')}")
    return f"{name}: " + " ".join(f"{k} {v['f1']:.3f}" for k, v in result["ner"].items())


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", required=True)
    p.add_argument("--model", required=True, help="a checkpoint (.safetensors) or an exported folder")
    p.add_argument("--tokenizer", help="tokenizer.json; an exported folder brings its own")
    p.add_argument("--sets", nargs="+", default=SETS, choices=SETS)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--int8-activations", action="store_true", help="simulate an integer kernel's activations too")
    p.add_argument("--json", help="file for all figures")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    if os.path.isdir(a.model):
        from export import load_model_folder
        model, tokenizer = load_model_folder(a.model), os.path.join(a.model, "tokenizer.json")
    else:
        model, tokenizer = load_tagger(a.model), a.tokenizer
    if a.int8_activations:
        quantize_activations(model)
    subwords, labels, results = data.Subwords(tokenizer), data.Labels(), {}
    for name in a.sets:
        encoded = data.encode_all(data.load(a.data, name, "dev"), subwords, labels, limit=512)
        results[name] = score(model, encoded, name)
        print(short(name, results[name]), flush=True)
    if a.json:
        with open(a.json, "w", encoding="utf-8") as f:
            json.dump(results, f, indent=1)


if __name__ == "__main__":
    main()
