#!/usr/bin/env python3
"""Similarity and disagreement of checkpoints, written plainly in PyTorch.

    pairwise.py FOLDER DIGITS.npz

FOLDER holds safetensors or .pt state dicts of Basin's `cnn:channels=16-32-32`. Prints the seconds
that the forward passes take, and that the two matrices take with them: the min of several rounds.
"""
import glob
import json
import struct
import sys
import time

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 32, 3, padding=1)
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        for conv in (self.conv1, self.conv2, self.conv3):
            x = F.max_pool2d(F.relu(conv(x)), 2)
        return self.fc(torch.flatten(x, 1))


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    kinds = {"F32": np.float32, "I64": np.int64}
    return {
        name: torch.from_numpy(
            np.frombuffer(data[slice(*entry["data_offsets"])], kinds[entry["dtype"]])
            .reshape(entry["shape"]).copy())
        for name, entry in header.items() if name != "__metadata__"
    }


def forward_passes(net, paths, x):
    classes, weights = [], []
    with torch.no_grad():
        for path in paths:
            state = read_safetensors(path)
            net.load_state_dict(state)
            logits = torch.cat([net(batch) for batch in x.split(500)])
            classes.append(logits.argmax(1))
            weights.append(torch.cat([p.flatten() for p in net.parameters()]))
    return classes, weights


def matrices(classes, weights):
    w = torch.stack(weights).double()
    w = w / w.norm(dim=1, keepdim=True)
    c = torch.stack(classes)
    return w @ w.T, (c[:, None] != c[None]).double().mean(2)


def seconds(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def main():
    torch.set_num_threads(1)
    paths = sorted(glob.glob(sys.argv[1] + "/*.safetensors"))
    digits = np.load(sys.argv[2])
    x = torch.from_numpy(digits["images"][-600:].astype(np.float32) / 16)[:, None]
    net = CNN().eval()
    rounds = [
        (seconds(lambda: forward_passes(net, paths, x)),
         seconds(lambda: matrices(*forward_passes(net, paths, x))))
        for _ in range(15)
    ]
    passes, whole = map(min, zip(*rounds))
    print(json.dumps({"checkpoints": len(paths), "forward": passes, "whole": whole}))


if __name__ == "__main__":
    main()
