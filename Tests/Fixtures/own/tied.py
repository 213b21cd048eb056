"""Networks whose layers share weights.

Run with PyTorch 2 beside this file: writes tied.pt (two layers of one weight, and a pair of which the second is the
first transposed), tied.ts, which keeps the first pair tied, and untied.pt, in which that pair differs.
"""
import os

import torch
import torch.nn.functional as F
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(0)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(64, 12), nn.Linear(12, 12), nn.Linear(12, 12)
        self.fc4, self.fc5 = nn.Linear(12, 64), nn.Linear(64, 10)
        self.fc3.weight = self.fc2.weight

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc2(F.relu(self.fc1(x))))
        return self.fc5(F.relu(self.fc4(F.relu(self.fc3(x)))))


net = Tied().eval()
state = net.state_dict()
state["fc4.weight"] = state["fc1.weight"].t()
torch.save(state, f"{here}/tied.pt")
torch.jit.script(net).save(f"{here}/tied.ts")
state["fc3.weight"] = state["fc3.weight"] + 1
torch.save(state, f"{here}/untied.pt")
