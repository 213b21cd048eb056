/// The labels of a split that are not all class numbers, and what makes class numbers of them.
struct LabelValues {
  private let finite: Set<Float>

  init(_ values: [Float]) { finite = Set(values.filter(\.isFinite)) }

  /// A clause behind what is wrong.
  var remedy: String {
    if finite.contains(where: { $0 != $0.rounded() }) {
      return "; targets that are real numbers are regression, which is not supported"
    }
    if finite == [-1, 1] { return "; y = (y + 1) // 2 makes classes 0 and 1 of -1 and 1" }
    // Of -1 beside classes, or NaN: inputs without a label.
    if finite.allSatisfy({ $0 >= -1 && $0 < 100_000 }) {
      return "; leave such inputs out: keep = y >= 0; x, y = x[keep], y[keep]"
    }
    return
      "; if they are classes, numpy.unique(y, return_inverse=True)[1] numbers them from 0 (y of both splits at "
      + "once); regression is not supported"
  }
}
