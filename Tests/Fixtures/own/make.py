"""Networks whose files say more than names and shapes: buffers, frozen parameters, activations.

Run with PyTorch 2 beside this file; what PyTorch itself makes of each is in expected.json.
The digits are UCI's (CC BY 4.0), in scikit-learn's order: 1,200 train and 597 test.
"""
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
digits = load_digits()
order = np.random.RandomState(0).permutation(len(digits.target))
x = (digits.data[order] / 16).astype(np.float32).reshape(-1, 1, 8, 8)
y = digits.target[order].astype(np.int64)
np.savez_compressed(f"{here}/digits.npz", x_train=x[:1200], y_train=y[:1200], x_test=x[1200:], y_test=y[1200:])
X, Y, XT, YT = (torch.from_numpy(v) for v in (x[:1200], y[:1200], x[1200:], y[1200:]))
expected = {}


class Permuted(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("perm", torch.randperm(64))
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc(x.flatten(1)[:, self.perm])


class Masked(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mask", torch.rand(64) < 0.5)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc(x.flatten(1).masked_fill(self.mask, 0.0))


class Rows(nn.Module):
    """Attention over the rows of an image, with the buffers that language models have."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(8, 16)
        self.place = nn.Embedding(8, 16)
        self.register_buffer("position_ids", torch.arange(7, -1, -1))
        self.register_buffer("causal", torch.full((8, 8), -math.inf).triu(1))
        self.register_buffer("scale", torch.linspace(0.5, 1.5, 16), persistent=False)
        self.norm = nn.BatchNorm1d(8)
        self.qkv = nn.Linear(16, 48)
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        h = self.norm(self.embed(x.squeeze(1)) + self.place(self.position_ids)) * self.scale
        q, k, v = self.qkv(h).chunk(3, -1)
        a = torch.softmax(q @ k.transpose(-1, -2) / 4.0 + self.causal, -1) @ v
        return self.fc(a[:, -1])


class Body(nn.Module):
    """A frozen random body and a trained head."""

    def __init__(self, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.body = nn.Linear(64, 48)
        for p in self.body.parameters():
            p.requires_grad_(False)
        self.fc = nn.Linear(48, 10)

    def forward(self, x):
        return self.fc(torch.tanh(self.body(x.flatten(1))))


class MLP(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.activation = activation
        self.fc1 = nn.Linear(64, 32)
        self.fc2 = nn.Linear(32, 32)
        self.fc3 = nn.Linear(32, 10)

    def forward(self, x):
        a = self.activation
        return self.fc3(a(self.fc2(a(self.fc1(x.flatten(1))))))


class CNN(nn.Module):
    def __init__(self, activation, pool, norm=False):
        super().__init__()
        self.activation, self.pool, self.norm = activation, pool, norm
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1, bias=not norm)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1, bias=not norm)
        if norm:
            self.bn1, self.bn2 = nn.BatchNorm2d(8), nn.BatchNorm2d(16)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        for i in (1, 2):
            x = getattr(self, f"conv{i}")(x)
            if self.norm:
                x = getattr(self, f"bn{i}")(x)
            x = self.pool(self.activation(x), 2)
        return self.fc(x.flatten(1))


class Dropped(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 32)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x):
        return self.fc2(F.dropout(F.relu(self.fc1(x.flatten(1))), 0.5, self.training))


class Softmaxed(Dropped):
    def forward(self, x):
        return torch.softmax(self.fc2(F.relu(self.fc1(x.flatten(1)))), 1)


class LogSoftmaxed(Dropped):
    def forward(self, x):
        return torch.log_softmax(self.fc2(F.relu(self.fc1(x.flatten(1)))), 1)


class Sigmoided(Dropped):
    def forward(self, x):
        return torch.sigmoid(self.fc2(F.relu(self.fc1(x.flatten(1)))))


class Batchy(Dropped):
    def forward(self, x):
        h = F.relu(self.fc1(x.flatten(1)))
        return self.fc2(h - h.mean(0, keepdim=True))


def trained(net, steps=120, lr=0.02, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.nll_loss(torch.log(net(X)), Y).backward() if isinstance(net, Softmaxed) else F.cross_entropy(
            net(X), Y
        ).backward()
        optimizer.step()
    return net.eval()


def measured(name, net, probabilities=False):
    with torch.no_grad():
        out = net(XT)
        loss = F.nll_loss(torch.log(out), YT) if probabilities else F.cross_entropy(out, YT)
    expected[name] = {
        "loss": loss.item(),
        "accuracy": (out.argmax(1) == YT).double().mean().item(),
        "logits": out[:2].double().flatten().tolist(),
    }


def program(name, net):
    torch.jit.script(net).save(f"{here}/{name}.ts")


def weights(name, net, **beside):
    state = net.state_dict()
    torch.save({"state_dict": state, **beside} if beside else state, f"{here}/{name}.pt")


for name, make in {"permuted": Permuted, "masked": Masked, "rows": Rows}.items():
    torch.manual_seed(7)
    program(name, make().eval())  # with buffers of another seed than the checkpoint's
    torch.manual_seed(1)
    net = trained(make())
    weights(name, net)
    measured(name, net)

program("frozen", Body(9).eval())
for name, body, seed in [("frozen-0", 0, 0), ("frozen-1", 0, 1), ("frozen-2", 5, 2)]:
    net = Body(body)
    torch.manual_seed(seed)
    net.fc.reset_parameters()
    trained(net)
    weights(name, net)
    measured(name, net)
heads = [torch.load(f"{here}/frozen-{i}.pt") for i in range(2)]
a, b = (torch.cat([h["fc.weight"].flatten(), h["fc.bias"]]).double() for h in heads)
expected["frozen cosine"] = (a @ b / a.norm() / b.norm()).item()

activations = {
    "tanh": torch.tanh, "gelu": F.gelu, "leaky-relu": F.leaky_relu, "silu": F.silu, "elu": F.elu,
    "sigmoid": torch.sigmoid, "gelu-tanh": lambda v: F.gelu(v, approximate="tanh"),
}
for name, activation in activations.items():
    torch.manual_seed(2)
    net = trained(MLP(activation))
    if name == "tanh":
        with torch.no_grad():
            accuracy = (net(XT).argmax(1) == YT).double().mean().item()
        weights("mlp-tanh-said", net, epoch=12, test_acc=100 * accuracy)
    weights(f"mlp-{name}", net)
    measured(f"mlp-{name}", net)
torch.manual_seed(3)
net = trained(CNN(F.relu, F.avg_pool2d))
weights("cnn-avg", net)
measured("cnn-avg", net)
net = trained(CNN(torch.tanh, F.max_pool2d))
weights("cnn-tanh", net)
measured("cnn-tanh", net)

# An average of weights whose statistics nobody updated, as swa_utils leaves it.
torch.manual_seed(4)
net = trained(CNN(F.relu, F.max_pool2d, norm=True))
for m in net.modules():
    if isinstance(m, nn.BatchNorm2d):
        m.reset_running_stats()
weights("untouched", net)
measured("untouched", net)
from torch.optim.swa_utils import update_bn

update_bn([X[i : i + 500] for i in range(0, 1200, 500)], net)
net.eval()
measured("updated", net)

torch.manual_seed(5)
net = trained(Dropped())
weights("dropped", net)
measured("dropped", net)
net.train()
torch.jit.trace(net, X[:4], check_trace=False).save(f"{here}/traced-in-training.ts")
torch.manual_seed(5)
net = trained(CNN(F.relu, F.max_pool2d, norm=True))
weights("cnn-bn", net)
measured("cnn-bn", net)
torch.jit.trace(net, X[:4]).save(f"{here}/traced-bn.ts")
net.train()
torch.jit.trace(net, X[:4], check_trace=False).save(f"{here}/traced-bn-in-training.ts")
for name, make in {"softmax": Softmaxed, "log-softmax": LogSoftmaxed, "batchy": Batchy}.items():
    torch.manual_seed(6)
    net = trained(make(), lr=0.01)
    program(name, net)
    weights(name, net)
    measured(name, net, probabilities=name == "softmax")
program("sigmoid-outputs", Sigmoided().eval())

with open(f"{here}/expected.json", "w") as file:
    json.dump(expected, file, indent=1)
