/// The two limits between which the diversity of a sample lies, as functions of its accuracy a, for
/// a baseline of accuracy a* and C classes (arXiv 1912.02757, §4.2 and the authors' notebook).
///
/// Both are disagreements with the baseline divided by the sample's error rate 1 − a. They meet at
/// accuracy 1/C, where both are 1: guessing.
public struct LimitCurves: Sendable, Equatable {
  /// The baseline's accuracy a*, from above 1/C to 1.
  public var baseline: Double
  /// The number of classes C, at least 2.
  public var classes: Int

  /// Creates the limits for a baseline.
  public init(baseline: Double, classes: Int) {
    self.baseline = baseline
    self.classes = classes
  }

  private var c: Double { Double(classes) }

  /// The baseline, perturbed: each prediction is replaced, with probability q, by a class drawn
  /// uniformly from all C.
  ///
  /// A replaced prediction is right with probability 1/C, so a = (1 − q) a* + q/C and
  /// q = (a* − a)/(a* − 1/C). It differs from the baseline's with probability (C − 1)/C, so the
  /// disagreement is q (C − 1)/C. Above a* it is negative: no perturbation makes a baseline better.
  public func lower(_ accuracy: Double) -> Double {
    let replaced = (baseline - accuracy) / (baseline - 1 / c)
    return replaced * (c - 1) / c / (1 - accuracy)
  }

  /// Independent errors: the sample is right with probability a on every input, whatever the
  /// baseline does, and wrong predictions are uniform over the C − 1 wrong classes.
  ///
  /// The two agree when both are right, a*·a, or when both err with the same class,
  /// (1 − a*)(1 − a)/(C − 1); the disagreement is what is left.
  public func upper(_ accuracy: Double) -> Double {
    let agreement =
      baseline * accuracy + (1 - baseline) * (1 - accuracy) / (c - 1)
    return (1 - agreement) / (1 - accuracy)
  }
}
