#!/usr/bin/env python3
"""Writes the value of every 8-bit float as PyTorch widens it, as bits of single precision; null for
NaN. python3 make_narrow.py, with PyTorch 2.7 or newer."""
import json

import torch

patterns = torch.arange(256, dtype=torch.int16).to(torch.uint8)
values = {}
for name in ["float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu"]:
    wide = patterns.view(getattr(torch, name)).float()
    bits = wide.view(torch.int32).tolist()
    values[name.replace("_", "")] = [
        None if torch.isnan(number) else bit % 2**32 for number, bit in zip(wide, bits)]
with open("narrow.json", "w") as file:
    json.dump(values, file)
    file.write("\n")
