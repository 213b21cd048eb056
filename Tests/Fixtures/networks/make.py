#!/usr/bin/python3
"""Trains small digit networks in PyTorch and writes what the tests compare Basin with.

Run with Debian's python3-torch (PyTorch 1.13) from this folder:

    /usr/bin/python3 make.py ../../../Sources/Datasets/Resources/digits.npz

For each network: the state dict (NAME.pt), the TorchScript module (NAME.ts), and in expected.json
the logits on the first 40 test inputs and the accuracy on the whole test split, in evaluation mode.
Three networks that differ only in their seed (mlp, mlp-1, mlp-2) give the cosine of their weights and
the disagreement of their predictions on the test split.
"""
import json
import sys

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

TEST = 600  # The last 600 of the 1,797 images: Basin's split of the digits.


class CNN(nn.Module):
    """Basin's `cnn:channels=8-16`, with batch norm or without."""

    def __init__(self, batch_norm: bool):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1, bias=not batch_norm)
        self.bn1 = nn.BatchNorm2d(8) if batch_norm else nn.Identity()
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1, bias=not batch_norm)
        self.bn2 = nn.BatchNorm2d(16) if batch_norm else nn.Identity()
        self.fc = nn.Linear(16 * 2 * 2, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        return self.fc(torch.flatten(x, 1))


class MLP(nn.Module):
    """Basin's `mlp:hidden=32-16`."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 32)
        self.fc2 = nn.Linear(32, 16)
        self.fc3 = nn.Linear(16, 10)

    def forward(self, x):
        x = torch.flatten(x, 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class Tied(nn.Module):
    """No built-in architecture: a residual block with one weight used twice."""

    def __init__(self):
        super().__init__()
        self.encode = nn.Linear(64, 32)
        self.mix = nn.Linear(32, 32, bias=False)
        self.again = nn.Linear(32, 32, bias=False)
        self.again.weight = self.mix.weight
        self.norm = nn.LayerNorm(32)
        self.decode = nn.Linear(32, 10)

    def forward(self, x):
        x = F.gelu(self.encode(torch.flatten(x, 1)))
        x = x + F.gelu(self.mix(x))
        x = self.norm(x + F.gelu(self.again(x)))
        return self.decode(x)


def train(net, x, y):
    optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    for _ in range(8):
        for batch in torch.randperm(len(x)).split(64):
            optimiser.zero_grad()
            F.cross_entropy(net(x[batch]), y[batch]).backward()
            optimiser.step()
    return net.eval()


def main():
    digits = np.load(sys.argv[1])
    images = torch.from_numpy(digits["images"].astype(np.float32) / 16)[:, None]
    labels = torch.from_numpy(digits["labels"].astype(np.int64))
    expected = {"torch": torch.__version__, "networks": {}}
    torch.set_num_threads(1)
    weights, classes = {}, {}
    for name, make, seed in [
        ("cnn", lambda: CNN(False), 0),
        ("cnn-bn", lambda: CNN(True), 0),
        ("mlp", MLP, 0),
        ("tied", Tied, 0),
        ("mlp-1", MLP, 1),
        ("mlp-2", MLP, 2),
    ]:
        torch.manual_seed(seed)
        net = train(make(), images[:-TEST], labels[:-TEST])
        with torch.no_grad():
            logits = net(images[-TEST:])
        # Identity layers have no tensors, so the names are those of Basin's cnn.
        torch.save(net.state_dict(), f"{name}.pt")
        if seed == 0:
            torch.jit.script(net).save(f"{name}.ts")
        weights[name] = torch.cat([p.detach().double().flatten() for p in net.parameters()])
        classes[name] = logits.argmax(1)
        correct = (logits.argmax(1) == labels[-TEST:]).sum().item()
        expected["networks"][name] = {
            "accuracy": correct / TEST,
            "loss": F.cross_entropy(logits.double(), labels[-TEST:]).item(),
            "logits": [[float(v) for v in row] for row in logits[:40]],
        }
    names = ["mlp", "mlp-1", "mlp-2"]
    expected["pairs"] = {
        "names": names,
        "cosine": [[F.cosine_similarity(weights[a], weights[b], dim=0).item() for b in names]
                   for a in names],
        "disagreement": [[(classes[a] != classes[b]).double().mean().item() for b in names]
                         for a in names],
    }
    with open("expected.json", "w") as file:
        json.dump(expected, file)


if __name__ == "__main__":
    main()
