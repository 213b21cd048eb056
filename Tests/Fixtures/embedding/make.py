#!/usr/bin/env python3
"""Writes three Gaussian clusters, and what scikit-learn and NumPy make of them: the first row of the
joint affinities, the KL divergence of exact t-SNE from a start by principal components, and the
coordinates in the first two principal components. descent.json has what scikit-learn's descent itself, in
double precision, makes of 10 iterations with exaggeration and 50 without (the schedule is its own, only
shorter: descent is chaotic, and after 250 iterations last bits decide where points are), and the KL
divergences that 40 whole descents end with, from starts that differ by 1e-10 of their size. few.json has 27
points as probabilities of networks are (five ends, a path of eight to the first of them, a noisy path of 14),
and the KL divergences that 20 descents of scikit-learn's from random starts and one from principal components
end with; the same of 20 for the last path alone.
python3 make.py, with scikit-learn 1.9."""
import json

import numpy as np
from scipy.spatial.distance import squareform
from sklearn.manifold import TSNE
from sklearn.manifold._t_sne import _joint_probabilities
from sklearn.metrics import pairwise_distances

generator = np.random.default_rng(0)
centres = [np.eye(30)[0] * 8, np.eye(30)[1] * 8, np.zeros(30)]
points = np.concatenate([generator.normal(0, 1, (20, 30)) + c for c in centres]).round(6)
joint = squareform(_joint_probabilities(pairwise_distances(points, squared=True), 10, 0))
embedding = TSNE(method="exact", init="pca", perplexity=10, random_state=0).fit(points)
centred = points - points.mean(0)
left, values, _ = np.linalg.svd(centred, full_matrices=False)
left *= np.sign(left[np.abs(left).argmax(0), np.arange(left.shape[1])])
with open("clusters.json", "w") as file:
    json.dump({
        "points": points.tolist(), "perplexity": 10, "joint": joint[0].tolist(),
        "divergence": float(embedding.kl_divergence_),
        "components": (left * values)[:, :2].tolist(),
        "explained": (values**2 / (values**2).sum())[:2].tolist(),
    }, file)
    file.write("\n")


class Short(TSNE):
    _EXPLORATION_MAX_ITER = 10


def descent(kind, start, iterations):
    tsne = kind(method="exact", perplexity=10)
    tsne.max_iter = iterations
    tsne.learning_rate_ = max(len(points) / 12 / 4, 50)
    end = tsne._tsne(P.copy(), 1, len(points), start.copy())
    return end, float(tsne.kl_divergence_)


P = _joint_probabilities(pairwise_distances(points, squared=True), 10, 0)
start = (left * values)[:, :2]
start *= 1e-4 / start[:, 0].std()
end, _ = descent(Short, start, 60)
ends = [
    descent(TSNE, start * (1 + 1e-10 * generator.standard_normal(start.shape)), 1000)[1]
    for _ in range(40)
]
with open("descent.json", "w") as file:
    json.dump({
        "joint": squareform(P).ravel().tolist(), "start": start.tolist(), "end": end.tolist(),
        "least": min(ends), "greatest": max(ends),
    }, file)
    file.write("\n")


def few():
    source = np.random.default_rng(3)
    begin = source.normal(0, 0.3, (12, 4))
    truth = np.eye(4)[source.integers(0, 4, 12)] * 3
    ends = [begin + truth + source.normal(0, 0.8, (12, 4)) for _ in range(6)]
    path = [begin + (ends[0] - begin) * (1 - np.exp(-t)) / (1 - np.exp(-7)) for t in range(8)]
    noisy = [
        begin + (ends[5] - begin) * (1 - np.exp(-t / 2)) + source.normal(0, 0.25, (12, 4))
        for t in range(14)
    ]
    logits = np.array(ends[:5] + path + noisy)
    weights = np.exp(logits)
    return (weights / weights.sum(-1, keepdims=True)).reshape(len(logits), -1).round(6)


def whole(points, perplexity, **options):
    tsne = TSNE(method="exact", perplexity=perplexity, **options)
    return float(tsne.fit(points).kl_divergence_)


with open("few.json", "w") as file:
    points = few()
    json.dump({
        "points": points.tolist(), "perplexity": 26 / 3,
        "random": [whole(points, 26 / 3, init="random", random_state=s) for s in range(20)],
        "components": whole(points, 26 / 3, init="pca"), "pathPerplexity": 13 / 3,
        "path": [whole(points[13:], 13 / 3, init="random", random_state=s) for s in range(20)],
    }, file)
    file.write("\n")
