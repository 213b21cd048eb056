import BasinCore
import Landscape

extension Note {
  /// A warning that a curve is not compared, because its training ended before its loss had settled; `nil`
  /// where it had, or where nothing is known of it.
  ///
  /// - Parameters:
  ///   - trend: What its control points say of the training.
  ///   - name: What was typed for them.
  public static func unsettled(_ trend: TrainingTrend.Verdict?, _ name: String) -> Note? {
    guard let trend, let objection = trend.objection("curve"), let remedy = trend.remedy else {
      return nil
    }
    return Note(
      "\(name): \(objection). No verdict is drawn from it; `connect` again, and \(remedy)",
      level: .warning)
  }
}
