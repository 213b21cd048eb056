"""Makes column-major.npz: python3 make.py (NumPy)."""

import pathlib

import numpy as np

x = np.asfortranarray(np.arange(30, dtype=np.float64).reshape(5, 2, 3))
np.savez(
    pathlib.Path(__file__).parent / "column-major.npz",
    x_train=x, y_train=np.array([0, 1, 0, 1, 1]), x_test=x[:2] + 0.5, y_test=np.array([0, 1]),
)
