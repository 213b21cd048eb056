"""A network with PyTorch 2's attention, whose operator PyTorch 1.13 lacks.

Run with PyTorch 2 beside this file, after make.py: writes attention.ts (with the operator), attention-plain.ts (with
attention written out, as docs/architectures.md has it), later.ts (attention.ts with the name of an operator that no
PyTorch has), traced-37.ts (traced with 37 inputs, whose number is a constant in it), attention.pt with the weights of
all, plain.pt with those of traced-37.ts, and attention.json with what PyTorch makes of them.
"""
import json
import os
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
digits = np.load(f"{here}/digits.npz")
inputs, labels = torch.from_numpy(digits["x_test"]), torch.from_numpy(digits["y_test"])
torch.manual_seed(0)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(8, 16)
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
        self.fc = nn.Linear(128, 10)

    def forward(self, x):
        x = self.embed(x.squeeze(1))
        x = x + F.scaled_dot_product_attention(x, x, x, is_causal=True)
        return self.fc(self.layer(x).flatten(1))


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(64, 12), nn.Linear(12, 10)

    def forward(self, x):
        return self.b(F.relu(self.a(x.reshape(int(x.shape[0]), 64))))


def measured(net):
    with torch.no_grad():
        logits = net(inputs).double()
    return {
        "loss": F.cross_entropy(logits, labels).item(),
        "accuracy": (logits.argmax(1) == labels).double().mean().item(),
        "logits": logits[:2].flatten().tolist(),
    }


net = Attention()
optimizer = torch.optim.Adam(net.parameters(), 1e-2)
for _ in range(20):
    optimizer.zero_grad()
    F.cross_entropy(net(torch.from_numpy(digits["x_train"])), torch.from_numpy(digits["y_train"])).backward()
    optimizer.step()
net.eval()
torch.save(net.state_dict(), f"{here}/attention.pt")
torch.jit.script(net).save(f"{here}/attention.ts")
with open(f"{here}/attention.json", "w") as file:
    json.dump({"attention": measured(net)}, file, indent=1)

with zipfile.ZipFile(f"{here}/attention.ts") as old, zipfile.ZipFile(f"{here}/later.ts", "w") as new:
    for member in old.infolist():
        new.writestr(member, old.read(member).replace(b"torch.scaled_dot_product_attention", b"torch.attention_of_later"))

plain = Plain().eval()
torch.save(plain.state_dict(), f"{here}/plain.pt")
torch.jit.trace(plain, inputs[:37]).save(f"{here}/traced-37.ts")

PAGE = f"{here}/../../../docs/architectures.md"
with open(PAGE) as page:
    lines = next(part for part in page.read().split("```python\n") if part.startswith("def attention(")).split("```")[0]
x = inputs[:4]
os.chdir(here)
exec(lines.replace("net.ts", "attention-plain.ts"))
assert torch.allclose(torch.jit.load("attention-plain.ts")(inputs), net(inputs), atol=1e-5)
