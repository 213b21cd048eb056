#!/usr/bin/env python3
"""Writes cka.json: pairs of feature matrices and what NumPy makes of them by the papers' formulas:
linear CKA with the biased estimate of HSIC (arXiv 1905.00414) and with the unbiased one, of all inputs
and averaged over minibatches (arXiv 2010.15327). python3 make.py, with NumPy."""
import json

import numpy as np


def rounded(array, digits=6):
    return np.round(np.asarray(array, dtype=np.float64), digits)


def cka(x, y):
    """arXiv 1905.00414, eq. 3–5, by the Gram matrices."""
    n = len(x)
    h = np.eye(n) - 1 / n

    def hsic(k, l):
        return np.trace(k @ h @ l @ h) / (n - 1) ** 2

    k, l = x @ x.T, y @ y.T
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))


def hsic1(k, l):
    """arXiv 2010.15327, eq. 3."""
    n = len(k)
    k, l = k - np.diag(np.diag(k)), l - np.diag(np.diag(l))
    one = np.ones(n)
    return (np.trace(k @ l) + (one @ k @ one) * (one @ l @ one) / ((n - 1) * (n - 2))
            - 2 / (n - 2) * (one @ k @ l @ one)) / (n * (n - 3))


def minibatch_cka(x, y, size):
    """arXiv 2010.15327, eq. 2."""
    def mean(a, b):
        return np.mean([
            hsic1(a[i:i + size] @ a[i:i + size].T, b[i:i + size] @ b[i:i + size].T)
            for i in range(0, len(a) - size + 1, size)])
    return mean(x, y) / np.sqrt(mean(x, x) * mean(y, y))


def alignment():
    random = np.random.default_rng(1)
    common = random.normal(size=(24, 3))
    cases = []
    # Fewer features than inputs, more of them, one of each.
    for first, second in [(5, 7), (40, 31), (5, 40)]:
        x = rounded(common @ random.normal(size=(3, first)) + random.normal(size=(24, first)) + 1)
        y = rounded(common @ random.normal(size=(3, second)) + random.normal(size=(24, second)) - 2)
        cases.append({
            "x": x.tolist(), "y": y.tolist(), "biased": cka(x, y), "unbiased": minibatch_cka(x, y, 24),
            "minibatch": minibatch_cka(x, y, 7)})
    return {"minibatch": 7, "cases": cases}


with open("cka.json", "w") as file:
    json.dump(alignment(), file)
    file.write("\n")
