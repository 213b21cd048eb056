#!/usr/bin/env python3
"""Writes what PyTorch itself loads from the fixtures: for each tensor its type, shape and the
SHA-256 of its contiguous little-endian bytes.

    /usr/bin/python3 make_expected.py torch-1.13     # with Debian's PyTorch 1.13
    python3 make_expected.py torch-2.13              # with PyTorch 2.13
"""
import glob
import hashlib
import json
import os
import sys
import zipfile

import numpy
import torch


# These files are the project's own: PyTorch 2.6 and newer want to be told.
UNTRUSTED = {} if torch.__version__ < "2" else {"weights_only": False}


def flat(value, prefix=""):
    """Tensors of the outermost dictionary of tensors, as Basin looks for it."""
    if any(isinstance(v, torch.Tensor) for v in value.values()):
        return {k: v for k, v in value.items() if isinstance(v, torch.Tensor)}
    for key, inner in value.items():
        if isinstance(inner, dict) and not key.startswith("optim"):
            found = flat(inner)
            if found:
                return found
    return {}


def describe(tensor):
    tensor = tensor.detach().resolve_conj().resolve_neg()
    flat = tensor.clone(memory_format=torch.contiguous_format).flatten()
    raw = bytes(flat.view(torch.uint8).tolist()) if flat.numel() else b""
    return {"dtype": str(tensor.dtype)[6:], "shape": list(tensor.shape),
            "sha256": hashlib.sha256(raw).hexdigest()}


def load(path):
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            is_script = any(name.endswith("constants.pkl") for name in archive.namelist())
        if is_script:
            return dict(torch.jit.load(path).state_dict())
    return flat(torch.load(path, map_location="cpu", **UNTRUSTED))


def main():
    folder = sys.argv[1]
    expected = {}
    names = ["state_dict", "train_ckpt", "dataparallel", "compiled", "lightning", "params", "views",
             "weight_norm", "weight_norm_param", "hooks_attr", "dtypes", "script", "trace",
             "state_dict_legacy", "strides", "strides_legacy", "averaged", "ema", "whole",
             "arguments"]
    for name in names:
        for path in glob.glob(f"{folder}/{name}.pt") + glob.glob(f"{folder}/{name}.ckpt"):
            try:
                tensors = load(path)
                expected[os.path.basename(path)] = {k: describe(v) for k, v in tensors.items()}
            except Exception as error:
                print(f"{path}: {error}", file=sys.stderr)
    for name in ["v1.npy", "v2.npy", "v3.npy", "fortran.npy", "big.npy", "scalar.npy"]:
        array = numpy.load(f"{folder}/{name}")
        array = array.astype(array.dtype.newbyteorder("<"))
        expected[name] = {"array": {
            "dtype": str(array.dtype), "shape": list(array.shape),
            "sha256": hashlib.sha256(numpy.ascontiguousarray(array).tobytes()).hexdigest()}}
    for name in ["arr.npz", "arrc.npz", "zeros.npz"]:
        arrays = numpy.load(f"{folder}/{name}")
        expected[name] = {
            k: {"dtype": str(arrays[k].dtype), "shape": list(arrays[k].shape),
                "sha256": hashlib.sha256(numpy.ascontiguousarray(arrays[k]).tobytes()).hexdigest()}
            for k in arrays.files}
    for path in glob.glob(f"{folder}/*.safetensors"):
        from safetensors.torch import load_file
        expected[os.path.basename(path)] = {k: describe(v) for k, v in load_file(path).items()}
    with open(f"{folder}/expected.json", "w") as file:
        json.dump(expected, file, indent=1, sort_keys=True)
        file.write("\n")


main()
