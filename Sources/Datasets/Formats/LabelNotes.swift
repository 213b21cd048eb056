extension Dataset {
  /// What is odd about its labels: splits that count their classes from other numbers, and numbers most of which
  /// are no class.
  ///
  /// - Parameter isDeclared: Whether the user said how many classes there are.
  func labelNotes(declared isDeclared: Bool) -> [String] {
    guard !countsFromZero else { return [] }
    return [shiftNote, isDeclared ? nil : gapNote].compactMap(\.self)
  }

  // Both ends differ by the same number.
  private var shiftNote: String? {
    guard let first = train.labels.min(), let last = train.labels.max(),
      let testFirst = test.labels.min(), let testLast = test.labels.max(),
      first != testFirst, first - testFirst == last - testLast
    else { return nil }
    let (higher, shift) =
      first > testFirst ? ("y_train", first - testFirst) : ("y_test", testFirst - first)
    return
      "training labels are \(first) to \(last) and test labels \(testFirst) to \(testLast): if these are the same "
      + "classes, count them alike (\(higher) = \(higher) - \(shift)); accuracy is of no use otherwise"
  }

  private var gapNote: String? {
    let known = Set(train.labels + test.labels).count
    guard classes >= 20, known * 4 <= classes else { return nil }
    return
      "\(known) of its \(classes) classes occur, as the largest label counts them: if there are no others, "
      + "numpy.unique(y, return_inverse=True)[1] of both splits' y at once numbers them 0 to \(known - 1)"
  }
}
