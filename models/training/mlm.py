"""Step 3: adapt the pruned encoder to Persian news by masked language modelling.

The 4-bit base has seen a hundred languages and sentence pairs only; a few million subwords of the text it
will read give more than any change of the fine-tuning. Documents that read like government news come more
often. Runs on one CPU thread in the background; a checkpoint is written every few minutes and the same
command goes on from it.
"""

import argparse
import math
import os
import random
import re
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import data
from common import BOS, EOS, Encoder, Config, param_groups, save_atomic
from safetensors.torch import load_file

GOVERNMENT = re.compile(
    "وزیر|وزارت|استاندار|فرماندار|شهردار|بخشدار|دهیار|دولت|مجلس|شورا|سازمان|مدیرکل|مدیر کل|معاون|رئیس|ستاد|کمیسیون|"
    "کارگروه|مصوب|مقرر|مکلف|موظف|ابلاغ|دستور|جلسه|استان|شهرستان|تاکید|پیگیری|اجرا|طرح|نماینده")


def likeness(text):
    """How much a text reads like government news: its share of such words, from 0 to about 1."""
    return min(1.0, 10 * len(GOVERNMENT.findall(data.fold(text))) / max(80, text.count(" ")))


def corpus(folder, tokenizer, sharpness, seed):
    """Token ids of all texts in training order: weighted sampling without replacement, labelled sentences spread in."""
    subwords, rng, keyed = data.Subwords(tokenizer), random.Random(seed), []
    for text in data.news(folder):
        weight = likeness(text) ** sharpness + 1e-6
        keyed.append((rng.random() ** (1 / weight), text))
    keyed.sort(key=lambda kv: -kv[0])
    texts = [[w for _, _, w in data.words(t)] for _, t in keyed]
    own = [i.words for c in ("peyma", "arman") for i in data.load(folder, c, "train")]
    rng.shuffle(own)
    step = max(1, len(own) // 4000)  # the labelled sentences all come within the first 4,000 documents
    out = []
    for n, words in enumerate(texts):
        for part in (words, *own[n * step:(n + 1) * step]):
            for w in part:
                out += subwords(w)
            out.append(EOS)
    return np.array(out, dtype=np.uint16)


class MaskedModel(nn.Module):
    """The encoder with an output layer tied to the word embeddings."""

    def __init__(self, config):
        super().__init__()
        self.encoder = Encoder(config)
        self.dense, self.norm = nn.Linear(config.hidden, config.hidden), nn.LayerNorm(config.hidden)
        self.bias = nn.Parameter(torch.zeros(config.vocab))
        nn.init.eye_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)

    def forward(self, ids, at, target):
        h = self.encoder(ids).reshape(-1, self.encoder.config.hidden)[at]
        h = self.norm(F.gelu(self.dense(h)))
        logits = F.linear(h, self.encoder.embeddings.word_embeddings.weight, self.bias)
        return F.cross_entropy(logits.float(), target)


def mask(rows, vocab, share, generator):
    """Hide `share` of the tokens: 80 % become <mask>, 10 % another piece, 10 % stay."""
    ids = torch.from_numpy(rows.astype(np.int64))
    flat = ids.view(-1)
    candidates = torch.nonzero(flat > 3).squeeze(1)
    at = candidates[torch.randperm(len(candidates), generator=generator)[:int(share * flat.numel())]]
    target, dice = flat[at].clone(), torch.rand(len(at), generator=generator)
    flat[at[dice < 0.8]] = vocab - 1
    other = at[dice >= 0.9]
    flat[other] = torch.randint(4, vocab - 1, (len(other),), generator=generator)
    return ids, at, target


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", required=True)
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--init", required=True, help="base.safetensors of prune.py, or state.pt of an earlier run")
    p.add_argument("--out", required=True, help="directory for mlm.safetensors and the state to resume from")
    p.add_argument("--tokens", type=float, default=3.6e6, help="length of the schedule in subwords")
    p.add_argument("--minutes", type=float, default=1e9, help="the schedule ends by then, however slow the machine is")
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--rows", type=int, default=16, help="rows of --length in a batch")
    p.add_argument("--length", type=int, default=128)
    p.add_argument("--skip", type=int, default=0, help="batches of the text to pass over, because an earlier run has seen them")
    p.add_argument("--share", type=float, default=0.2)
    p.add_argument("--sharpness", type=float, default=2.0, help="0: all documents alike; higher: government news first")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--every", type=float, default=5, help="minutes between checkpoints")
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    torch.set_num_threads(a.threads)
    cache = os.path.join(a.out, "ids.npy")
    if not os.path.exists(cache):
        np.save(cache, corpus(a.data, a.tokenizer, a.sharpness, a.seed))
    ids = np.load(cache)
    body = a.length - 2
    rows = ids[:len(ids) // body * body].reshape(-1, body)
    rows = np.concatenate([np.full((len(rows), 1), BOS, ids.dtype), rows, np.full((len(rows), 1), EOS, ids.dtype)], axis=1)
    held, rows = rows[:8 * a.rows:8], np.delete(rows, np.s_[:8 * a.rows:8], axis=0)
    if a.init.endswith(".pt"):
        state = torch.load(a.init)["model"]
        model = MaskedModel(Config(len(state["bias"])))
        model.load_state_dict(state)
    else:
        state = load_file(a.init)
        model = MaskedModel(Config(state["embeddings.word_embeddings.weight"].shape[0]))
        model.encoder.load_state_dict(state)
    optimizer = torch.optim.AdamW(param_groups(model), lr=a.lr, betas=(0.9, 0.98), fused=True)
    total, resume, step, before = int(a.tokens / (a.rows * a.length)), os.path.join(a.out, "state.pt"), 0, 0.0
    if os.path.exists(resume):
        saved = torch.load(resume)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        step, before = saved["step"], saved["seconds"]
    print(f"{len(ids):,} subwords, {total} steps from {step}", flush=True)
    vocab, start, losses, saved_at = model.encoder.config.vocab, time.time(), [], time.time()

    def seconds():
        return before + time.time() - start

    def loss_of(batch, seed):
        generator = torch.Generator().manual_seed(seed)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return model(*mask(batch, vocab, a.share, generator))

    def save():
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "seconds": seconds()}, resume + ".tmp")
        os.replace(resume + ".tmp", resume)
        save_atomic(model.encoder.state_dict(), os.path.join(a.out, "mlm.safetensors"))

    def report(note=""):
        with torch.no_grad():
            dev = loss_of(held, 7).item()
        rate = a.rows * a.length * len(losses_all) / (time.time() - start)
        print(f"step {step} loss {np.mean(losses):.3f} held-out {dev:.3f} {rate:.0f} subwords/s "
              f"{seconds() / 60:.1f} min {note}", flush=True)

    losses_all = []
    while step < total:
        progress = max(step / total, seconds() / 60 / a.minutes)
        if progress >= 1:
            break
        lr = a.lr * min(1.0, (step + 1) / 60) * max(0.05, 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimizer.param_groups:
            group["lr"] = lr
        at = (a.skip + step) * a.rows % (len(rows) - a.rows)
        loss = loss_of(rows[at:at + a.rows], a.seed * 1_000_003 + step)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        losses.append(loss.item())
        losses_all.append(losses[-1])
        if step in (5, 20) or step % 50 == 0:
            report(f"lr {lr:.1e}")
            losses = []
        if time.time() - saved_at > a.every * 60:
            save()
            saved_at = time.time()
    save()
    losses = losses or losses_all[-20:]
    report("done")


if __name__ == "__main__":
    main()
