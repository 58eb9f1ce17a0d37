"""One Python engine of the comparison; obeys the same lines as the Rust ones (see src/main.rs).

    python worker.py ENGINE FOLDER BATCHES
"""

import json
import os
import sys

import numpy as np


def rectangle(batch):
    length = max(len(ids) for ids in batch)
    ids = np.ones((len(batch), length), np.int64)
    mask = np.zeros((len(batch), length), np.int64)
    for row, sequence in enumerate(batch):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    return ids, mask


def onnxruntime_engine(file):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    names = {i.name for i in session.get_inputs()}

    def run(ids, mask):
        inputs = {"input_ids": ids, "attention_mask": mask}
        return session.run(["logits"], {k: v for k, v in inputs.items() if k in names})[0]

    return run


def torch_engine(folder, kind):
    import torch
    from transformers import BertForTokenClassification

    torch.set_num_threads(1)
    model = BertForTokenClassification.from_pretrained(folder).to(getattr(torch, kind)).eval()

    def run(ids, mask):
        with torch.inference_mode():
            logits = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits
            return logits.float().numpy()

    return run


def engine(name, folder):
    if name == "torch-f32":
        return torch_engine(os.path.join(folder, "bert"), "float32")
    if name == "torch-bf16":
        return torch_engine(os.path.join(folder, "bert"), "bfloat16")
    files = {"ort-f32": "model.onnx", "ort-f32-fused": "model.fused.onnx", "ort-int8": "model.int8.onnx",
             "ort-int8-fused": "model.fused.int8.onnx", "ort-int8-dabir": "model.dabir.int8.onnx"}
    return onnxruntime_engine(os.path.join(folder, files[name]))


def main():
    name, folder, batches = sys.argv[1:]
    batches = json.load(open(batches))
    run = engine(name, folder)
    print("ready", flush=True)
    for line in sys.stdin:
        if line.startswith("run"):
            for batch in batches:
                run(*rectangle(batch))
            print("done", flush=True)
        elif line.startswith("logits "):
            with open(line.split(" ", 1)[1].strip(), "wb") as out:
                for batch in batches:
                    ids, mask = rectangle(batch)
                    out.write(run(ids, mask)[mask.astype(bool)].astype("<f4").tobytes())
            print("written", flush=True)


main()
