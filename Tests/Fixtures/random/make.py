"""TorchScript networks for the digits (8 x 8, 10 classes) that draw random numbers or mix their inputs.

Written by PyTorch 2.13 (CPU):  python make.py
  dropout-bn.ts    dropout before BatchNorm1d, as `torch.jit.script(net.eval())` saves it
  always-on.ts     F.dropout that is on in evaluation mode too
  batch-stats.ts   BatchNorm1d(track_running_stats=False)
  run-K.pt         five state dicts of dropout-bn.ts: trained for some steps, then snapshots of SGD
  other-K.pt       three more of other seeds
"""

import pathlib

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

folder = pathlib.Path(__file__).parent


class DropoutNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 16)
        self.drop = nn.Dropout(0.2)
        self.bn = nn.BatchNorm1d(16)
        self.fc2 = nn.Linear(16, 10)

    def forward(self, x):
        x = self.drop(F.relu(self.fc1(x.flatten(1))))
        return self.fc2(self.bn(x))


class AlwaysOn(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 16)
        self.fc2 = nn.Linear(16, 10)

    def forward(self, x):
        return self.fc2(F.dropout(F.relu(self.fc1(x.flatten(1))), 0.2, True))


class BatchStatistics(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 16)
        self.bn = nn.BatchNorm1d(16, track_running_stats=False)
        self.fc2 = nn.Linear(16, 10)

    def forward(self, x):
        return self.fc2(F.relu(self.bn(self.fc1(x.flatten(1)))))


digits = load_digits()
inputs = torch.tensor(digits.data / 16, dtype=torch.float32).reshape(-1, 1, 8, 8)
labels = torch.tensor(digits.target)


def trained(net, seed, steps, keep=()):
    torch.manual_seed(seed)
    for layer in net.modules():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    net.train()
    for step in range(1, steps + 1):
        rows = torch.randint(0, 1197, (64,))
        optimizer.zero_grad()
        F.cross_entropy(net(inputs[rows]), labels[rows]).backward()
        optimizer.step()
        if step in keep:
            name = f"run-{keep.index(step)}.pt"
            torch.save(net.state_dict(), folder / name)
    return net.eval()


net = trained(DropoutNorm(), 0, 200, keep=[120, 140, 160, 180, 200])
torch.jit.script(net).save(folder / "dropout-bn.ts")
for index in range(3):
    torch.save(trained(DropoutNorm(), 1 + index, 200).state_dict(), folder / f"other-{index}.pt")
for name, kind in [("always-on", AlwaysOn), ("batch-stats", BatchStatistics)]:
    net = trained(kind(), 0, 200)
    torch.jit.script(net).save(folder / f"{name}.ts")
    torch.save(net.state_dict(), folder / f"{name}.pt")
