"""Step 4: fine-tune one encoder with all heads on all corpora at once.

The corpora annotate different types under different conventions, so each has a head of its own, as the labelled
government documents have. Where a corpus teaches a head only some of its types (`data.TEACHES`), the others are
unknown there, not absent: its `O` stands for the sum of `O` and of every label it leaves open. In the last steps
the encoder computes as the int8 kernels will, so that the export costs nothing.
The run is a list of rounds (which share of which corpus), fixed by the seed, and resumes at the last checkpoint.
"""

import argparse
import contextlib
import os
import random
import time
from collections import Counter

import torch
from torch import nn

import data
import evaluate
from common import PAD, SOFT, load_tagger, param_groups, save_atomic, write_json
from export import is_matrix, quantize

# How much one labelled word counts under each head; one sentence's class counts as much as some words.
WEIGHTS = {"ner": 1.0, "arman": 1.0, "parstwiner": 1.0, "domain": 1.0, "role": 1.0, "slot": 1.5, "act": 0.7, "class": 6.0}


def parse_rounds(text):
    """`peyma=1 gold=3; gold=2` to a list of {corpus: share}."""
    return [{k: float(v) for k, v in (pair.split("=") for pair in part.split())} for part in text.split(";") if part.strip()]


def schedule(rounds, corpora, subwords, labels, rate, swap, budget, seed):
    """Batches (lists of `Encoded`) of every round; a fractional share goes on where the last round stopped."""
    rng, taken, plan = random.Random(seed), Counter(), []
    pools = {c: data.mention_pool(items) for c, items in corpora.items() if c in data.SWAPPED}
    orders = {c: rng.sample(range(len(items)), len(items)) for c, items in corpora.items()}
    for shares in rounds:
        pool = []
        for corpus, share in shares.items():
            items, order = corpora[corpus], orders[corpus]
            for _ in range(round(share * len(items))):
                item = items[order[taken[corpus] % len(items)]]
                if corpus in pools and swap:
                    item = data.swap(item, pools[corpus], swap, rng)
                pool.append(data.encode(data.perturb(item, rate, rng), subwords, labels))
                taken[corpus] += 1
        rng.shuffle(pool)
        batches = []
        for i in range(0, len(pool), 512):  # length buckets inside chunks of the shuffled pool
            batch = []
            for e in sorted(pool[i:i + 512], key=lambda e: len(e.ids)):
                if batch and len(e.ids) * (len(batch) + 1) > budget:
                    batches.append(batch)
                    batch = []
                batch.append(e)
            batches.append(batch)
        rng.shuffle(batches)
        plan.append(batches)
    return plan


def collate(batch, hide, mask_id, generator):
    """Padded ids (a few pieces hidden, as noise); for each head the flat positions with their label rows, and with a teacher's rows."""
    width = max(len(e.ids) for e in batch)
    ids = torch.full((len(batch), width), PAD)
    at, rows = {h: [] for h in WEIGHTS}, {h: [] for h in WEIGHTS}
    soft_at, soft_rows = {h: [] for h in SOFT}, {h: [] for h in SOFT}
    for r, e in enumerate(batch):
        ids[r, :len(e.ids)] = torch.tensor(e.ids)
        for head, numbers in e.labels.items():
            if head == "class":
                at[head].append(r * width)
                rows[head].append(numbers)
            else:
                at[head] += [r * width + p for p in e.first]
                rows[head] += numbers
        for head, table in e.item.soft.items():
            soft_at[head] += [r * width + p for p in e.first]
            soft_rows[head].append(table)
    visible = ids != PAD
    if hide:
        noise = (torch.rand(ids.shape, generator=generator) < hide) & (ids > 3)
        ids = torch.where(noise, mask_id, ids)
    hard = {h: (torch.tensor(at[h]), torch.tensor(rows[h])) for h in at if at[h]}
    return ids, visible, hard, {h: (torch.tensor(soft_at[h]), torch.cat(soft_rows[h]).float()) for h in soft_at if soft_at[h]}


@contextlib.contextmanager
def rounded_weights(model):
    """The encoder's matrices as the export rounds them; a gradient found inside moves the unrounded ones (straight through)."""
    matrices = [p for n, p in model.encoder.named_parameters() if is_matrix(n, p)]
    kept = [p.data for p in matrices]
    for p in matrices:
        rounded, scale = quantize(p.data)
        p.data = rounded * scale[:, None]
    yield
    for p, exact in zip(matrices, kept):
        p.data = exact


def loss_of(model, tables, ids, visible, targets, soft):
    """Weighted negative log of the probability that each word's labels allow, per word of the batch; the cross entropy
    with the teacher's probabilities where there are only these."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.encoder(ids, mask=visible[:, None, None, :]).flatten(0, 1)
        logits = {h: model.head[h](hidden[at]) for h, (at, _) in targets.items()}
        guessed = {h: model.head[h](hidden[at]) for h, (at, _) in soft.items()}
    parts, words = {}, sum(len(targets[h][0]) for h in ("ner", "domain") if h in targets)  # one of them has every word
    for head, (_, rows) in targets.items():
        logp = logits[head].float().log_softmax(-1)
        allowed = tables[head][rows]
        parts[head] = -torch.logsumexp(logp.masked_fill(~allowed, -1e4), dim=-1)
    taught = {h: -(rows * guessed[h].float().log_softmax(-1)).sum(-1) for h, (_, rows) in soft.items()}
    total = sum(WEIGHTS[h] * v.sum() for named in (parts, taught) for h, v in named.items()) / words
    shown = {**parts, **({"soft": torch.cat([*taught.values()])} if taught else {})}
    return total, {h: (v.sum().item(), len(v)) for h, v in shown.items()}


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", required=True)
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--init", required=True, help="mlm.safetensors, or a checkpoint with heads")
    p.add_argument("--out", required=True, help="directory for model.safetensors, state to resume from, scores")
    p.add_argument("--rounds", required=True, help="e.g. 'peyma=1 arman=1 parstwiner=0.5 gold=3; peyma=1 gold=2'")
    p.add_argument("--lr", type=float, default=2e-4)
    p.add_argument("--tokens", type=int, default=1024, help="subwords of a batch, padding included")
    p.add_argument("--warmup", type=float, default=0.1)
    p.add_argument("--minutes", type=float, default=1e9, help="the decay to zero ends by then, however slow the machine is")
    p.add_argument("--rounded", type=float, default=0.1, help="share of the schedule, its end, with int8 weights and activations")
    p.add_argument("--hide", type=float, default=0.05, help="share of the pieces replaced by <mask> as noise")
    p.add_argument("--perturb", type=float, default=0.1, help="share of words with a half-space that lose it")
    p.add_argument("--swap", type=float, default=0.0, help="share of the names replaced by others of their type and corpus")
    p.add_argument("--dropout", type=float, default=0.0)
    p.add_argument("--pseudo", help="records of `dabir annotate`, the corpus `pseudo` of --rounds")
    p.add_argument("--soft", help="a teacher's probabilities for these records, from teach.py")
    p.add_argument("--dev", nargs="*", default=["peyma", "gold"], help="sets scored after every round")
    p.add_argument("--all-gold", action="store_true", help="train on the labelled documents' development tenth too")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--every", type=float, default=5, help="minutes between checkpoints")
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    torch.manual_seed(1)  # the same first heads under every --seed, so that runs of several seeds can be averaged
    torch.set_num_threads(a.threads)
    subwords, labels, rounds = data.Subwords(a.tokenizer), data.Labels(), parse_rounds(a.rounds)
    corpora = {c: data.pseudo_items(a.pseudo) if c == "pseudo" else data.load(a.data, c, "train")
               for c in sorted({c for r in rounds for c in r})}
    if a.soft:
        data.add_soft(corpora["pseudo"], a.soft, subwords, labels)
    if a.all_gold:
        corpora["gold"] = corpora["gold"] + data.load(a.data, "gold", "dev")
    plan = schedule(rounds, corpora, subwords, labels, a.perturb, a.swap, a.tokens, a.seed)
    dev = {c: data.encode_all(data.load(a.data, c, "dev"), subwords, labels, limit=512) for c in a.dev}
    batches, ends = [b for r in plan for b in r], []
    for r in plan:
        ends.append((ends[-1] if ends else 0) + len(r))
    total = len(batches)
    model = load_tagger(a.init)
    model.encoder.dropout.share = a.dropout
    torch.manual_seed(a.seed)
    tables = {h: torch.tensor(rows) for h, rows in labels.rows.items()}
    optimizer = torch.optim.AdamW(param_groups(model), lr=a.lr, fused=True)
    resume, checkpoint = os.path.join(a.out, "state.pt"), os.path.join(a.out, "model.safetensors")
    step, before = 0, 0.0
    if os.path.exists(resume):
        saved = torch.load(resume)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        step, before = saved["step"], saved["seconds"]
    sizes = {c: sum(len(subwords(w)) for i in items for w in i.words) for c, items in corpora.items()}
    print(f"subwords {sizes}; rounds end at {ends}; from step {step}; "
          f"{sum(len(e.ids) for b in batches for e in b):,} subwords to see", flush=True)
    start = saved_at = time.time()
    sums, seen, shown, progress, rounding = Counter(), 0, time.time(), 0.0, False

    def seconds():
        return before + time.time() - start

    def save():
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "seconds": seconds()}, resume + ".tmp")
        os.replace(resume + ".tmp", resume)
        save_atomic(model.flat_state(), checkpoint)

    while step < total and progress < 1:
        progress = max(step / total, seconds() / 60 / a.minutes)
        lr = a.lr * min((step + 1) / (a.warmup * total), max(0.0, 1 - progress) / (1 - a.warmup))
        for group in optimizer.param_groups:
            group["lr"] = lr * group["rate"]
        generator = torch.Generator().manual_seed(a.seed * 1_000_003 + step)
        ids, visible, targets, soft = collate(batches[step], a.hide, model.config.vocab - 1, generator)
        if progress >= 1 - a.rounded and not rounding:
            evaluate.quantize_activations(model)
            rounding = True
            print(f"step {step}: int8 weights and activations from here on", flush=True)
        with rounded_weights(model) if rounding else contextlib.nullcontext():
            loss, parts = loss_of(model, tables, ids, visible, targets, soft)
            loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        seen += int(visible.sum())
        for head, (value, count) in parts.items():
            sums[head] += value
            sums[head, "n"] += count
        if step in (10, 30) or step % 100 == 0:
            means = " ".join(f"{h} {sums[h] / sums[h, 'n']:.4f}" for h in [*WEIGHTS, "soft"] if sums[h, "n"])
            print(f"step {step}/{total} {means} lr {lr:.1e} {seen / (time.time() - shown):.0f} subwords/s {seconds() / 60:.1f} min", flush=True)
            sums, seen, shown = Counter(), 0, time.time()
        if step in ends:
            scores = {c: evaluate.score(model, e, c, autocast=True) for c, e in dev.items()}
            model.train()
            write_json(scores, os.path.join(a.out, f"dev-{ends.index(step) + 1}.json"), indent=1)
            print(f"round {ends.index(step) + 1} done, {seconds() / 60:.1f} min", flush=True)
            for c, r in scores.items():
                print("  " + evaluate.short(c, r), flush=True)
            shown, seen = time.time(), 0
        if time.time() - saved_at > a.every * 60:
            save()
            saved_at = time.time()
    save()
    print(f"done at step {step}, {seconds() / 60:.1f} min", flush=True)


if __name__ == "__main__":
    main()
