"""Data of several shapes and types with a network for each; expected.json has PyTorch's loss and accuracy.

python3 make.py   (PyTorch 1.13 or newer and NumPy; models are scripted, so that any of them reads the files)
"""
import json
import pathlib

import numpy as np
import torch
from torch import nn

here = pathlib.Path(__file__).parent
random = np.random.default_rng(0)
torch.manual_seed(0)
expected = {}


class Colour(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(4 * 10 * 8, 5)

    def forward(self, x):
        return self.fc(torch.tanh(self.conv1(x)).flatten(1))


class Series(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(3, 6, 5)
        self.fc = nn.Linear(6, 4)

    def forward(self, x):
        return self.fc(torch.relu(self.conv1(x)).mean(2))


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(50, 8)
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        return self.fc(self.embed(x).mean(1))


class Features(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.fc1 = nn.Linear(6, 8)
        self.fc2 = nn.Linear(8, classes)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


def keep(name, network, x, y, to_input, train=20):
    """Saves the data as they are, and the loss on what PyTorch's user gives the network."""
    arrays = {"x_test": x[train:], "y_test": y[train:]}
    if train:
        arrays |= {"x_train": x[:train], "y_train": y[:train]}
    np.savez_compressed(here / f"{name}.npz", **arrays)
    torch.save(network.state_dict(), here / f"{name}.pt")
    torch.jit.script(network.eval()).save(here / f"{name}.ts")
    with torch.no_grad():
        logits = network(to_input(x[train:]))
    target = torch.from_numpy(y[train:])
    expected[name] = {
        "loss": nn.functional.cross_entropy(logits.double(), target).item(),
        "accuracy": (logits.argmax(1) == target).double().mean().item(),
    }


n = 60
pixels = random.integers(0, 256, (n, 12, 10, 3), dtype=np.uint8)
keep("colour", Colour(), pixels, random.integers(0, 5, n),
     lambda x: torch.from_numpy(x).permute(0, 3, 1, 2).float() / 255)
keep("series", Series(), random.normal(size=(n, 3, 20)).astype(np.float32), random.integers(0, 4, n),
     torch.from_numpy)
# As many channels as steps: shapes cannot tell them from grey images.
square = Series()
square.conv1 = nn.Conv1d(16, 6, 5)
keep("square", square, random.normal(size=(n, 16, 16)).astype(np.float32), random.integers(0, 4, n),
     torch.from_numpy)
keep("tokens", Tokens(), random.integers(0, 50, (n, 12)), random.integers(0, 3, n), torch.from_numpy)
# Whole numbers for a network that takes none.
keep("counts", Features(4), random.integers(0, 9, (n, 6)), random.integers(0, 4, n),
     lambda x: torch.from_numpy(x).float())
# Ten classes, of which the labels show three; no training split.
keep("few", Features(10), random.normal(size=(40, 6)).astype(np.float32), random.integers(0, 3, 40),
     torch.from_numpy, train=0)
np.savez(here / "two-scales.npz", x_train=pixels[:8], y_train=np.arange(8) % 2,
         x_test=(pixels[8:16] / 255).astype(np.float32), y_test=np.arange(8) % 2)
np.savez(here / "two-floats.npz", x_train=pixels[:8].astype(np.float32), y_train=np.arange(8) % 2,
         x_test=(pixels[8:16] / 255).astype(np.float32), y_test=np.arange(8) % 2)
# Splits on two scales that are easily made: counts of 0 to 16 beside a sixteenth of them, integers beside floats,
# standardised beside not. And images of whole numbers that are no bytes.
counts = np.random.default_rng(1).integers(0, 17, (40, 64))
classes = np.arange(20) % 2
floats = (counts / 16).astype("float32")
for name, train, test in [
    ("sixteenth", counts[:20].astype("float32"), floats[20:]),
    ("integers-and-floats", counts[:20], counts[20:].astype("float32")),
    ("standardised", (floats[:20] - 0.5) * 3, floats[20:]),
]:
    np.savez_compressed(here / f"{name}.npz", x_train=train, y_train=classes, x_test=test, y_test=classes)
noise = np.random.default_rng(2).normal(0, 0.5, (20, 64)).astype("float32")
np.savez_compressed(here / "noisy.npz", x_train=floats[:20], y_train=classes, x_test=floats[20:] + noise, y_test=classes)
images = (counts[:20] * 15).reshape(20, 1, 8, 8).astype("int32")
np.savez_compressed(here / "whole.npz", x_test=images, y_test=classes)

(here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
