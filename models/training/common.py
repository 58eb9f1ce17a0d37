"""The model: a small BERT encoder in plain PyTorch with several linear heads on it.

Exists so that training needs no `transformers`, and so that the names of the parameters are, from the
first step to the last, the names that the exported file has and the Rust encoder reads.
"""

import hashlib
import json
import math
import os

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

BOS, PAD, EOS, UNK = 0, 1, 2, 3


def bio(*types):
    """The BIO label list of some span types; `O` is always label 0."""
    return ["O"] + [f"{prefix}-{t}" for t in types for prefix in "BI"]


# One head a public corpus, since each draws the boundaries of the same types its own way. `ner` is PEYMA's, with EVENT added.
NER_TYPES = ("PER", "ORG", "LOC", "DATE", "TIME", "MONEY", "PERCENT", "EVENT")
ARMAN_TYPES = ("PER", "ORG", "LOC", "EVENT", "FAC", "PRODUCT")
PARSTWINER_TYPES = ("PER", "ORG", "LOC", "EVENT", "POG", "NAT")
DOMAIN_TYPES = ("PER", "ORG", "LOC")
SLOT_TYPES = ("ASSIGNEE", "COLLABORATOR", "ISSUER", "DEADLINE")
CLASSES = ["decision", "directive", "plan", "request", "report", "none"]
TASK_CLASSES = {"decision", "directive", "plan", "request"}

HEADS = {
    "ner": {"labels": bio(*NER_TYPES), "kind": "token"},
    "arman": {"labels": bio(*ARMAN_TYPES), "kind": "token"},
    "parstwiner": {"labels": bio(*PARSTWINER_TYPES), "kind": "token"},
    "domain": {"labels": bio(*DOMAIN_TYPES), "kind": "token"},
    "role": {"labels": bio("ROLE"), "kind": "token"},
    "slot": {"labels": bio(*SLOT_TYPES), "kind": "token"},
    "act": {"labels": bio("ACT"), "kind": "token"},
    "class": {"labels": CLASSES, "kind": "sequence"},
}

# The heads that unlabelled sentences can teach by a teacher's probabilities (`teach.py`); the program's records teach the others.
SOFT = ("ner", "arman", "parstwiner", "slot", "act")


class Config:
    """The shape of the encoder (that of multilingual-e5-small, with a pruned vocabulary)."""

    def __init__(self, vocab, hidden=384, layers=12, attention_heads=12, intermediate=1536,
                 max_positions=512, layer_norm_eps=1e-12):
        self.vocab, self.hidden, self.layers = vocab, hidden, layers
        self.attention_heads, self.intermediate = attention_heads, intermediate
        self.max_positions, self.layer_norm_eps = max_positions, layer_norm_eps


class Dropout:
    """Dropout whose masks are pieces of one long random mask: drawing fresh numbers would take a fifth of a training step."""

    def __init__(self, share=0.0, length=1 << 23):
        self.share, self.length, self.bank = share, length, None

    def __call__(self, x, training):
        if not training or self.share == 0.0:
            return x
        if self.bank is None:
            kept = torch.rand(self.length) >= self.share
            self.bank = kept.to(torch.bfloat16) / (1 - self.share)
        at = int(torch.randint(self.length - x.numel(), ()))
        return x * self.bank[at:at + x.numel()].view(x.shape)


class Named(nn.Module):
    """A container whose children carry the names of the file format."""

    def __init__(self, /, **children):
        super().__init__()
        for name, child in children.items():
            self.add_module(name, child)


class Layer(nn.Module):
    """One transformer layer: attention and feed-forward, LayerNorm after each sum."""

    def __init__(self, c):
        super().__init__()
        linear, norm = nn.Linear, lambda: nn.LayerNorm(c.hidden, eps=c.layer_norm_eps)
        self.heads = c.attention_heads
        self.attention = Named(
            self=Named(query=linear(c.hidden, c.hidden), key=linear(c.hidden, c.hidden),
                       value=linear(c.hidden, c.hidden)),
            output=Named(dense=linear(c.hidden, c.hidden), LayerNorm=norm()))
        self.intermediate = Named(dense=linear(c.hidden, c.intermediate))
        self.output = Named(dense=linear(c.intermediate, c.hidden), LayerNorm=norm())

    def forward(self, x, mask, dropout):
        b, n, h = x.shape
        split = lambda t: t.view(b, n, self.heads, h // self.heads).transpose(1, 2)
        a = getattr(self.attention, "self")
        y = F.scaled_dot_product_attention(split(a.query(x)), split(a.key(x)), split(a.value(x)), attn_mask=mask)
        y = dropout(self.attention.output.dense(y.transpose(1, 2).reshape(b, n, h)), self.training)
        x = self.attention.output.LayerNorm(x + y)
        y = dropout(self.output.dense(F.gelu(self.intermediate.dense(x))), self.training)
        return self.output.LayerNorm(x + y)


class Encoder(nn.Module):
    """Token ids to hidden states."""

    def __init__(self, c):
        super().__init__()
        self.config, self.dropout = c, Dropout()
        self.embeddings = Named(word_embeddings=nn.Embedding(c.vocab, c.hidden),
                                position_embeddings=nn.Embedding(c.max_positions, c.hidden),
                                LayerNorm=nn.LayerNorm(c.hidden, eps=c.layer_norm_eps))
        self.encoder = Named(layer=nn.ModuleList(Layer(c) for _ in range(c.layers)))

    def forward(self, ids, positions=None, mask=None):
        """`mask` is True where a token (row) may look at another (column); shape [b, 1, n, n] or [b, 1, 1, n]."""
        if positions is None:
            positions = torch.arange(ids.shape[1], device=ids.device).unsqueeze(0)
        e = self.embeddings
        x = self.dropout(e.LayerNorm(e.word_embeddings(ids) + e.position_embeddings(positions)), self.training)
        for layer in self.encoder.layer:
            x = layer(x, mask, self.dropout)
        return x


class Tagger(nn.Module):
    """The encoder with its heads; every head is one linear layer over the hidden states."""

    def __init__(self, c, heads=HEADS):
        super().__init__()
        self.config, self.specs, self.chains = c, heads, {}  # chains: for some heads, scores of one label after another
        self.encoder = Encoder(c)
        self.head = nn.ModuleDict({name: nn.Linear(c.hidden, len(h["labels"])) for name, h in heads.items()})
        for name, head in self.head.items():
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)
            if heads[name]["kind"] == "token":
                # Most words are O. Without this, all heads first pull the encoder towards one constant "O" vector,
                # and at a high learning rate it stays there.
                head.bias.data[0] = 2.2 + math.log(len(heads[name]["labels"]) - 1)

    def forward(self, ids, positions=None, mask=None):
        x = self.encoder(ids, positions, mask)
        return {name: head(x) for name, head in self.head.items()}

    def flat_state(self):
        """The parameters under the names of the exported file (no `encoder.` in front of the encoder's)."""
        state = {k: v for k, v in self.encoder.state_dict().items()}
        state.update({f"head.{k}": v for k, v in self.head.state_dict().items()})
        return {k: v.detach().contiguous() for k, v in state.items()}

    def load_flat(self, state):
        self.encoder.load_state_dict({k: v for k, v in state.items() if not k.startswith("head.")})
        heads = {k[len("head."):]: v for k, v in state.items() if k.startswith("head.")}
        if heads:
            self.head.load_state_dict(heads)
        return self


def save_atomic(state, path):
    """Write a safetensors file so that a killed run never leaves half of one."""
    save_file({k: v.detach().contiguous() for k, v in state.items()}, path + ".tmp")
    os.chmod(path + ".tmp", 0o644)
    os.replace(path + ".tmp", path)


def write_json(value, path, **kw):
    with open(path + ".tmp", "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=False, **kw)
    os.replace(path + ".tmp", path)


def load_tagger(path):
    """A `Tagger` from a checkpoint with or without heads (missing heads stay random)."""
    state = load_file(path)
    return Tagger(Config(state["embeddings.word_embeddings.weight"].shape[0])).load_flat(state)


def param_groups(model, decay=0.01, head_rate=5.0):
    """Weight decay on matrices only; the heads, which start from nothing, learn faster. `rate` multiplies the learning rate."""
    groups = {}
    for name, p in model.named_parameters():
        rate = head_rate if name.startswith("head.") else 1.0
        groups.setdefault((rate, decay if p.dim() > 1 else 0.0), []).append(p)
    return [{"params": params, "rate": rate, "weight_decay": wd} for (rate, wd), params in groups.items()]


def sha256(path):
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()
