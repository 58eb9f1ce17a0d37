"""Step 5: a checkpoint to the model folder that the Rust encoder reads (`dabir-model/1`).

Matrices become int8 with one scale an output channel (embeddings: one a piece); biases, LayerNorms,
positions and heads stay f32. With `--vectors` it also writes test vectors: ids and logits of a few
sentences, computed in f32 from the *dequantized* weights, which any other implementation must reproduce.
"""

import argparse
import json
import os
import shutil

import numpy as np
import torch
from safetensors.torch import load_file

import data
from common import BOS, EOS, PAD, UNK, Config, Tagger, load_tagger, save_atomic, sha256, write_json

SENTENCES = [
    "وزیر کشور در نشست با استانداران گفت: طرح جامع آموزش شهروندی تا پایان اسفند اجرا خواهد شد.",
    "مقرر شد شهرداری با همکاری اداره کل راه و شهرسازی ظرف مدت دو هفته گزارش خود را به فرمانداری ارائه دهد.",
    "به گزارش روابط عمومی، جلسۀ شورای هماهنگی مدیریت بحران شهرستان با حضور آقای دکتر رضایی برگزار شد.",
    "رؤسای دانشگاه‌ها موظف‌اند برنامه‌های خود را تا ۱۴۰۱/۰۲/۳۱ ابلاغ کنند (بند 3 - نامۀ شمارۀ ۱۲۳/۴۵).",
    "بارش باران در شمال كشور ادامه يافت",
    "😀 هزینه: ۲۵٪ از ۱۲۰ میلیون ریال — «ساعت ۱۳» API_v2",
]


def is_matrix(name, tensor):
    return tensor.dim() == 2 and not name.startswith("head.") and "position_embeddings" not in name


def quantize(weight):
    """Symmetric int8 with one scale a row; -128 is not used."""
    scale = weight.abs().amax(dim=1).clamp_min(1e-12) / 127
    return (weight / scale[:, None]).round().clamp(-127, 127).to(torch.int8), scale


def pack(state):
    """The tensors of the model file."""
    out = {}
    for name, tensor in state.items():
        if is_matrix(name, tensor):
            out[name], out[name + "_scale"] = quantize(tensor.float())
        else:
            out[name] = tensor.float()
    return out


def unpack(packed):
    """f32 weights from a model file: what the Rust side computes with, up to the order of sums."""
    return {k: v.float() * packed[k + "_scale"][:, None] if v.dtype == torch.int8 else v
            for k, v in packed.items() if not k.endswith("_scale")}


def load_model_folder(path):
    """A `Tagger` with the dequantized weights of an exported folder."""
    state = unpack(load_file(os.path.join(path, "model.safetensors")))
    config = json.load(open(os.path.join(path, "config.json"), encoding="utf-8"))
    model = Tagger(Config(config["vocab"], layer_norm_eps=config["layer_norm_eps"])).load_flat(state).eval()
    model.chains = {h: np.array(s["transitions"], dtype=np.float32) for h, s in config["heads"].items() if "transitions" in s}
    return model


def describe(model, folder, version, chain):
    c = model.config
    heads = {h: {**spec, **({"transitions": chain[h]} if h in chain else {})} for h, spec in model.specs.items()}
    return {"schema": "dabir-model/1", "name": "dabir-fa", "version": version,
            "hidden": c.hidden, "layers": c.layers, "attention_heads": c.attention_heads, "intermediate": c.intermediate,
            "vocab": c.vocab, "max_positions": c.max_positions, "layer_norm_eps": c.layer_norm_eps,
            "heads": heads, "special": {"bos": BOS, "pad": PAD, "eos": EOS, "unk": UNK},
            "tokenizer_sha256": sha256(os.path.join(folder, "tokenizer.json")),
            "weights_sha256": sha256(os.path.join(folder, "model.safetensors"))}


def vectors(folder):
    """Words, ids and logits of our own sentences."""
    model, subwords, out = load_model_folder(folder), data.Subwords(os.path.join(folder, "tokenizer.json")), []
    for text in SENTENCES:
        cut = data.words(text)
        ids, first = [BOS], []
        for _, _, word in cut:
            first.append(len(ids))
            ids += subwords(word)
        ids.append(EOS)
        with torch.no_grad():
            logits = model(torch.tensor([ids]))
        out.append({"text": text, "words": [[s, e, w] for s, e, w in cut], "ids": ids, "first": first,
                    "logits": {h: (v[0, 0] if model.specs[h]["kind"] == "sequence" else v[0]).tolist() for h, v in logits.items()}})
    return {"note": "offsets count code points; `words` holds [start, end, folded surface]; token logits have one row an id, "
                    "<s> and </s> included; `class` is read at <s>", "sentences": out}


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--out", required=True, help="the model folder")
    p.add_argument("--version", default="0.1.0")
    p.add_argument("--chain", help="scores of one label after another, from chain.py")
    p.add_argument("--vectors", help="file for test vectors")
    a = p.parse_args()
    torch.manual_seed(0)  # for heads that the checkpoint lacks
    torch.set_num_threads(1)
    os.makedirs(a.out, exist_ok=True)
    model = load_tagger(a.checkpoint)
    shutil.copy(a.tokenizer, os.path.join(a.out, "tokenizer.json"))
    save_atomic(pack(model.flat_state()), os.path.join(a.out, "model.safetensors"))
    chain = json.load(open(a.chain, encoding="utf-8")) if a.chain else {}
    write_json(describe(model, a.out, a.version, chain), os.path.join(a.out, "config.json"))
    if a.vectors:
        write_json(vectors(a.out), a.vectors)
    for name in sorted(os.listdir(a.out)):
        print(f"{os.path.getsize(os.path.join(a.out, name)) / 1e6:8.2f} MB {name}")


if __name__ == "__main__":
    main()
