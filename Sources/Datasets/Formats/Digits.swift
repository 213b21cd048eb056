import BasinCore
import Checkpoints
import Foundation

extension Dataset {
  /// The built-in digits: 1,797 handwritten digits of 8×8 pixels, grey levels 0 to 16 divided by 16.
  ///
  /// The split is fixed: the first 1,197 images train, the last 600 test. The images are in the
  /// order in which they were collected, a writer's together, so the test part is mostly of other
  /// writers than the training part.
  ///
  /// - Throws: `CheckpointError` if the embedded copy were damaged.
  public static func digits() throws -> Dataset {
    let data = Data(PackageResources.digits_npz)
    let file = try ArrayFile(data: data, name: "digits")
    guard let images = file["images"], let labels = file["labels"] else {
      throw DatasetError("digits", "the embedded copy is damaged")
    }
    let pixels = try images.floats().map { $0 / 16 }
    let sha256 = try file.sha256()
    let classes = try labels.floats().map { Int64($0) }
    let boundary = 1197
    return Dataset(
      name: "digits", sha256: sha256,
      files: [InputFile(path: "digits", sha256: sha256, size: file.byteCount)],
      inputShape: [1, 8, 8], classNames: (0...9).map(String.init),
      train: Part(
        inputs: Array(pixels[..<(boundary * 64)]), labels: Array(classes[..<boundary])),
      test: Part(
        inputs: Array(pixels[(boundary * 64)...]), labels: Array(classes[boundary...])),
      attribution: "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI "
        + "Machine Learning Repository (1998), doi:10.24432/C50P49, CC BY 4.0 (its test part)")
  }
}
