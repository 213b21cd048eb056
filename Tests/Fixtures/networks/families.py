#!/usr/bin/python3
"""Writes what the tests compare Basin's built-in families with: names, shapes, counts and logits.

    /usr/bin/python3 families.py        # Debian's python3-torch (PyTorch 1.13); writes families.json

The modules below are written anew so that their state dicts have the names, the order and the shapes
of these repositories' modules; no code of theirs is copied:

- WideResNet: https://github.com/xternalz/WideResNet-pytorch, wideresnet.py
- VGG: https://github.com/chengyangfu/pytorch-vgg-cifar10, vgg.py
- VisionTransformer: https://github.com/huggingface/pytorch-image-models,
  timm/models/vision_transformer.py (Apache licence 2.0)
- ResNet: https://github.com/akamaster/pytorch_resnet_cifar10, resnet.py (BSD licence, 2 clauses)

Weights and inputs are a formula that both sides evaluate (`fill`), so no weights are stored.
"""
import json
import math

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F


class LambdaShortcut(nn.Module):
    def __init__(self, planes):
        super().__init__()
        self.planes = planes

    def forward(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.planes // 4, self.planes // 4))


class ResNetBlock(nn.Module):
    def __init__(self, in_planes, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_planes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = LambdaShortcut(planes) if in_planes != planes else nn.Sequential()

    def forward(self, x):
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(out + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, channels, classes, depth):
        super().__init__()
        blocks = (depth - 2) // 6
        self.conv1 = nn.Conv2d(channels, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*[ResNetBlock(16, 16, 1) for _ in range(blocks)])
        self.layer2 = nn.Sequential(
            *[ResNetBlock(32 if i else 16, 32, 1 if i else 2) for i in range(blocks)])
        self.layer3 = nn.Sequential(
            *[ResNetBlock(64 if i else 32, 64, 1 if i else 2) for i in range(blocks)])
        self.linear = nn.Linear(64, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1))


class WideBlock(nn.Module):
    def __init__(self, in_planes, out_planes, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_planes)
        self.conv1 = nn.Conv2d(in_planes, out_planes, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_planes)
        self.conv2 = nn.Conv2d(out_planes, out_planes, 3, padding=1, bias=False)
        self.convShortcut = None if in_planes == out_planes else nn.Conv2d(
            in_planes, out_planes, 1, stride=stride, bias=False)

    def forward(self, x):
        first = F.relu(self.bn1(x))
        out = self.conv2(F.relu(self.bn2(self.conv1(first))))
        return out + (x if self.convShortcut is None else self.convShortcut(first))


class WideStage(nn.Module):
    def __init__(self, blocks, in_planes, out_planes, stride):
        super().__init__()
        self.layer = nn.Sequential(*[
            WideBlock(out_planes if i else in_planes, out_planes, 1 if i else stride)
            for i in range(blocks)])

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    def __init__(self, channels, classes, depth, width):
        super().__init__()
        blocks = (depth - 4) // 6
        self.conv1 = nn.Conv2d(channels, 16, 3, padding=1, bias=False)
        self.block1 = WideStage(blocks, 16, 16 * width, 1)
        self.block2 = WideStage(blocks, 16 * width, 32 * width, 2)
        self.block3 = WideStage(blocks, 32 * width, 64 * width, 2)
        self.bn1 = nn.BatchNorm2d(64 * width)
        self.fc = nn.Linear(64 * width, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.block3(self.block2(self.block1(self.conv1(x))))))
        return self.fc(F.avg_pool2d(x, x.shape[2:]).flatten(1))


class VGG16(nn.Module):
    def __init__(self, channels, classes, batch_norm):
        super().__init__()
        layers = []
        for size in [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M",
                     512, 512, 512, "M"]:
            if size == "M":
                layers += [nn.MaxPool2d(2, 2)]
                continue
            layers += [nn.Conv2d(channels, size, 3, padding=1)]
            layers += [nn.BatchNorm2d(size)] if batch_norm else []
            layers += [nn.ReLU(True)]
            channels = size
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(512, 512), nn.ReLU(True),
            nn.Dropout(), nn.Linear(512, 512), nn.ReLU(True), nn.Linear(512, classes))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        n, tokens, dim = x.shape
        width = dim // self.heads
        q, k, v = self.qkv(x).reshape(n, tokens, 3, self.heads, width).permute(2, 0, 3, 1, 4)
        weights = (q * width ** -0.5 @ k.transpose(-2, -1)).softmax(dim=-1)
        return self.proj((weights @ v).transpose(1, 2).reshape(n, tokens, dim))


class MLP(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.fc1 = nn.Linear(dim, hidden)
        self.fc2 = nn.Linear(hidden, dim)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class TransformerBlock(nn.Module):
    def __init__(self, dim, heads, mlp):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = Attention(dim, heads)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = MLP(dim, dim * mlp)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, channels, dim, patch):
        super().__init__()
        self.proj = nn.Conv2d(channels, dim, patch, stride=patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class VisionTransformer(nn.Module):
    def __init__(self, shape, classes, patch=4, dim=192, depth=6, heads=3, mlp=4):
        super().__init__()
        patches = (shape[1] // patch) * (shape[2] // patch)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.zeros(1, patches + 1, dim))
        self.patch_embed = PatchEmbed(shape[0], dim, patch)
        self.blocks = nn.Sequential(*[TransformerBlock(dim, heads, mlp) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.head = nn.Linear(dim, classes)

    def forward(self, x):
        x = self.patch_embed(x)
        x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), x), dim=1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


def wave(count, seed):
    """Numbers in [-1, 1): a linear congruence of 32 bits, so that both sides get the same bits."""
    values, state = np.empty(count), seed % 2**32
    for i in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        values[i] = state / 2**31 - 1
    return values


def fill(net):
    """Every tensor from its place in the state dict; scales keep the outputs' size near one."""
    for index, (name, tensor) in enumerate(net.state_dict().items()):
        if name.endswith("num_batches_tracked"):
            continue
        values = wave(tensor.numel(), index)
        if name.endswith("running_var"):
            values = 1 + 0.5 * values
        elif tensor.dim() > 1 and "." in name:
            values = values * math.sqrt(6 / tensor[0].numel())
        elif name.endswith("weight"):
            values = 1 + 0.25 * values
        else:
            values = values * 0.25
        tensor.copy_(torch.from_numpy(values.reshape(tuple(tensor.shape))))


CASES = {
    # text: (module, input shape, classes)
    "resnet8": (lambda: ResNet(1, 10, 8), [1, 8, 8], 10),
    "wide-resnet-10-1": (lambda: WideResNet(3, 10, 10, 1), [3, 8, 8], 10),
    "wide-resnet-16-2": (lambda: WideResNet(3, 7, 16, 2), [3, 16, 16], 7),
    "vgg16": (lambda: VGG16(3, 10, False), [3, 32, 32], 10),
    "vgg16-bn": (lambda: VGG16(1, 5, True), [1, 32, 32], 5),
    "vit:patch=4,dim=24,depth=2,heads=3,mlp=2": (
        lambda: VisionTransformer([3, 8, 12], 10, 4, 24, 2, 3, 2), [3, 8, 12], 10),
    "vit": (lambda: VisionTransformer([3, 32, 32], 10), [3, 32, 32], 10),
}
COUNTS = {
    "resnet20": lambda: ResNet(3, 10, 20),
    "resnet56": lambda: ResNet(3, 10, 56),
    "resnet110": lambda: ResNet(3, 10, 110),
    "wide-resnet-16-4": lambda: WideResNet(3, 10, 16, 4),
    "wide-resnet-28-10": lambda: WideResNet(3, 10, 28, 10),
    "vgg16": lambda: VGG16(3, 10, False),
    "vgg16-bn": lambda: VGG16(3, 10, True),
    "vit": lambda: VisionTransformer([3, 32, 32], 10),
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
        networks.append({
            "text": text, "input": shape, "classes": classes,
            "tensors": [[name, list(tensor.shape)] for name, tensor in net.state_dict().items()],
            "logits": logits.tolist(),
        })
    counts = {
        text: sum(p.numel() for p in make().parameters()) for text, make in COUNTS.items()}
    with open("families.json", "w") as file:
        json.dump({"torch": torch.__version__, "networks": networks, "counts": counts}, file)


if __name__ == "__main__":
    main()
