"""Networks without names of their own, and weights that are held as something else.

Run with PyTorch 2 beside this file, after make.py; writes seq.pt, list.pt, sequential.json (what PyTorch makes of
them on the test digits) and reparametrized.json (names and shapes of files, and what makes them plain).
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F
import torch.nn.utils as utils
import torch.nn.utils.prune as prune
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
digits = np.load(f"{here}/digits.npz")
x, y = torch.from_numpy(digits["x_test"]), torch.from_numpy(digits["y_test"])


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(64, 24), nn.Linear(24, 24), nn.Linear(24, 10)])

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x)


torch.manual_seed(0)
nets = {
    "seq": nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.Tanh(), nn.Dropout(), nn.Linear(32, 10)),
    "list": Listed(),
}
expected = {}
for name, net in nets.items():
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(30):
        optimizer.zero_grad()
        F.cross_entropy(net(torch.from_numpy(digits["x_train"])), torch.from_numpy(digits["y_train"])).backward()
        optimizer.step()
    net.eval()
    torch.save(net.state_dict(), f"{here}/{name}.pt")
    with torch.no_grad():
        logits = net(x).double()
    expected[name] = {
        "loss": F.cross_entropy(logits, y).item(),
        "accuracy": (logits.argmax(1) == y).double().mean().item(),
        "logits": logits[:2].flatten().tolist(),
    }
with open(f"{here}/sequential.json", "w") as file:
    json.dump(expected, file, indent=1)


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(12, 16), nn.Linear(16, 5)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


LINES = {
    "weight norm": (
        lambda net: utils.parametrizations.weight_norm(net.fc1),
        "torch.nn.utils.parametrize.remove_parametrizations(net.get_submodule('fc1'), 'weight')"),
    "spectral norm": (
        lambda net: utils.parametrizations.spectral_norm(net.fc1),
        "torch.nn.utils.parametrize.remove_parametrizations(net.get_submodule('fc1'), 'weight')"),
    "old weight norm": (
        lambda net: utils.weight_norm(net.fc1),
        "torch.nn.utils.remove_weight_norm(net.get_submodule('fc1'), 'weight')"),
    "old spectral norm": (
        lambda net: utils.spectral_norm(net.fc1),
        "torch.nn.utils.remove_spectral_norm(net.get_submodule('fc1'), 'weight')"),
    "pruned": (
        lambda net: prune.random_unstructured(net.fc1, "weight", 0.5),
        "torch.nn.utils.prune.remove(net.get_submodule('fc1'), 'weight')"),
    "pruned at the root": (
        lambda net: prune.random_unstructured(net, "weight", 0.5),
        "torch.nn.utils.prune.remove(net, 'weight')"),
}
files = []
for what, (change, line) in LINES.items():
    net = nn.Linear(12, 5) if "root" in what else MLP()
    own = sorted(net.state_dict())
    change(net)
    inputs = torch.randn(3, 12)
    net(inputs)
    net.eval()
    before = net(inputs)
    state = {name: list(one.shape) for name, one in net.state_dict().items()}
    # The line does what it says: the function stays, the names are plain.
    eval(line)
    assert sorted(net.state_dict()) == own, what
    assert torch.allclose(net(inputs), before, atol=1e-6), what
    files.append({"what": what, "line": line, "tensors": [[k, v] for k, v in state.items()]})
with open(f"{here}/reparametrized.json", "w") as file:
    json.dump(files, file)
