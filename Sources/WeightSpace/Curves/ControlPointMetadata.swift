import Networks

/// What checkpoints say of the curve or surface that they are control points of.
public enum ControlPointMetadata {
  /// The key of the kind: a ``CurveKind``'s name, or `surface`.
  public static let curve = "curve"
  /// The key of the number of control points.
  public static let count = "control_points"
  /// The key of a control point's place, from 0.
  public static let place = "control_point"
  /// The key of what the last epochs of the training said: a ``TrainingTrend/Verdict``'s name.
  public static let trend = "training_trend"
}

extension CurveKind {
  /// Checkpoints that say they are all the control points of a curve of this kind, in order: as those of
  /// `connect`, or of a curve that was trained elsewhere.
  public func controlPoints(_ checkpoints: [Checkpoint]) -> [Checkpoint] {
    // What is known of the training of another curve is not known of this one.
    let isKnown = (try? CurveKind(ofControlPoints: checkpoints.map(\.metadata))) == self
    return checkpoints.enumerated().map { place, one in
      var one = one
      if !isKnown { one.metadata[ControlPointMetadata.trend] = nil }
      one.metadata[ControlPointMetadata.curve] = rawValue
      one.metadata[ControlPointMetadata.count] = String(checkpoints.count)
      one.metadata[ControlPointMetadata.place] = String(place)
      return one
    }
  }

  /// The kind of the curve that checkpoints are all the control points of, in order.
  ///
  /// - Parameter metadata: What each checkpoint says of itself.
  /// - Throws: ``ControlPointError`` when they are not one whole curve.
  public init(ofControlPoints metadata: [[String: String]]) throws {
    guard let first = metadata.first, let name = first[ControlPointMetadata.curve],
      let kind = CurveKind(rawValue: name)
    else { throw ControlPointError.none }
    let places = metadata.map { $0[ControlPointMetadata.place] }
    guard metadata.allSatisfy({ $0[ControlPointMetadata.curve] == name }),
      first[ControlPointMetadata.count] == String(metadata.count),
      places == metadata.indices.map(String.init)
    else { throw ControlPointError.incomplete(count: first[ControlPointMetadata.count] ?? "") }
    self = kind
  }
}

extension TrainingTrend.Verdict {
  /// What control points say of how the training of their curve ended; `nil` where they say nothing.
  ///
  /// - Parameter metadata: What each checkpoint says of itself.
  public init?(ofControlPoints metadata: [[String: String]]) {
    guard let name = metadata.first?[ControlPointMetadata.trend] else { return nil }
    self.init(rawValue: name)
  }
}

/// Why checkpoints are not the control points of a curve.
public enum ControlPointError: Error, Equatable, CustomStringConvertible {
  /// They do not say that they are.
  case none
  /// Some are missing, or they are out of order.
  case incomplete(count: String)

  /// To be read after what the user typed.
  public var description: String {
    switch self {
    case .none:
      "has no control points of a curve; `connect A B --as curve` makes them, and "
        + "`load A BEND B --as-curve bezier` takes them from files"
    case .incomplete(let count):
      "is not all of a curve's \(count) control points in order; name the whole set"
    }
  }
}
