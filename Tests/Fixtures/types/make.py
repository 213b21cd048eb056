"""Networks with tensors of several types, and programs that give no logits.

Run with PyTorch beside this file: writes mixed.ts and mixed.pt, whose buffers are of float64 and float16, double.ts
and double.pt, all of float64, the loss of both on the test split of ../own/digits.npz (expected.json), and programs
that `load` refuses (and quantised.pt, weights of packed integers): their outputs are no rows of logits, or they do not take what Basin gives them.
"""
import json
import pathlib

import numpy as np
import torch
from torch import nn

here = pathlib.Path(__file__).parent
torch.manual_seed(0)
digits = np.load(here / "../own/digits.npz")
x, y = torch.from_numpy(digits["x_test"]).float(), torch.from_numpy(digits["y_test"]).long()


class Mixed(nn.Module):
    """Single precision has neither 100000001 nor, in the half, more than eleven bits."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)
        self.register_buffer("large", torch.tensor([1e8 + 1], dtype=torch.float64))
        self.register_buffer("base", torch.tensor([1e8], dtype=torch.float64))
        self.register_buffer("step", torch.tensor([2048], dtype=torch.float16))

    def forward(self, x):
        lost = (self.step + 1 - self.step).float()
        return self.fc(x.flatten(1)) * (self.large - self.base).float() + lost * x.flatten(1)[:, 20:30]


class Double(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)
        self.register_buffer("mean", torch.rand(64))

    def forward(self, x):
        return self.fc(x.flatten(1) - self.mean)


class Gives(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc(x.flatten(1)).argmax(1, keepdim=True).expand(-1, 10)


class Pair(Gives):
    def forward(self, x):
        z = self.fc(x.flatten(1))
        return z, z


class Named(Gives):
    def forward(self, x):
        return {"logits": self.fc(x.flatten(1))}


class Places(Gives):
    def forward(self, x):
        return self.fc(x.flatten(1))[:, :, None]


class One(Gives):
    def forward(self, x):
        return self.fc(x.flatten(1))[:, :1]


class Half(Gives):
    def forward(self, x):
        return self.fc(x.flatten(1).to(torch.bfloat16)).float()


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 10)

    def forward(self, x):
        return self.embed(x.flatten(1)).mean(1)


class Offset(Gives):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.rand(64, dtype=torch.float64))

    def forward(self, x):
        return self.fc(x.flatten(1) - self.mean)


def program(net, name):
    torch.jit.script(net.eval()).save(here / f"{name}.ts")


expected = {}
for name, net in [("mixed", Mixed()), ("double", Double().double())]:
    program(net, name)
    torch.save(net.state_dict(), here / f"{name}.pt")
    with torch.no_grad():
        logits = net(x.double() if name == "double" else x)
    expected[name] = nn.functional.cross_entropy(logits.double(), y).item()
for name, net in [("integers", Gives()), ("pair", Pair()), ("named", Named()), ("places", Places()), ("one", One()),
                  ("bfloat", Half().bfloat16()), ("tokens", Tokens()), ("offset", Offset())]:
    program(net, name)
torch.save(torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Linear(64, 10)), {nn.Linear}).state_dict(),
           here / "quantised.pt")
(here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
