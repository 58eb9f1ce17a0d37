#!/usr/bin/env python3
"""Hold what `dabir model export` writes against the logits that PyTorch computed from the same weights.

Needs Python 3.9 or later with onnx and onnxruntime:

    python3 -m venv /tmp/oracles
    /tmp/oracles/bin/pip install onnx onnxruntime
    cargo build --release
    /tmp/oracles/bin/python scripts/check-onnx.py target/release/dabir [MODEL ...]

Each MODEL is a folder with `vectors.json` (default: the shipped model and the small one of the tests). Checked
are that the file is a legal ONNX model, and that ONNX Runtime gives the expected logits: all sentences of a file in
one padded batch, to 2e-4 in floating point; with --int8, where activations are quantized tensor by tensor, the
label of at least 97 % of the tokens. Exit status 1 if one differs.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MODELS = [os.path.join(HERE, folder) for folder in ("models/dabir-fa", "tests/fixtures/tiny-model")]


def outputs(file, sentences, pad):
    onnx.checker.check_model(file, full_check=True)
    length = max(len(s["ids"]) for s in sentences)
    ids = np.full((len(sentences), length), pad, np.int64)
    mask = np.zeros_like(ids)
    for row, sentence in enumerate(sentences):
        ids[row, : len(sentence["ids"])] = sentence["ids"]
        mask[row, : len(sentence["ids"])] = 1
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return session.run(["logits", "sequence_logits"], {"input_ids": ids, "attention_mask": mask})


def heads(config, kind):
    """Name and columns of the heads of a kind."""
    start = 0
    for name, head in config["heads"].items():
        if head["kind"] == kind:
            yield name, slice(start, start + len(head["labels"]))
            start += len(head["labels"])


def compare(dabir, folder, int8):
    config = json.load(open(os.path.join(folder, "config.json"), encoding="utf-8"))
    sentences = json.load(open(os.path.join(folder, "vectors.json"), encoding="utf-8"))["sentences"]
    with tempfile.TemporaryDirectory() as temporary:
        file = os.path.join(temporary, "model.onnx")
        command = [dabir, "model", "export", "--model", folder, "--onnx", file] + ["--int8"] * int8
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        token, sequence = outputs(file, sentences, config["special"].get("pad", 0))
    greatest, same, tokens = 0.0, 0, 0
    for row, sentence in enumerate(sentences):
        for name, columns in heads(config, "token"):
            expected, found = np.array(sentence["logits"][name]), token[row, : len(sentence["ids"]), columns]
            greatest = max(greatest, np.abs(expected - found).max())
            same += (expected.argmax(1) == found.argmax(1)).sum()
            tokens += len(expected)
        for name, columns in heads(config, "sequence"):
            expected, found = np.array(sentence["logits"][name]), sequence[row, columns]
            greatest = max(greatest, np.abs(expected - found).max())
    right = same >= 0.97 * tokens if int8 else greatest <= 2e-4
    form = "int8" if int8 else "f32 "
    print(f"{folder} {form}: greatest difference {greatest:.2g}, same labels {same}/{tokens}"
          f"{'' if right else '  WRONG'}")
    return right


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folders = sys.argv[2:] or MODELS
    results = [compare(sys.argv[1], folder, int8) for folder in folders for int8 in (False, True)]
    sys.exit(0 if all(results) else 1)


main()
