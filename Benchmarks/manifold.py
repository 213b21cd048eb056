#!/usr/bin/env python3
"""Cutting planes on a digit CNN, written in PyTorch as one would: all planes of one dimension in a batch, 300
steps of Adam, no early stop.

    manifold.py CHECKPOINT DIGITS.npz

CHECKPOINT is a safetensors state dict of Basin's `cnn:channels=16-32-32`. Prints seconds for 10 classes × 12
dimensions × 50 planes, and the mean of the probabilities that were reached.
"""
import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from pairwise import CNN, read_safetensors


def search(net, images, labels, dimension, planes, steps=300, lr=0.05):
    """The largest target probability that each plane reaches, for all targets."""
    targets = torch.arange(10).repeat_interleave(planes)
    count = len(targets)
    places = torch.empty(count, dtype=torch.long)
    for i, target in enumerate(targets):
        others = (labels != target).nonzero()[:, 0]
        places[i] = others[torch.randint(len(others), ())]
    origin = images[places].flatten(1)
    basis = torch.randn(count, dimension, origin.shape[1])
    basis = basis / basis.norm(dim=2, keepdim=True)
    theta = torch.zeros(count, dimension, requires_grad=True)
    optimizer = torch.optim.Adam([theta], lr=lr, eps=1e-7)
    best = torch.zeros(count)
    for _ in range(steps):
        points = origin + torch.bmm(theta[:, None], basis)[:, 0]
        log_probabilities = F.log_softmax(net(points.view(-1, 1, 8, 8)), dim=1)
        chosen = log_probabilities.gather(1, targets[:, None])[:, 0]
        best = torch.maximum(best, chosen.detach().exp())
        optimizer.zero_grad()
        (-chosen.sum()).backward()
        optimizer.step()
    return best


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    digits = np.load(sys.argv[2])
    images = torch.from_numpy(digits["images"][:-600].astype(np.float32) / 16)[:, None]
    labels = torch.from_numpy(digits["labels"][:-600].astype(np.int64))
    net = CNN().eval()
    net.load_state_dict(read_safetensors(sys.argv[1]))
    for parameter in net.parameters():
        parameter.requires_grad_(False)
    start = time.perf_counter()
    best = [search(net, images, labels, d, 50) for d in [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]]
    print(json.dumps({
        "seconds": time.perf_counter() - start, "probability": torch.cat(best).mean().item()}))


main()
