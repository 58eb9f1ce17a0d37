"""Step 2: cut the vocabulary down to the pieces that Persian text uses.

The base has 250,037 pieces for a hundred languages; nine tenths of its parameters are their vectors. Kept
are the pieces that occur in the training text when it is cut and encoded as it will be, and all pieces made
only of Persian letters, digits and punctuation or of one or two ASCII characters. Writes the pruned
`tokenizer.json` and the base weights with the matching rows.
"""

import argparse
import collections
import json
import os
import re
import unicodedata

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

import data
from common import save_atomic

PERSIAN = re.compile(r"^▁?[ء-غف-يً-ْپچژکگی\u200c۰-۹٠-٩،؛؟٪«»]+$")
ASCII = re.compile(r"^▁?[\x21-\x7e]{1,2}$")
SPECIAL = 4  # <s> <pad> </s> <unk> come first in the base vocabulary
BASE_MASK = 250001


def wanted(number, piece, counts, least):
    return (number < SPECIAL or counts[number] >= least or PERSIAN.match(piece) or ASCII.match(piece)
            or (len(piece) == 1 and unicodedata.category(piece)[0] in "PSN"))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", required=True, help="the data directory")
    p.add_argument("--tokenizer", required=True, help="tokenizer.json of multilingual-e5-small")
    p.add_argument("--base", required=True, help="output of convert.py")
    p.add_argument("--out", required=True, help="directory for tokenizer.json and base.safetensors")
    p.add_argument("--least", type=int, default=2, help="keep a piece that occurs this often")
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    full = Tokenizer.from_file(a.tokenizer)
    frequency = collections.Counter(w for text in data.news(a.data) for _, _, w in data.words(text))
    for corpus in (*data.CORPORA, "gold"):
        frequency.update(w for i in data.load(a.data, corpus, "train") for w in i.words)
    counts, forms = collections.Counter(), list(frequency)
    for i in range(0, len(forms), 10000):
        for word, e in zip(forms[i:i + 10000], full.encode_batch(forms[i:i + 10000], add_special_tokens=False)):
            for piece in e.ids:
                counts[piece] += frequency[word]
    spec = json.load(open(a.tokenizer, encoding="utf-8"))
    vocab = spec["model"]["vocab"]
    keep = [i for i, (piece, _) in enumerate(vocab) if i < BASE_MASK and wanted(i, piece, counts, a.least)]
    mask = len(keep)
    spec["model"]["vocab"] = [vocab[i] for i in keep]
    spec["added_tokens"] = [t for t in spec["added_tokens"] if t["id"] < SPECIAL] + [
        {"id": mask, "content": "<mask>", "single_word": False, "lstrip": True, "rstrip": False, "normalized": False, "special": True}]
    spec["truncation"] = spec["padding"] = None
    out = os.path.join(a.out, "tokenizer.json")
    json.dump(spec, open(out, "w", encoding="utf-8"), ensure_ascii=False, separators=(",", ":"))
    state = load_file(a.base)
    state["embeddings.word_embeddings.weight"] = state["embeddings.word_embeddings.weight"][torch.tensor(keep + [BASE_MASK])]
    save_atomic(state, os.path.join(a.out, "base.safetensors"))
    small = Tokenizer.from_file(out)
    total = sum(frequency.values())
    sample = list(frequency.items())[::37]
    same = sum(n for w, n in sample if [full.id_to_token(i) for i in full.encode(w, add_special_tokens=False).ids]
               == [small.id_to_token(i) for i in small.encode(w, add_special_tokens=False).ids]) / sum(n for _, n in sample)
    print(f"{total:,} words, {sum(counts.values()):,} subwords; kept {len(keep):,} pieces + mask = {small.get_vocab_size():,}; "
          f"{same:.2%} of the words are cut as before; tokenizer.json {os.path.getsize(out) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
