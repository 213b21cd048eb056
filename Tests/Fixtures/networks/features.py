#!/usr/bin/python3
"""Outputs of inner layers of the networks that make.py trained, for the tests of layer features.

Run with Debian's python3-torch (PyTorch 1.13) from this folder, after make.py:

    /usr/bin/python3 features.py ../../../Sources/Datasets/Resources/digits.npz

Writes features.json: for the first 8 test digits, the outputs of single layers, flattened per input.
The residual networks and the transformer of families.py are filled by its formula, in double
precision, as for families.json.
"""
import json
import math
import sys

import numpy as np
import torch

import families
import make


def output(net, path, inputs):
    """What the layer at a path gives, before anything that follows it."""
    found = []
    module = dict(net.named_modules())[path]
    hook = module.register_forward_hook(lambda module, arguments, result: found.append(result))
    with torch.no_grad():
        net(inputs)
    hook.remove()
    return found[0].flatten(1).tolist()


def main():
    torch.set_num_threads(1)
    digits = np.load(sys.argv[1])
    images = torch.from_numpy(digits["images"].astype(np.float32) / 16)[:, None]
    first = images[-make.TEST:][:8]
    trained = []
    for name, text, net, layers in [
        ("mlp", "mlp:hidden=32-16", make.MLP(), ["fc1"]),
        ("cnn", "cnn:channels=8-16", make.CNN(False), ["conv2"]),
        ("cnn-bn", "cnn:channels=8-16,norm=batch", make.CNN(True), ["bn1"]),
    ]:
        net.load_state_dict(torch.load(f"{name}.pt"))
        net.eval()
        for layer in layers:
            trained.append({
                "name": name, "text": text, "layer": layer, "values": output(net, layer, first)})
    filled = []
    for text, layers in {
        "resnet8": ["layer2.0.conv2"],
        "wide-resnet-16-2": ["block2.layer.0.convShortcut"],
        "vit:patch=4,dim=24,depth=2,heads=3,mlp=2": ["blocks.0.attn.proj"],
    }.items():
        build, shape, classes = families.CASES[text]
        net = build().double().eval()
        with torch.no_grad():
            families.fill(net)
        inputs = torch.from_numpy(
            families.wave(2 * math.prod(shape), 1000).reshape([2] + shape))
        for layer in layers:
            filled.append({"text": text, "layer": layer, "values": output(net, layer, inputs)})
    with open("features.json", "w") as file:
        json.dump({"trained": trained, "filled": filled}, file)


if __name__ == "__main__":
    main()
