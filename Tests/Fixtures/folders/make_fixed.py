"""fixed-N.ts: traces of a network whose code makes the batch size a Python number, with N inputs; fixed-any.ts: the
same network as torch.jit.script writes it; fixed.pt: its weights. PyTorch's loss is added to expected.json.

python3 make_fixed.py   (PyTorch 2.13)
"""
import json
import pathlib

import numpy as np
import torch
from torch import nn

here = pathlib.Path(__file__).parent
with np.load(here.parent / "own/digits.npz") as digits:
    X, Y = torch.from_numpy(digits["x_test"]), torch.from_numpy(digits["y_test"])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc(x.reshape(int(x.shape[0]), 64))


torch.manual_seed(0)
net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
for _ in range(60):
    optimizer.zero_grad()
    nn.functional.cross_entropy(net(X[:200]), Y[:200]).backward()
    optimizer.step()
torch.save(net.state_dict(), here / "fixed.pt")
for size in (4, 8, 16):
    torch.jit.trace(net.eval(), X[:size]).save(str(here / f"fixed-{size}.ts"))
torch.jit.script(net.eval()).save(str(here / "fixed-any.ts"))
with torch.no_grad():
    logits = net(X).double()
path = here / "expected.json"
expected = json.loads(path.read_text())
expected["fixed"] = {
    "loss": nn.functional.cross_entropy(logits, Y).item(),
    "accuracy": (logits.argmax(1) == Y).double().mean().item(),
}
path.write_text(json.dumps(expected, indent=1) + "\n")
