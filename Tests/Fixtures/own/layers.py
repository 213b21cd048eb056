"""Networks with tensors of a built-in architecture that compute otherwise: further layers, strides, padding, skips.

Run with PyTorch 2 beside this file, after make.py, whose digits.npz it reads: writes a state dict of each, TorchScript
programs of two, one file that records its accuracy, and in layers.json the loss and accuracy on the test images that
PyTorch itself computes.
"""
import json
import os
from collections import OrderedDict

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
digits = np.load(f"{here}/digits.npz")
X, Y, XT, YT = (torch.from_numpy(digits[k]) for k in ("x_train", "y_train", "x_test", "y_test"))
torch.manual_seed(0)
torch.set_num_threads(1)
made = {}


def chain(*layers):
    return nn.Sequential(OrderedDict((("flat", nn.Flatten()),) + layers))


fc1, fc2 = (lambda: ("fc1", nn.Linear(64, 16))), (lambda: ("fc2", nn.Linear(16, 10)))
relu = ("relu", nn.ReLU())


class Skip(nn.Module):
    def __init__(self, projected):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(64, 64 if not projected else 16), None
        if projected:
            self.fc2, self.skip = nn.Linear(16, 10), nn.Linear(64, 10)
        else:
            self.fc2, self.fc3, self.skip = nn.Linear(64, 64), nn.Linear(64, 10), None

    def forward(self, x):
        x = x.flatten(1)
        if self.skip is not None:
            return self.fc2(F.relu(self.fc1(x))) + self.skip(x)
        return self.fc3(x + F.relu(self.fc2(F.relu(self.fc1(x)))))


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(64, 16), nn.Linear(16, 10)
        self.register_buffer("mean", X.flatten(1).mean(0))
        self.register_buffer("std", X.flatten(1).std(0) + 0.1)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1((x.flatten(1) - self.mean) / self.std)))


class Convolutions(nn.Module):
    """Like cnn:channels=4-8,norm=batch, but for the padding, and the stride of the second in the place of pooling."""

    def __init__(self, features, padding=1, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=padding, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 8, 3, padding=padding, stride=stride, bias=False)
        self.bn2 = nn.BatchNorm2d(8)
        self.fc = nn.Linear(features, 10)
        self.stride = stride

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.relu(self.bn2(self.conv2(x)))
        if self.stride == 1 and x.shape[-1] > 1:
            x = F.max_pool2d(x, 2)
        return self.fc(x.flatten(1))


def make(name, net, script=False):
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
    generator = torch.Generator().manual_seed(1)
    net.train()
    for _ in range(80):
        batch = torch.randint(len(X), (64,), generator=generator)
        optimizer.zero_grad()
        F.cross_entropy(net(X[batch]), Y[batch]).backward()
        optimizer.step()
    net.eval()
    with torch.no_grad():
        logits = net(XT).double()
    made[name] = {
        "loss": F.cross_entropy(logits, YT).item(),
        "accuracy": (logits.argmax(1) == YT).double().mean().item(),
        "logits": logits[0].tolist(),
    }
    torch.save(net.state_dict(), f"{here}/{name}.pt")
    if script:
        torch.jit.script(net).save(f"{here}/{name}.ts")


make("norm-between", chain(fc1(), ("bn1", nn.BatchNorm1d(16)), relu, fc2()), script=True)
make("norm-layer", chain(fc1(), ("ln1", nn.LayerNorm(16)), relu, fc2()))
make("norm-first", chain(("norm", nn.LayerNorm(64)), fc1(), relu, fc2()))
make("norm-numbered", nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 10)))
make("prelu", chain(fc1(), ("act", nn.PReLU()), fc2()))
make("skip-linear", Skip(True))
make("scaled", Scaled())
make("skip", Skip(False))
make("strided", Convolutions(32, stride=2), script=True)
said = {"state_dict": torch.load(f"{here}/strided.pt"), "test_acc": 100 * made["strided"]["accuracy"]}
torch.save(said, f"{here}/strided-said.pt")
make("unpadded", Convolutions(8, padding=0))
make("padded", Convolutions(72, padding=2))

with open(f"{here}/layers.json", "w") as file:
    json.dump(made, file, indent=1)
    file.write("\n")
