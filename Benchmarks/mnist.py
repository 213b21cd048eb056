#!/usr/bin/env python3
"""Trains an MLP on the first images of an IDX folder, as plainly as PyTorch has it, once a seed, and
prints the accuracies on the rest: what Basin's `train` is compared with.

    python3 mnist.py FOLDER --train-size 8000 --seeds 10 --epochs 10
"""
import argparse
import glob
import gzip
import json
import struct

import torch
import torch.nn.functional as F
from torch import nn


def idx(folder, kind):
    path = glob.glob(f"{folder}/t10k-{kind}*")[0]
    data = (gzip.open if path.endswith(".gz") else open)(path, "rb").read()
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4:4 + 4 * rank])
    return torch.frombuffer(bytearray(data[4 + 4 * rank:]), dtype=torch.uint8).view(shape)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--train-size", type=int, default=8000)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args()
    torch.set_num_threads(1)
    images = idx(options.folder, "images").float().flatten(1) / 255
    labels = idx(options.folder, "labels").long()
    size = options.train_size
    accuracies = []
    for seed in range(options.seeds):
        torch.manual_seed(seed)
        net = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(),
                            nn.Linear(64, 10))
        optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
        for _ in range(options.epochs):
            for batch in torch.randperm(size).split(64):
                optimizer.zero_grad()
                F.cross_entropy(net(images[batch]), labels[batch]).backward()
                optimizer.step()
        with torch.no_grad():
            hits = net(images[size:]).argmax(1) == labels[size:]
        accuracies.append(hits.float().mean().item())
    print(json.dumps(accuracies))


main()
