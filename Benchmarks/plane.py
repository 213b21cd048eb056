#!/usr/bin/env python3
"""Training loss and test error over the plane of three checkpoints, written plainly in PyTorch.

    plane.py FOLDER DIGITS.npz SIDE THREADS ROUNDS

FOLDER holds seed0, seed1 and seed2 of Basin's `train cnn` or `train cnn-bn`. The loop of the authors'
plane.py (github.com/timgaripov/dnn-mode-connectivity): at every point the parameters are set, batch norm
is recomputed by a pass over the training split in training mode with momentum b/(n + b), and both
splits are evaluated. Inputs are in memory as tensors, in batches of 500. Prints the min seconds of the
rounds, and the sums of training loss and test error over the plane.
"""
import json
import math
import sys
import time

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

from pairwise import read_safetensors


class CNN(nn.Module):
    def __init__(self, norm):
        super().__init__()
        sizes = [1, 16, 32, 32]
        self.norm = norm
        for i in (1, 2, 3):
            setattr(self, f"conv{i}", nn.Conv2d(sizes[i - 1], sizes[i], 3, padding=1, bias=not norm))
            if norm:
                setattr(self, f"bn{i}", nn.BatchNorm2d(sizes[i]))
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        for i in (1, 2, 3):
            x = getattr(self, f"conv{i}")(x)
            if self.norm:
                x = getattr(self, f"bn{i}")(x)
            x = F.max_pool2d(F.relu(x), 2)
        return self.fc(torch.flatten(x, 1))


def bn_update(net, batches):
    modules = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    if not modules:
        return
    net.train()
    for m in modules:
        m.reset_running_stats()
    n = 0
    for x, _ in batches:
        b = len(x)
        for m in modules:
            m.momentum = b / (n + b)
        net(x)
        n += b
    net.eval()


def test(net, batches):
    loss, wrong, n = 0.0, 0, 0
    for x, y in batches:
        z = net(x)
        loss += F.cross_entropy(z, y, reduction="sum").item()
        wrong += (z.argmax(1) != y).sum().item()
        n += len(x)
    return loss / n, wrong / n


@torch.no_grad()
def plane(net, weights, train, held_out, side):
    w = weights
    u = w[1] - w[0]
    dx = u.norm().item()
    u /= dx
    v = w[2] - w[0]
    bend = torch.dot(u, v).item()
    v -= bend * u
    dy = v.norm().item()
    v /= dy
    # All three anchors inside, with a margin of a fifth.
    left, right = min(0, bend), max(dx, bend)
    width = right - left
    total = [0.0, 0.0]
    for y in np.linspace(-0.2 * dy, 1.2 * dy, side):
        for x in np.linspace(left - 0.2 * width, right + 0.2 * width, side):
            p = (w[0] + x * u + y * v).float()
            offset = 0
            for parameter in net.parameters():
                size = parameter.numel()
                parameter.data.copy_(p[offset:offset + size].view_as(parameter))
                offset += size
            bn_update(net, mixed)
            loss, _ = test(net, train)
            _, error = test(net, held_out)
            total[0] += loss
            total[1] += error
    return total


def main():
    folder, data = sys.argv[1:3]
    side, threads, rounds = map(int, sys.argv[3:])
    torch.set_num_threads(threads)
    digits = np.load(data)
    images = torch.from_numpy(digits["images"].astype(np.float32) / 16)[:, None]
    labels = torch.from_numpy(digits["labels"].astype(np.int64))
    train = list(zip(images[:-600].split(500), labels[:-600].split(500)))
    # Batch norm is recomputed on the same batches as Basin's.
    count = len(labels) - 600
    step = round(count * 0.6180339887498949)
    while math.gcd(step, count) != 1:
        step += 1
    order = torch.arange(count) * step % count
    mixed = list(zip(images[order].split(500), labels[order].split(500)))
    held_out = list(zip(images[-600:].split(500), labels[-600:].split(500)))
    states = [read_safetensors(f"{folder}/seed{i}/last.safetensors") for i in range(3)]
    net = CNN("bn1.weight" in states[0])
    weights = []
    for state in states:
        net.load_state_dict(state)
        weights.append(torch.cat([p.detach().flatten() for p in net.parameters()]).double())
    least = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        loss, error = plane(net, weights, train, held_out, side)
        least = min(least, time.perf_counter() - start)
    print(json.dumps({"seconds": least, "loss": loss, "error": error}))


if __name__ == "__main__":
    main()
