"""Step 4a, optional: what checkpoints think of unlabelled sentences, for `finetune.py --soft`.

The public corpora are small, and a tagger learns their conventions better from many sentences with the probabilities
of a steadier teacher than from few with labels alone (distillation, Hinton et al. 2015; the student as large as its
teacher, Furlanello et al. 2018).
Several checkpoints are averaged.
"""

import argparse

import numpy as np
import torch
from safetensors.numpy import save_file

import data
import evaluate
from common import SOFT, load_tagger


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--records", required=True, help="records of `dabir annotate`, the file given to finetune.py --pseudo")
    p.add_argument("--out", required=True, help="safetensors: for each head the probabilities of all words, and the words a sentence")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("checkpoints", nargs="+")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    subwords, labels = data.Subwords(a.tokenizer), data.Labels()
    encoded = [data.encode(item, subwords, labels) for item in data.pseudo_items(a.records)]
    total = {h: 0 for h in SOFT}
    for path in a.checkpoints:
        rows = evaluate.probabilities(load_tagger(path), encoded, SOFT, autocast=True)
        for head in SOFT:
            total[head] = total[head] + np.concatenate([r[head] for r in rows]) / len(a.checkpoints)
        print(f"{path}: {len(encoded)} sentences, {len(total[SOFT[0]])} words", flush=True)
    save_file({"words": np.array([len(e.first) for e in encoded], dtype=np.int32),
               **{h: v.astype(np.float16) for h, v in total.items()}}, a.out)


if __name__ == "__main__":
    main()
