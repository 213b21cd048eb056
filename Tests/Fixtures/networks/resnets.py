"""Writes what the tests compare Basin's ResNet-18, -34 and -50 with: names, shapes, counts and logits.

    pip install torch torchvision; python resnets.py     # torchvision 0.28; writes resnets.json

The modules are torchvision's own. In the form for CIFAR, their first convolution is 3×3 with stride 1 and
their first pooling is replaced by nothing, or kept. K. Liu's `pytorch-cifar`
(https://github.com/kuangliu/pytorch-cifar, models/resnet.py) is that form without pooling, where
`downsample` is called `shortcut` and `fc` `linear`. Weights and inputs are the formula of `families.py`.
"""
import json
import math

import torch
import torchvision
from torch import nn
from torchvision import models

from families import fill, wave


def large(name, classes):
    return getattr(models, name)(num_classes=classes)


def small(name, channels, classes, keep_pooling=False):
    net = large(name, classes)
    net.conv1 = nn.Conv2d(channels, 64, 3, padding=1, bias=False)
    if not keep_pooling:
        net.maxpool = nn.Identity()
    return net


def renamed(name):
    return name.replace("downsample", "shortcut").replace("fc.", "linear.")


CASES = {
    # text: (module, input shape, classes)
    "resnet18": (lambda: large("resnet18", 10), [3, 40, 48], 10),
    "resnet34": (lambda: large("resnet34", 7), [3, 32, 32], 7),
    "resnet50": (lambda: large("resnet50", 5), [3, 33, 32], 5),
    "resnet18:stem=3x3": (lambda: small("resnet18", 1, 10), [1, 8, 8], 10),
    "resnet18:stem=3x3,pooling=max": (lambda: small("resnet18", 3, 10, True), [3, 16, 16], 10),
    "resnet18:stem=3x3,names=pytorch-cifar": (lambda: small("resnet18", 3, 4), [3, 8, 9], 4),
}
COUNTS = {
    **{name: (lambda name=name: large(name, 1000))
       for name in ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]},
    "resnet18:stem=3x3": lambda: small("resnet18", 3, 1000),
    "resnet50:stem=3x3": lambda: small("resnet50", 3, 1000),
}


def main():
    torch.set_num_threads(1)
    networks = []
    for text, (make, shape, classes) in CASES.items():
        net = make().double().eval()
        with torch.no_grad():
            fill(net)
            inputs = torch.from_numpy(wave(2 * math.prod(shape), 1000).reshape([2] + shape))
            logits = net(inputs)
        name = renamed if "pytorch-cifar" in text else str
        networks.append({
            "text": text, "input": shape, "classes": classes,
            "tensors": [[name(key), list(one.shape)] for key, one in net.state_dict().items()],
            "logits": logits.tolist(),
        })
    counts = {
        text: sum(p.numel() for p in make().parameters()) for text, make in COUNTS.items()}
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__}
    with open("resnets.json", "w") as file:
        json.dump({**versions, "networks": networks, "counts": counts}, file)


if __name__ == "__main__":
    main()
