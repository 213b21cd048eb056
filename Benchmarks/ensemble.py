#!/usr/bin/env python3
"""Scores of ensembles of checkpoints by size, written in PyTorch as one would.

    ensemble.py FOLDER DIGITS.npz

FOLDER holds safetensors state dicts of Basin's `cnn:channels=16-32-32`. For every size, accuracy, NLL,
Brier score and ECE (15 equal-width bins) of the mean of probabilities over all ensembles of the size, or
100 random ones. Prints the seconds that the forward passes take, and all with them: the min of several
rounds.
"""
import glob
import itertools
import json
import math
import random
import sys

import numpy as np
import torch

from pairwise import CNN, read_safetensors, seconds


def forward_passes(net, paths, x):
    logits = []
    with torch.no_grad():
        for path in paths:
            net.load_state_dict(read_safetensors(path))
            logits.append(torch.cat([net(batch) for batch in x.split(500)]))
    return logits


def subsets(count, size):
    if math.comb(count, size) <= 100:
        return list(itertools.combinations(range(count), size))
    chosen = set()
    while len(chosen) < 100:
        chosen.add(tuple(sorted(random.sample(range(count), size))))
    return list(chosen)


def ece(confidence, correct, bins=15):
    index = (confidence * bins).ceil().sub(1).clamp(0, bins - 1).long()
    return torch.bincount(index, correct - confidence, bins).abs().sum().item() / len(confidence)


def scores(p, y):
    confidence, predicted = p.max(1)
    correct = (predicted == y).double()
    right = p.gather(1, y[:, None])[:, 0]
    return (correct.mean().item(), -right.log().mean().item(),
            (p.square().sum(1) - 2 * right + 1).mean().item(), ece(confidence, correct))


def curves(logits, y):
    p = torch.stack(logits).double().softmax(2)
    result = []
    for size in range(1, len(p) + 1):
        each = np.array([scores(p[list(chosen)].mean(0), y) for chosen in subsets(len(p), size)])
        result.append((each.mean(0), each.std(0)))
    return result


def main():
    torch.set_num_threads(1)
    random.seed(0)
    paths = sorted(glob.glob(sys.argv[1] + "/epoch*.safetensors"))
    digits = np.load(sys.argv[2])
    x = torch.from_numpy(digits["images"][-600:].astype(np.float32) / 16)[:, None]
    y = torch.from_numpy(digits["labels"][-600:].astype(np.int64))
    net = CNN().eval()
    rounds = [
        (seconds(lambda: forward_passes(net, paths, x)),
         seconds(lambda: curves(forward_passes(net, paths, x), y)))
        for _ in range(5)
    ]
    passes, whole = map(min, zip(*rounds))
    print(json.dumps({"checkpoints": len(paths), "forward": passes, "whole": whole}))


main()
