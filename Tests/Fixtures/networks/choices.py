"""Writes what the tests compare Basin's families with where they differ in what tensors do not tell:
activation, pooling, the ε of normalisation, what a transformer's last layer reads.

    pip install torch torchvision timm; python choices.py     # timm 1.0; writes choices.json

ResNet-18 and the vision transformers are timm's own modules, with its own options. The others are those of
`families.py`, in which layers are replaced. Weights and inputs are the formula of `families.py`.
"""
import json
import math

import timm
import torch
from torch import nn
import torch.nn.functional as F
from timm.models.vision_transformer import VisionTransformer

import families
from families import ResNet, VGG16, WideResNet, fill, wave


def resnet18(**options):
    return timm.create_model("resnet18", num_classes=10, **options)


def vit(**options):
    sizes = dict(img_size=(8, 12), patch_size=4, embed_dim=24, depth=2, num_heads=3, mlp_ratio=2)
    return VisionTransformer(**sizes, num_classes=10, **options)


def replaced(net, old, new):
    for module in list(net.modules()):
        for name, child in module.named_children():
            if isinstance(child, old):
                setattr(module, name, new())
    return net


def with_epsilon(net, epsilon):
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = epsilon
    return net


VIT = "vit:patch=4,dim=24,depth=2,heads=3,mlp=2"
CASES = {
    # text: (module, input shape, classes, what stands for F.relu in the modules of families.py)
    "resnet18:activation=silu": (
        lambda: resnet18(act_layer=nn.SiLU), [3, 40, 48], 10, None),
    "resnet18:activation=gelu,bn-eps=0.001": (
        lambda: with_epsilon(resnet18(act_layer=lambda inplace: nn.GELU()), 1e-3), [3, 32, 32], 10, None),
    "resnet8:activation=elu,bn-eps=0.001": (
        lambda: with_epsilon(ResNet(1, 10, 8), 1e-3), [1, 8, 8], 10, F.elu),
    "wide-resnet-10-1:activation=leaky-relu,bn-eps=0.01": (
        lambda: with_epsilon(WideResNet(3, 10, 10, 1), 1e-2), [3, 8, 8], 10, F.leaky_relu),
    "vgg16:activation=tanh,pooling=avg": (
        lambda: replaced(replaced(VGG16(3, 10, False), nn.ReLU, nn.Tanh), nn.MaxPool2d,
                         lambda: nn.AvgPool2d(2, 2)), [3, 32, 32], 10, None),
    "vgg16-bn:activation=gelu-tanh,bn-eps=0.001": (
        lambda: with_epsilon(replaced(VGG16(1, 5, True), nn.ReLU, lambda: nn.GELU("tanh")), 1e-3),
        [1, 32, 32], 5, None),
    f"{VIT},pool=mean": (
        lambda: vit(global_pool="avg", fc_norm=False), [3, 8, 12], 10, None),
    f"{VIT},norm=fc_norm": (lambda: vit(global_pool="avg"), [3, 8, 12], 10, None),
    f"{VIT},activation=gelu-tanh,ln-eps=1e-05": (
        lambda: vit(act_layer=lambda: nn.GELU("tanh"), norm_layer=nn.LayerNorm), [3, 8, 12], 10,
        None),
}


def main():
    torch.set_num_threads(1)
    networks = []
    relu = F.relu
    for text, (make, shape, classes, activation) in CASES.items():
        net = make().double().eval()
        with torch.no_grad():
            fill(net)
            inputs = torch.from_numpy(wave(2 * math.prod(shape), 1000).reshape([2] + shape))
            families.F.relu = activation or relu
            logits = net(inputs)
            families.F.relu = relu
        networks.append({
            "text": text, "input": shape, "classes": classes,
            "tensors": [[name, list(one.shape)] for name, one in net.state_dict().items()],
            "logits": logits.tolist(),
        })
    versions = {"torch": torch.__version__, "timm": timm.__version__}
    with open("choices.json", "w") as file:
        json.dump({**versions, "networks": networks, "counts": {}}, file)


if __name__ == "__main__":
    main()
