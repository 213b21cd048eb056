#!/usr/bin/env python3
"""Writes further fixtures with the PyTorch it runs in: every pattern of strides, averages, shards.

    /usr/bin/python3 make_more.py torch-1.13
    python3 make_more.py torch-2.13
"""
import argparse
import json
import sys

import torch
from torch import nn

folder = sys.argv[1]
torch.manual_seed(0)
generator = torch.Generator().manual_seed(0)


def draw(*shape):
    return torch.randn(*shape, generator=generator)


# Views of one storage, in every way that strides and offsets can go.
base = draw(4, 6)
block = draw(2, 3, 4, 5)
pair = torch.view_as_complex(draw(3, 4, 2))
other = pair.clone()  # one storage is saved as one type
strides = {
    "base": base,
    "transposed": base.t(),
    "rows": base[1:3],
    "columns": base[:, 2:4],
    "steps": base[::2, 1::3],
    "one": base[2, 3],
    "row": base[3],
    "column": base[:, 5],
    "expanded": base[:, :1].expand(4, 7),
    "repeated": base[0, 0].expand(3, 3),
    "overlapping": torch.as_strided(base, (5, 4), (2, 3), 1),
    "windows": base.flatten().unfold(0, 5, 2),
    "diagonal": base.diagonal(),
    "empty": base[2:2],
    "empty-column": base[:, 6:],
    "permuted": block.permute(2, 0, 3, 1),
    "channels-last": block.contiguous(memory_format=torch.channels_last),
    "single": base[:1, :1].t(),
    "real": torch.view_as_real(pair),
    "conjugated": other.conj(),
    "conjugated-transposed": other.t().conj()[1:],
    "imaginary": pair.conj().imag,
    "conjugated-negated": torch._neg_view(other.conj()),
}
torch.save(strides, f"{folder}/strides.pt")
torch.save(strides, f"{folder}/strides_legacy.pt", _use_new_zipfile_serialization=False)

net = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
average = torch.optim.swa_utils.AveragedModel(net)
for _ in range(3):
    average.update_parameters(net)
torch.save(average.state_dict(), f"{folder}/averaged.pt")

# What ema-pytorch's module saves: the model and its average, with two counts.
both = {"initted": torch.tensor(True), "step": torch.tensor(3)}
both.update({f"online_model.{k}": v for k, v in net.state_dict().items()})
both.update({f"ema_model.{k}": v * 0 for k, v in net.state_dict().items()})
torch.save(both, f"{folder}/ema.pt")

# Shards as Hugging Face's libraries write them.
state = dict(net.state_dict())
names = list(state)
parts = {"00001": names[:3], "00002": names[3:]}
for kind in ["pytorch_model.bin", "model.safetensors"]:
    stem, end = kind.split(".")
    files = {part: f"{stem}-{part}-of-00002.{end}" for part in parts}
    for part, chosen in parts.items():
        tensors = {name: state[name] for name in chosen}
        if end == "bin":
            torch.save(tensors, f"{folder}/{files[part]}")
        else:
            try:
                from safetensors.torch import save_file
            except ImportError:
                break
            save_file(tensors, f"{folder}/{files[part]}", metadata={"format": "pt"})
    else:
        index = {"metadata": {"total_size": 0},
                 "weight_map": {name: files[part] for part in parts for name in parts[part]}}
        with open(f"{folder}/{kind}.index.json", "w") as file:
            json.dump(index, file, indent=2)
torch.save(state, f"{folder}/whole.pt")

# A training script's checkpoint, with its arguments.
torch.save({"model": state, "args": argparse.Namespace(lr=0.1, seed=3, name="a"), "epoch": 7},
           f"{folder}/arguments.ckpt")

# Arrays of every version of the format, order and byte order.
import numpy  # noqa: E402

array = numpy.arange(24, dtype="<f4").reshape(2, 3, 4)
for name, version, value in [
    ("v2", (2, 0), array), ("v3", (3, 0), array), ("fortran", None, numpy.asfortranarray(array)),
    ("big", None, array.astype(">i2")), ("scalar", None, numpy.float64(2.5)),
]:
    with open(f"{folder}/{name}.npy", "wb") as file:
        numpy.lib.format.write_array(file, numpy.asanyarray(value), version=version)
# What deflates to a thousandth of its size.
numpy.savez_compressed(
    f"{folder}/zeros.npz", zeros=numpy.zeros((1024, 1024), "f4"), ones=numpy.ones(3))
