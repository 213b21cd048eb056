"""Writes checkpointed.ts, traced from a network with a layer under activation checkpointing, checkpointed.pt, its
state dict, and checkpointed.json: what PyTorch makes of them on the test digits.

Run with PyTorch 2 beside this file, after make.py. The wrapper takes its own name out of the state dict's names; the
program keeps it (fc1._checkpoint_wrapped_module.weight).
"""
import json

import numpy
import torch
from torch import nn
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper
from torch.nn import functional as F

torch.manual_seed(0)
digits = numpy.load("digits.npz")
x, y = torch.tensor(digits["x_test"]).float(), torch.tensor(digits["y_test"]).long()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(64, 8), nn.Linear(8, 10)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(torch.flatten(x, 1))))


net = Net()
net.fc1 = checkpoint_wrapper(net.fc1)
optimizer = torch.optim.Adam(net.parameters(), 1e-2)
for _ in range(30):
    optimizer.zero_grad()
    F.cross_entropy(net(x), y).backward()
    optimizer.step()
net.eval()
torch.save(net.state_dict(), "checkpointed.pt")
with torch.no_grad():
    torch.jit.trace(net, x[:3]).save("checkpointed.ts")
    logits = net(x)
with open("checkpointed.json", "w") as file:
    loss = F.cross_entropy(logits.double(), y).item()
    json.dump({"loss": loss, "accuracy": (logits.argmax(1) == y).double().mean().item()}, file)
