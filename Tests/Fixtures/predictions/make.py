#!/usr/bin/env python3
"""Draws logits of five classifiers and computes, with NumPy alone, what the tests compare with.

    python3 make.py > expected.json

Every measure is written out from its definition, one input at a time, and shares nothing with Basin's.
"""
import itertools
import json
import math

import numpy as np

MEMBERS, INPUTS, CLASSES = 5, 60, 4


def draw():
    random = np.random.default_rng(20190527)
    labels = random.integers(0, CLASSES, INPUTS)
    signal = 1.6 * np.eye(CLASSES)[labels] + random.normal(0, 0.8, (INPUTS, CLASSES))
    logits = signal + random.normal(0, 1.2, (MEMBERS, INPUTS, CLASSES))
    return np.round(2.0 * logits, 3), labels


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def entropy(p):
    return -sum(v * math.log(v) for v in p if v > 0)


def brier(p, y):
    return np.mean([sum((row[c] - (c == label)) ** 2 for c in range(CLASSES))
                    for row, label in zip(p, y)])


def nll(p, y):
    return np.mean([-math.log(row[label]) for row, label in zip(p, y)])


def error_of_bins(bins):
    total = sum(len(b) for b in bins)
    return sum(abs(sum(correct for _, correct in b) - sum(conf for conf, _ in b))
               for b in bins) / total


def ece_width(p, y, count):
    edges = [i / count for i in range(count + 1)]
    bins = [[] for _ in range(count)]
    for row, label in zip(p, y):
        conf = row.max()
        b = next(i for i in range(count) if edges[i] < conf <= edges[i + 1] + 1e-15)
        bins[b].append((conf, row.argmax() == label))
    return error_of_bins(bins)


def ece_count(p, y, count):
    pairs = [(row.max(), row.argmax() == label) for row, label in zip(p, y)]
    pairs.sort(key=lambda pair: pair[0])
    cuts = [i * len(pairs) // count for i in range(count + 1)]
    return error_of_bins([pairs[a:b] for a, b in zip(cuts, cuts[1:])])


def scores(p, y):
    return {
        "accuracy": float(np.mean(p.argmax(1) == y)), "nll": float(nll(p, y)),
        "brier": float(brier(p, y)), "ece": float(ece_width(p, y, 15)),
    }


def jsd(members):
    return float(np.mean([
        entropy(np.mean([m[n] for m in members], axis=0))
        - np.mean([entropy(m[n]) for m in members]) for n in range(INPUTS)]))


def kl(a, b):
    return float(np.mean([sum(x * math.log(x / z) for x, z in zip(p, q)) for p, q in zip(a, b)]))


def main():
    logits, labels = draw()
    p = np.array([[softmax(row) for row in member] for member in logits])
    sizes = []
    for k in range(1, MEMBERS + 1):
        each = [scores(np.mean([p[m] for m in subset], axis=0), labels)
                for subset in itertools.combinations(range(MEMBERS), k)]
        sizes.append({
            "subsets": len(each),
            "mean": {name: float(np.mean([s[name] for s in each])) for name in each[0]},
            "deviation": {
                name: float(np.std([s[name] for s in each], ddof=1)) if len(each) > 1 else 0.0
                for name in each[0]
            },
        })
    print(json.dumps({
        "logits": logits.tolist(), "labels": labels.tolist(),
        "members": [dict(scores(m, labels), ece20=float(ece_count(m, labels, 20)),
                         ece10=float(ece_width(m, labels, 10))) for m in p],
        "kl": [[kl(a, b) for b in p] for a in p],
        "js": [[jsd([a, b]) for b in p] for a in p],
        "jsAll": jsd(p), "sizes": sizes,
    }))


main()
