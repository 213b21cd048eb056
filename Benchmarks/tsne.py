#!/usr/bin/env python3
"""Exact t-SNE of the predictions of checkpoints by scikit-learn.

    tsne.py FOLDER DIGITS.npz

FOLDER has safetensors state dicts of Basin's `cnn:channels=16-32-32` in seed0, seed1, …. Prints the seconds
that the embedding alone takes, the min of several rounds, and the divergence that it reaches.
"""
import glob
import json
import sys

import numpy as np
import torch
from sklearn.manifold import TSNE

from pairwise import CNN, read_safetensors, seconds


def main():
    torch.set_num_threads(1)
    digits = np.load(sys.argv[2])
    x = torch.from_numpy(digits["images"][-600:].astype(np.float32) / 16)[:, None]
    net = CNN().eval()
    rows = []
    with torch.no_grad():
        for path in sorted(glob.glob(sys.argv[1] + "/seed*/epoch*.safetensors")):
            net.load_state_dict(read_safetensors(path))
            rows.append(net(x).softmax(1).flatten().double().numpy())
    points = np.stack(rows)
    models = [TSNE(method="exact", init="pca", perplexity=30, random_state=0) for _ in range(5)]
    times = [seconds(lambda: model.fit(points)) for model in models]
    print(json.dumps({
        "divergence": float(models[-1].kl_divergence_), "iterations": int(models[-1].n_iter_),
        "seconds": min(times)}))


main()
