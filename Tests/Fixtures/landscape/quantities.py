#!/usr/bin/env python3
"""What PyTorch finds with the networks of make.py, read from their files, for the papers' quantities:

    quantities.py ../../../Sources/Datasets/Resources/digits.npz

writes directions.safetensors (two directions by parameter name), flat.safetensors (the same as vectors), and
quantities.json: losses at points of the plane along them, with the centre's batch-norm statistics and
recomputed, with the L2 term ½·5e-4·‖w‖² added to the training loss; losses on the straight line between two
networks with the statistics of the first; and losses on the Bézier curve and the polygonal chain with three
networks as control points. PyTorch 2.13, safetensors.
"""
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

here = Path(__file__).parent
source = (here / "make.py").read_text().rsplit("\nmain()", 1)[0]
exec(compile(source, "make.py", "exec"))
DECAY = 5e-4


def read(norm, name):
    net = CNN(norm)
    net.load_state_dict(torch.load(here / name))
    return net.eval()


def measured(net):
    out = values(net)
    out["regularized"] = out["train_loss"] + 0.5 * DECAY * flat(net).double().square().sum().item()
    return out


bn = [read(True, f"bn-{i}.pt") for i in range(3)]
plain = [read(False, f"plain-{i}.pt") for i in range(3)]
generator = torch.Generator().manual_seed(5)
directions = [
    {n: 0.3 * torch.randn(p.shape, generator=generator) for n, p in bn[0].named_parameters()}
    for _ in range(2)
]
save_file(
    {f"direction{i}.{n}": d for i, one in enumerate(directions) for n, d in one.items()},
    here / "directions.safetensors")
vectors = [torch.cat([d.flatten() for d in one.values()]) for one in directions]
save_file({f"direction{i}": v for i, v in enumerate(vectors)}, here / "flat.safetensors")

plane = []
for x, y in ((-1, -1), (0, 0), (1, -1), (-1, 1), (0.5, 0.25), (1, 1)):
    net = at(bn[0], (flat(bn[0]).double() + x * vectors[0].double() + y * vectors[1].double()).float())
    kept = measured(net)
    plane.append({"x": x, "y": y, "kept": kept, "recomputed": measured(bn_update(net))})
line = []
for t in (0, 0.25, 0.5, 0.75, 1):
    w = ((1 - t) * flat(bn[0]).double() + t * flat(bn[1]).double()).float()
    line.append({"t": t, **measured(at(bn[0], w))})
curves = {"bezier": [], "chain": []}
ends = [flat(net).double() for net in (plain[0], plain[2], plain[1])]
for t in (0, 0.25, 0.5, 0.75, 1):
    for kind, c in (
        ("bezier", ((1 - t) ** 2, 2 * t * (1 - t), t ** 2)),
        ("chain", [max(0, 1 - abs(2 * t - i)) for i in range(3)]),
    ):
        w = sum(a * b for a, b in zip(c, ends))
        curves[kind].append({"t": t, **measured(at(plain[0], w.float()))})
with open(here / "quantities.json", "w") as file:
    json.dump({"plane": plane, "line": line, "curves": curves}, file)
    file.write("\n")
