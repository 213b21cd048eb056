"""Checkpoints that are folders, and those of the code of two papers; expected.json has PyTorch's numbers.

python3 make.py CURVE SWAG   (PyTorch 2.13, transformers 5, DeepSpeed 0.19 with DS_ACCELERATOR=cpu, scikit-learn)

CURVE and SWAG are files of timgaripov/dnn-mode-connectivity and wjmaddox/swa_gaussian for the network Net below; they
are copied without their optimizers. One process is enough: RANK=0 WORLD_SIZE=1 LOCAL_RANK=0 MASTER_ADDR=127.0.0.1
MASTER_PORT=29511.
"""
import json
import os
import pathlib
import shutil
import sys

import numpy as np
import torch
import torch.distributed.checkpoint as dcp
from torch import nn

here = pathlib.Path(__file__).parent
expected = {}
with np.load(here.parent / "own/digits.npz") as digits:
    X, Y = torch.from_numpy(digits["x_test"]), torch.from_numpy(digits["y_test"])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.conv2, self.bn2 = nn.Conv2d(8, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 2)
        x = torch.max_pool2d(torch.relu(self.bn2(self.conv2(x))), 2)
        return self.fc(x.flatten(1))


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(64, 16), nn.Linear(16, 10)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x.flatten(1))))


def measure(name, network):
    with torch.no_grad():
        logits = network.eval()(X).double()
    expected[name] = {
        "loss": nn.functional.cross_entropy(logits, Y).item(),
        "accuracy": (logits.argmax(1) == Y).double().mean().item(),
    }


def folder(name):
    shutil.rmtree(here / name, ignore_errors=True)
    (here / name).mkdir()
    return here / name


torch.manual_seed(0)
network = MLP()
optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
for _ in range(60):
    optimizer.zero_grad()
    nn.functional.cross_entropy(network(X[:200]), Y[:200]).backward()
    optimizer.step()
measure("mlp", network)

# Hugging Face.
from transformers import PretrainedConfig, PreTrainedModel


class Config(PretrainedConfig):
    model_type = "digits-mlp"


class Model(PreTrainedModel):
    config_class = Config

    def __init__(self, config):
        super().__init__(config)
        self.fc1, self.fc2 = nn.Linear(64, 16), nn.Linear(16, 10)
        self.post_init()

    def _init_weights(self, module):
        pass


model = Model(Config())
model.load_state_dict(network.state_dict())
model.save_pretrained(folder("hf"))
model.save_pretrained(folder("hf-sharded"), max_shard_size="3KB")
bin_folder = folder("hf-bin")
model.config.save_pretrained(bin_folder)
torch.save(model.state_dict(), bin_folder / "pytorch_model.bin")

# torch.distributed.checkpoint.
dcp.save({"model": network.state_dict()}, checkpoint_id=folder("dcp"))

# State dicts within others.
net = torch.load(here.parent / "programs/net.pt", weights_only=True)
torch.save({"state_dict": net | {"criterion.weight": torch.ones(10)}}, here / "nested.pt")
torch.save({name.removeprefix("net."): value for name, value in net.items()} | {"criterion.weight": torch.ones(10)},
           here / "extra.pt")
plain = {name.removeprefix("net."): value for name, value in net.items()}
torch.save(plain, here / "plain.pt")
torch.jit.script(Net().eval()).save(here / "net.ts")

# Files of two papers' code.
curve = torch.load(sys.argv[1], weights_only=True)
torch.save({"epoch": curve["epoch"], "model_state": curve["model_state"]}, here / "curve.pt")
swag = torch.load(sys.argv[2], weights_only=True)
torch.save(swag, here / "swag.pt")


def measure_state(name, state):
    one = Net()
    one.load_state_dict(state)
    measure(name, one)


for point in range(3):
    measure_state(f"curve {point}", {
        key.removeprefix("net.").removesuffix(f"_{point}"): value
        for key, value in curve["model_state"].items()
        if key.startswith("net.") and (key.endswith(f"_{point}") or "running" in key or "tracked" in key)})
measure_state("swag", {
    key.removeprefix("base.").removesuffix("_mean") if "running" not in key else key.removeprefix("base."): value
    for key, value in swag["state_dict"].items()
    if not key.endswith(("_sq_mean", "_cov_mat_sqrt")) and key != "n_models"})
measure_state("nested", plain)
(here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")

# DeepSpeed, with whole weights and with ZeRO's third stage.
import deepspeed


def run(stage, target):
    engine, *_ = deepspeed.initialize(
        model=MLP() if stage == 3 else network, model_parameters=None if stage == 3 else network.parameters(),
        config={"train_micro_batch_size_per_gpu": 8, "zero_optimization": {"stage": stage},
                "optimizer": {"type": "Adam", "params": {"lr": 0.0, "torch_adam": True}}})
    folder(target)
    engine.save_checkpoint(str(here / target), tag="global_step0")
    # The optimizer's states, and programs of DeepSpeed's.
    for path in [*(here / target).rglob("*optim_states.pt"), *(here / target).glob("*.py")]:
        path.unlink()


run(0, "deepspeed")
run(3, "deepspeed-zero3")
