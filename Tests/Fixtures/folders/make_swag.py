"""swag-run.pt: a run's moments as wjmaddox/swa_gaussian saves them (swag/posteriors/swag.py: buffers NAME_mean,
NAME_sq_mean and NAME_cov_mat_sqrt of every parameter, n_models, all in single precision); swag-diagonal.pt: the same
without deviations. Their numbers in double precision are added to expected.json.

python3 make_swag.py   (PyTorch 2.13)
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
        self.conv1, self.bn1 = nn.Conv2d(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.conv2, self.bn2 = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 2)
        x = torch.max_pool2d(torch.relu(self.bn2(self.conv2(x))), 2)
        return self.fc(x.flatten(1))


class Moments(nn.Module):
    """Their buffers; parameters become none, so that a state dict lists buffers in the order of registration."""

    def __init__(self, most):
        super().__init__()
        self.register_buffer("n_models", torch.zeros([1], dtype=torch.long))
        self.base, self.most, self.places = Net(), most, []
        for module in self.base.modules():
            for name in list(module._parameters):
                value = module._parameters.pop(name)
                if value is None:
                    module._parameters[name] = None
                    continue
                value = value.data
                module.register_buffer(f"{name}_mean", torch.zeros_like(value))
                module.register_buffer(f"{name}_sq_mean", torch.zeros_like(value))
                module.register_buffer(f"{name}_cov_mat_sqrt", value.new_zeros((0, value.numel())))
                self.places.append((module, name))

    def collect(self, network):
        n = self.n_models.item()
        for (module, name), value in zip(self.places, network.parameters()):
            value = value.data
            mean = getattr(module, f"{name}_mean") * n / (n + 1.0) + value / (n + 1.0)
            squares = getattr(module, f"{name}_sq_mean") * n / (n + 1.0) + value**2 / (n + 1.0)
            rows = torch.cat((getattr(module, f"{name}_cov_mat_sqrt"), (value - mean).view(1, -1)))
            setattr(module, f"{name}_mean", mean)
            setattr(module, f"{name}_sq_mean", squares)
            setattr(module, f"{name}_cov_mat_sqrt", rows[-self.most:])
        self.n_models.add_(1)


torch.manual_seed(0)
network, moments = Net(), Moments(3)
optimizer = torch.optim.SGD(network.parameters(), lr=0.3)
for step in range(1, 101):
    optimizer.zero_grad()
    nn.functional.cross_entropy(network(X[:200]), Y[:200]).backward()
    optimizer.step()
    if step >= 60 and step % 10 == 0:
        moments.collect(network)
torch.save({"epoch": 100, "state_dict": network.state_dict()}, here / "swag-sgd.pt")
state = moments.state_dict()
for name, value in network.state_dict().items():
    if "running" in name or "tracked" in name:
        state["base." + name] = value
torch.save({"epoch": 100, "state_dict": state}, here / "swag-run.pt")
torch.save({"epoch": 100, "state_dict": {k: v for k, v in state.items() if not k.endswith("_cov_mat_sqrt")}},
           here / "swag-diagonal.pt")

parts = {}
for suffix in ["sq_mean", "cov_mat_sqrt", "mean"]:
    names = [f"base.{name}_{suffix}" for name, _ in network.named_parameters()]
    parts[suffix] = torch.cat([state[name].double().reshape(-1 if suffix != "cov_mat_sqrt" else 3, state[name].numel()
                               // (3 if suffix == "cov_mat_sqrt" else 1)).reshape(3 if suffix == "cov_mat_sqrt" else 1, -1)
                               for name in names], 1)
variance = (parts["sq_mean"] - parts["mean"] ** 2).clamp(min=1e-30)
mean = Net()
mean.load_state_dict({k.removeprefix("base."): v for k, v in state.items() if "running" in k or "tracked" in k} |
                     {name: state[f"base.{name}_mean"] for name, _ in network.named_parameters()})
with torch.no_grad():
    logits = mean.eval()(X).double()
path = here / "expected.json"
expected = json.loads(path.read_text())
expected["swag run"] = {
    "loss": nn.functional.cross_entropy(logits, Y).item(),
    "accuracy": (logits.argmax(1) == Y).double().mean().item(),
    "norm of the mean": parts["mean"].norm().item(),
    "variance": variance.sum().item(),
    "deviations": (parts["cov_mat_sqrt"].norm() ** 2 / 2).item(),
    "standard deviations": {  # of a sample at the scale 0.5, by parameter: the root of the trace
        name: (0.5 * (v.sum() + d.square().sum() / 2)).sqrt().item()
        for name, v, d in ((name, (state[f"base.{name}_sq_mean"].double() - state[f"base.{name}_mean"].double() ** 2)
                            .clamp(min=1e-30), state[f"base.{name}_cov_mat_sqrt"].double())
                           for name, _ in network.named_parameters())},
}
path.write_text(json.dumps(expected, indent=1) + "\n")
