"""Makes PNG files whose values are easily changed on the way: 16 bits, 1 bit, gamma, interlacing.

python3 values.py   (Pillow 10 or newer and NumPy); writes values/ and values.json.

Values are those that NumPy put in, divided by 255 or 65,535; of files that Pillow can read unchanged they are
compared with what Pillow reads.
"""

import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, PngImagePlugin

folder = pathlib.Path(__file__).parent
random = np.random.default_rng(1)
height, width = 5, 7


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rows(values):
    return b"".join(b"\0" + np.ascontiguousarray(row).tobytes() for row in values)


def png(path, values, colour, extra=b"", interlaced=False):
    """Values [height, width(, channels)], uint8 or big-endian uint16, as they are."""
    bits = 8 * values.dtype.itemsize
    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
                  (1, 0, 2, 1)]
        data = b"".join(
            rows(part) for y, x, dy, dx in passes if (part := values[y::dy, x::dx]).size)
    else:
        data = rows(values)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b""))


grey = random.integers(0, 256, (height, width), dtype=np.uint8)
rgb = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
rgba = random.integers(0, 256, (height, width, 4), dtype=np.uint8)
grey16 = random.integers(0, 65536, (height, width)).astype(">u2")
rgb16 = random.integers(0, 65536, (height, width, 3)).astype(">u2")
rgba16 = random.integers(0, 65536, (height, width, 4)).astype(">u2")
gamma = chunk(b"gAMA", struct.pack(">I", 100000))
files = {
    "a/gamma-grey.png": (grey, 0, gamma, False),
    "a/gamma-rgb.png": (rgb, 2, gamma, False),
    "a/gamma-rgba.png": (rgba, 6, gamma, False),
    "a/interlaced.png": (rgb, 2, b"", True),
    "b/grey16.png": (grey16, 0, b"", False),
    "b/grey16-gamma.png": (grey16, 0, gamma, True),
    "b/rgb16.png": (rgb16, 2, b"", False),
    "b/rgba16.png": (rgba16, 6, gamma, False),
}
expected = {}
for name, (values, colour, extra, interlaced) in files.items():
    png(folder / "values" / name, values, colour, extra, interlaced)
    opened = Image.open(folder / "values" / name)
    if values.dtype == np.uint8:
        assert (np.asarray(opened) == values).all(), name
    if values.ndim == 2:
        values = np.stack([values] * 3, -1)
        if values.dtype != np.uint8:
            # What torchvision's ImageFolder makes of it.
            assert (np.asarray(opened.convert("RGB")) == np.minimum(values, 255)).all(), name
    elif values.dtype != np.uint8:
        assert (np.asarray(opened.convert("RGB")) == values[..., :3] >> 8).all(), name
    scale = 255 if values.dtype == np.uint8 else 65535
    expected[name] = (values[..., :3].transpose(2, 0, 1) / scale).ravel().tolist()
bits = grey > 127
Image.fromarray(bits).save(folder / "values/b/one-bit.png")
assert Image.open(folder / "values/b/one-bit.png").mode == "1"
expected["b/one-bit.png"] = np.stack([bits] * 3).astype(float).ravel().tolist()
(folder / "values.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
