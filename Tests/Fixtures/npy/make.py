"""Writes the arrays of this folder with NumPy (2.x): what ArrayWriter must equal byte for byte."""
import numpy

numpy.save("doubles.npy", numpy.array([[0.1, -2.5, numpy.inf], [numpy.nan, 1e-300, 3.0]]))
numpy.save("floats.npy", numpy.arange(12, dtype="<f4").reshape(2, 3, 2) / 7)
numpy.save("integers.npy", numpy.array([-1, 0, 2**53 + 1], dtype="<i8"))
numpy.save("texts.npy", numpy.array(["a", "übermäßig", "", "🧭 b"], dtype="<U9"))
numpy.save("single.npy", numpy.array(0.25))
numpy.save("empty.npy", numpy.zeros((0, 4)))
