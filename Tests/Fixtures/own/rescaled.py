"""Writes hundredfold.ts and negated.ts, whose outputs are probabilities times 100 and negative logarithms of them, for the
weights of softmax.pt.

Run with PyTorch 2 beside this file, after make.py.
"""
import torch
import torch.nn.functional as F
from torch import nn


class Hundredfold(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(64, 32), nn.Linear(32, 10)

    def logits(self, x):
        return self.fc2(F.relu(self.fc1(x.flatten(1))))

    def forward(self, x):
        return torch.softmax(self.logits(x), 1) * 100


class Negated(Hundredfold):
    def forward(self, x):
        return -torch.log_softmax(self.logits(x), 1)


for name, net in {"hundredfold": Hundredfold(), "negated": Negated()}.items():
    net.load_state_dict(torch.load("softmax.pt"))
    torch.jit.script(net.eval()).save(f"{name}.ts")
