"""Writes wrapped.ts, a program that holds a network as `self.model`, the state dicts wrapped.pt of the program and
inner.pt of the network, three.ts and three.pt of a network with 3 outputs, and wrapped.json: what PyTorch makes of them."""

import json

import numpy
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
digits = numpy.load("digits.npz")
x, y = torch.tensor(digits["x_test"]).float(), torch.tensor(digits["y_test"]).long()


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 12)
        self.norm = nn.BatchNorm1d(12)
        self.b = nn.Linear(12, 10)
        self.register_buffer("permutation", torch.randperm(12))
        self.register_buffer("mask", torch.rand(12) > 0.3)

    def forward(self, x):
        h = torch.tanh(self.norm(self.a(torch.flatten(x, 1)))) * self.mask
        return self.b(h[:, self.permutation])


class Wrapper(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model
        self.register_buffer("mean", torch.tensor(0.25), persistent=False)

    def forward(self, x):
        return self.model(x - self.mean)


net = Wrapper(Inner())
with torch.no_grad():
    for _ in range(20):
        net(x)
net.eval()
torch.jit.script(net).save("wrapped.ts")
torch.save(net.state_dict(), "wrapped.pt")
torch.save(net.model.state_dict(), "inner.pt")
few = nn.Sequential(nn.Flatten(), nn.Linear(64, 3)).eval()
torch.jit.script(few).save("three.ts")
torch.save(few.state_dict(), "three.pt")
with torch.no_grad():
    logits = net(x)
with open("wrapped.json", "w") as file:
    loss = F.cross_entropy(logits.double(), y).item()
    json.dump({"loss": loss, "accuracy": (logits.argmax(1) == y).double().mean().item()}, file)
