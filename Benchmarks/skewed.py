"""How often 95 % intervals of the mean of skewed differences contain it: Student's t, Hall's transformation and the
bootstrap-t, as the rows of the table in docs/intervals.md. Needs NumPy, SciPy and scikit-learn; about a minute.

Real populations are per-input NLL differences of MLPs that scikit-learn trains on 300 of its digits, on the other 1,497.
"""
import warnings

import numpy as np
from scipy import stats
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")


def populations():
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[:300], order[300:]

    def losses(epochs, seed, **settings):
        network = MLPClassifier((64,), max_iter=epochs, alpha=0, random_state=seed, **settings)
        p = network.fit(x[train] / 16, y[train]).predict_proba(x[test] / 16)
        return -np.log(np.clip(p[np.arange(len(test)), y[test]], 1e-45, None))

    first, second = (losses(400, s, tol=0, n_iter_no_change=1000) for s in (0, 1))
    average = -np.log((np.exp(-first) + np.exp(-second)) / 2)
    draw = np.random.default_rng(1)
    yield "digits: two seeds", first - second
    yield "digits: one network minus the average of two", first - average
    yield "digits: 400 epochs minus 60", first - losses(60, 5)
    yield "log-normal, σ 1", draw.lognormal(0, 1, 200_000)
    yield "5 % log-normal (σ 1), else nearly 0", np.where(
        draw.random(200_000) < 0.05, draw.lognormal(0, 1, 200_000), 0.01 * draw.standard_normal(200_000))


def moments(x):
    mean = x.mean(-1)
    d = x - mean[..., None]
    s = np.maximum(np.sqrt((d * d).sum(-1) / (x.shape[-1] - 1)), 1e-300)
    return mean, s, (d**3).mean(-1) / np.maximum((d * d).mean(-1), 1e-300) ** 1.5


def student(x, t):
    mean, s, _ = moments(x)
    half = t * s / np.sqrt(x.shape[-1])
    return mean - half, mean + half


def hall(x, t):
    """P. Hall, On the removal of skewness by transformation, JRSS B 54, 1992: g(T) = T + γT²/3 + γ²T³/27 + γ/(6n)."""
    mean, s, g = moments(x)
    n = x.shape[-1]
    g = np.where(np.abs(g) < 1e-6, 1e-6, g)
    end = lambda q: mean - s * 3 / g * (np.cbrt(1 + g * (q - g / (6 * n))) - 1)
    return end(t / np.sqrt(n)), end(-t / np.sqrt(n))


def bootstrap_t(x, draw, resamples=999):
    n = len(x)
    mean, s, _ = moments(x)
    means, spreads, _ = moments(x[draw.integers(0, n, (resamples, n))])
    low, high = np.quantile((means - mean) / spreads, [0.025, 0.975])
    return mean - high * s, mean - low * s


draw = np.random.default_rng(2)
for name, values in populations():
    truth = values.mean()
    for n in (50, 100, 300, 1000, 3000):
        t = stats.t.ppf(0.975, n - 1)
        hits, widths, tame = np.zeros(3), np.zeros(3), np.zeros(2)
        rounds = 4000
        for _ in range(rounds // 100):
            x = values[draw.integers(0, len(values), (100, n))]
            for place, (low, high) in enumerate((student(x, t), hall(x, t))):
                hits[place] += ((low <= truth) & (truth <= high)).sum()
                widths[place] += (high - low).sum()
                if place == 0:
                    calm = n > 25 * moments(x)[2] ** 2
                    tame += calm.sum(), (calm & (low <= truth) & (truth <= high)).sum()
        boot = "–"
        if n <= 100:
            ends = [bootstrap_t(values[draw.integers(0, len(values), n)], draw) for _ in range(500)]
            boot = f"{np.mean([low <= truth <= high for low, high in ends]) * 100:.1f}"
        rule = f"{100 * tame[1] / tame[0]:.1f} of {100 * tame[0] / rounds:.0f} %" if tame[0] >= 100 else "–"
        print(
            f"| {name} | {stats.skew(values):.1f} | {n:,} | {100 * hits[0] / rounds:.1f} | {100 * hits[1] / rounds:.1f} "
            f"({widths[1] / widths[0]:.2f}) | {boot} | {rule} |", flush=True)
