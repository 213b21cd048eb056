#!/usr/bin/env python3
"""Small networks on the built-in digits, and what PyTorch finds between them.

    make.py ../../../Sources/Datasets/Resources/digits.npz

Writes state dicts of `cnn-bn:channels=4-8` (bn-0, bn-1, bn-2: seeds; run-0 … run-5: epochs of one run)
and of `cnn:channels=4-8` (plain-0, plain-1, plain-2), and expected.json: averages, losses on lines,
barriers, a plane's coordinates and values, filter-normalised directions. Every number is computed in
float32 by plain PyTorch, losses summed in float64; batch norm is recomputed as in the authors'
`bn_update` (github.com/timgaripov/swa, utils.py), in batches of 500: the k-th input is number k·a mod N
with a ≈ 0.618 N that has no divisor in common with N.
"""
import copy
import json
import math
import sys

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

torch.set_num_threads(1)
digits = np.load(sys.argv[1])
images = torch.from_numpy(digits["images"].astype(np.float32) / 16)[:, None]
labels = torch.from_numpy(digits["labels"].astype(np.int64))
train = (images[:-600], labels[:-600])
test = (images[-600:], labels[-600:])


class CNN(nn.Module):
    def __init__(self, norm):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1, bias=not norm)
        if norm:
            self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 8, 3, padding=1, bias=not norm)
        if norm:
            self.bn2 = nn.BatchNorm2d(8)
        self.norm = norm
        self.fc = nn.Linear(8 * 2 * 2, 10)

    def forward(self, x):
        x = self.conv1(x)
        x = F.max_pool2d(F.relu(self.bn1(x) if self.norm else x), 2)
        x = self.conv2(x)
        x = F.max_pool2d(F.relu(self.bn2(x) if self.norm else x), 2)
        return self.fc(torch.flatten(x, 1))


def epoch(net, optimizer, generator):
    net.train()
    for batch in torch.randperm(len(train[0]), generator=generator).split(64):
        optimizer.zero_grad()
        F.cross_entropy(net(train[0][batch]), train[1][batch]).backward()
        optimizer.step()
    net.eval()


def trained(norm, seed, epochs, name=None):
    torch.manual_seed(seed)
    net = CNN(norm)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    generator = torch.Generator().manual_seed(seed)
    nets = []
    for _ in range(epochs):
        epoch(net, optimizer, generator)
        nets.append(copy.deepcopy(net))
    return nets


def flat(net):
    # In the state dict's order, which is that of the flat vector.
    return torch.cat([p.detach().flatten() for p in net.parameters()])


def at(template, vector):
    net = copy.deepcopy(template)
    torch.nn.utils.vector_to_parameters(vector.clone(), net.parameters())
    return net


def mixed_order(count):
    step = round(count * 0.6180339887498949)
    while math.gcd(step, count) != 1:
        step += 1
    return torch.arange(count) * step % count


@torch.no_grad()
def bn_update(net):
    modules = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    if not modules:
        return net
    momenta = {m: m.momentum for m in modules}
    net.train()
    for m in modules:
        m.running_mean.zero_()
        m.running_var.fill_(1)
    n = 0
    for x in train[0][mixed_order(len(train[0]))].split(500):
        b = len(x)
        for m in modules:
            m.momentum = b / (n + b)
        net(x)
        n += b
    net.eval()
    for m in modules:
        m.momentum = momenta[m]
    return net


@torch.no_grad()
def values(net):
    out = {}
    for name, (x, y) in (("train", train), ("test", test)):
        z = torch.cat([net(batch) for batch in x.split(500)])
        out[name + "_loss"] = F.cross_entropy(z.double(), y).item()
        out[name + "_error"] = (z.argmax(1) != y).double().mean().item()
    return out


def line(a, b, ts, statistics):
    rows = []
    for t in ts:
        net = at(a, ((1 - t) * flat(a).double() + t * flat(b).double()).float())
        if statistics == "recomputed":
            bn_update(net)
        else:
            others = zip(a.buffers(), b.buffers())
            for (name, own), (first, second) in zip(net.named_buffers(), others):
                if own.is_floating_point():
                    own.copy_((1 - t) * first + t * second)
                if name.endswith("running_var"):
                    own.clamp_(min=0)
        rows.append(values(net))
    return rows


def barrier(ts, rows, quantity):
    l0, l1 = rows[ts.index(0)][quantity], rows[ts.index(1)][quantity]
    return max(r[quantity] - ((1 - t) * l0 + t * l1) for t, r in zip(ts, rows) if 0 <= t <= 1)


def plane(nets, third):
    """The authors' plane (github.com/timgaripov/dnn-mode-connectivity, plane.py), at a few points."""
    w = [flat(net).double() for net in nets]
    u = w[1] - w[0]
    dx = u.norm().item()
    u /= dx
    v = w[2] - w[0]
    v -= torch.dot(u, v) * u
    dy = v.norm().item()
    v /= dy

    def coordinates(point):
        d = point - w[0]
        x, y = torch.dot(d, u).item(), torch.dot(d, v).item()
        return [x, y, (d - x * u - y * v).norm().item()]

    points = []
    for alpha in (-0.2, 0.5, 1.2):
        for beta in (-0.2, 0.5, 1.2):
            net = at(nets[0], (w[0] + alpha * dx * u + beta * dy * v).float())
            points.append({"x": alpha * dx, "y": beta * dy, **values(bn_update(net))})
    return {
        "anchors": [coordinates(one) for one in w], "third": coordinates(flat(third).double()),
        "points": points,
    }


def filter_normalised(net, seed):
    """Li et al. (github.com/tomgoldstein/loss-landscape, net_plotter.py): filters; biases and norms 0."""
    draw = torch.randn(len(flat(net)), generator=torch.Generator().manual_seed(seed)).double()
    place, parts = 0, []
    for p in net.parameters():
        d = draw[place:place + p.numel()].view_as(p).clone()
        place += p.numel()
        if p.dim() <= 1:
            d.zero_()
        else:
            for own, weights in zip(d, p.detach().double()):
                own *= weights.norm() / (own.norm() + 1e-10)
        parts.append(d.flatten())
    return torch.cat(parts)


def main():
    bn = [trained(True, seed, 4)[-1] for seed in range(3)]
    plain = [trained(False, seed, 4)[-1] for seed in range(3)]
    run = trained(True, 7, 6)
    for name, nets in (("bn", bn), ("plain", plain), ("run", run)):
        for index, net in enumerate(nets):
            torch.save(net.state_dict(), f"{name}-{index}.pt")

    equal = sum(flat(net).double() for net in run[2:]) / 4
    ema = flat(run[2]).double()
    for net in run[3:]:
        ema = 0.9 * ema + 0.1 * flat(net).double()
    averages = {}
    for name, vector in (("equal", equal), ("ema", ema)):
        net = bn_update(at(run[0], vector.float()))
        averages[name] = {
            "parameters": flat(net).tolist(),
            "buffers": torch.cat(
                [b.flatten() for b in net.buffers() if b.is_floating_point()]).tolist(),
            **values(net),
        }
    ts = [-0.5, 0, 0.25, 0.5, 0.75, 1, 1.5]
    inside = [i / 8 for i in range(9)]
    lines = {
        "t": ts,
        "recomputed": line(bn[0], bn[1], ts, "recomputed"),
        "interpolated": line(bn[0], bn[1], ts, "interpolated"),
        "plain": line(plain[0], plain[1], ts, "recomputed"),
    }
    barriers = {
        kind: [
            [barrier(inside, line(a, b, inside, "recomputed"), "train_loss") for b in nets]
            for a in nets
        ] for kind, nets in (("bn", bn), ("plain", plain))
    }
    direction = filter_normalised(bn[0], 11)
    unit = torch.randn(len(flat(bn[0])), generator=torch.Generator().manual_seed(12)).double()
    unit /= unit.norm()
    rays = {
        name: [
            values(bn_update(at(bn[0], (flat(bn[0]).double() + r * d).float())))
            for r in (0.25, 0.5)
        ] for name, d in (("filter_normalised", direction), ("unit", unit))
    }
    with open("expected.json", "w") as file:
        json.dump({
            "averages": averages, "lines": lines, "barriers": barriers,
            "plane": plane(bn, run[5]), "plain_plane": plane(plain, plain[0]),
            "direction": direction.tolist(), "rays": rays,
        }, file)


main()
