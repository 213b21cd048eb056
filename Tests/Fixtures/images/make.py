"""Makes the images of this folder, and what Pillow, a decoder of its own, sees in them.

python3 make.py   (Pillow 10 or newer and NumPy)
"""

import json
import pathlib

import numpy as np
from PIL import Image

folder = pathlib.Path(__file__).parent
random = np.random.default_rng(0)


def picture(height, width, channels):
    rows, columns = np.mgrid[0:height, 0:width]
    planes = [
        128 + 60 * np.sin(rows / (2 + c) + c) + 50 * np.cos(columns / (3 - c / 2)) for c in range(channels)
    ]
    noise = random.integers(-10, 10, (height, width, channels))
    return np.clip(np.stack(planes, -1) + noise, 0, 255).astype(np.uint8)


rgb, grey = picture(6, 8, 3), picture(6, 8, 1)[..., 0]
alpha = random.integers(0, 256, (6, 8), dtype=np.uint8)
images = {
    "split/train/cat/grey.png": (Image.fromarray(grey), {}),
    "split/train/cat/rgb.png": (Image.fromarray(rgb), {}),
    "split/train/dog/rgba.png": (Image.fromarray(np.dstack([rgb, alpha])), {}),
    "split/train/dog/palette.png": (Image.fromarray(rgb).quantize(16), {}),
    "split/val/cat/colour.jpg": (Image.fromarray(rgb), {"quality": 90}),
    "split/val/dog/grey.jpeg": (Image.fromarray(grey), {"quality": 90}),
    "split/val/dog/progressive.JPG": (Image.fromarray(rgb), {"quality": 80, "progressive": True}),
}
images |= {
    "webp/cat/lossless.webp": (Image.fromarray(rgb), {"lossless": True}),
    "webp/cat/lossy.webp": (Image.fromarray(rgb), {"quality": 80}),
    "webp/dog/alpha.webp": (Image.fromarray(np.dstack([rgb, alpha])), {"lossless": True, "exact": True}),
    "webp/dog/grey.webp": (Image.fromarray(grey), {"lossless": True}),
}
for index in range(6):
    name = f"plain/{'ant' if index < 3 else 'bee'}/{index}.png"
    images[name] = (Image.fromarray(np.full((2, 2), 40 * index, np.uint8)), {})
images["sizes/a/small.png"] = (Image.fromarray(picture(4, 4, 1)[..., 0]), {})
images["sizes/b/large.png"] = (Image.fromarray(picture(9, 14, 1)[..., 0]), {})

expected = {}
for name, (image, options) in images.items():
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    opened = Image.open(path)
    expected[name] = {
        "rgb": np.asarray(opened.convert("RGB")).transpose(2, 0, 1).ravel().tolist(),
        "grey": np.asarray(opened.convert("RGB").convert("L")).ravel().tolist(),
        # 5 wide and 7 high, in floating point.
        "resized": np.asarray(
            opened.convert("RGB").convert("L").convert("F").resize((5, 7), Image.Resampling.BILINEAR)
        ).ravel().astype(float).round(4).tolist(),
    }
# Kinds that are not read, and an animation.
for ending in ["bmp", "tif", "gif", "ppm"]:
    Image.fromarray(rgb).save(folder / f"webp/dog/other.{ending}")
(folder / "animated/a").mkdir(parents=True, exist_ok=True)
(folder / "animated/b").mkdir(parents=True, exist_ok=True)
Image.fromarray(rgb).save(folder / "animated/a/one.webp")
Image.fromarray(rgb).save(
    folder / "animated/b/two.webp", save_all=True, append_images=[Image.fromarray(rgb[::-1])])
(folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
