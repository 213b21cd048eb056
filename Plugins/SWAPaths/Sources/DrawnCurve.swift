import BasinKit
import Landscape

/// A trained curve to be drawn into a plane.
struct DrawnCurve {
  var name: String
  var kind: CurveKind
  /// All control points, in order.
  var controls: [SelectedCheckpoint]

  /// - Throws: `CommandError` when the selection is not the control points of one whole curve.
  init(_ selection: CheckpointSelection, _ context: Context) throws {
    controls = try context.checkpoints([selection])
    name = controls[0].set
    do {
      kind = try CurveKind(ofControlPoints: controls.map(\.checkpoint.metadata))
    } catch {
      throw CommandError("\(selection.text) \(error)")
    }
  }

  /// The ends and the middle bend: a curve of three control points lies in their plane.
  var anchors: [SelectedCheckpoint] {
    controls.count < 3
      ? controls : [controls[0], controls[controls.count - 1], controls[controls.count / 2]]
  }

  var group: PlaneGroup { PlaneGroup(name: name, role: .curve(kind), members: controls) }
}
