"""Step 5, optional: the mean of checkpoints of one run, or of runs that start from one another.

Weights that come from the same start lie close enough that their mean is a model too, and a steadier one than each.
"""

import argparse

from safetensors.torch import load_file

from common import save_atomic


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("checkpoints", nargs="+", help="model.safetensors of two or more runs")
    p.add_argument("--out", required=True)
    a = p.parse_args()
    states = [load_file(path) for path in a.checkpoints]
    if any(s.keys() != states[0].keys() for s in states):
        raise SystemExit("the checkpoints do not have the same tensors")
    save_atomic({name: sum(s[name] for s in states) / len(states) for name in states[0]}, a.out)


if __name__ == "__main__":
    main()
