import Datasets
import Statistics
import Torch

/// Augments training batches by a random draw for each image and epoch.
package struct Augmenter {
  private let augmentation: Augmentation
  private let shape: [Int]

  /// - Throws: ``TrainingError`` when inputs are no images, or too small to be cut from.
  package init(_ augmentation: Augmentation, shape: [Int]) throws {
    guard shape.count == 3 else {
      throw TrainingError(
        "--augment \(augmentation.text) is for images, and the inputs have shape \(shape)")
    }
    self.augmentation = augmentation
    self.shape = shape
  }

  /// The draws of one epoch: they depend on the plan's seed and the epoch's number only.
  package func epoch(_ epoch: Int, of plan: TrainingPlan, count: Int, device: String) throws
    -> Epoch
  {
    func draws(_ purpose: String) throws -> Tensor {
      try Seed(plan.seed).derived("augmentation", String(epoch), purpose).generator()
        .uniform([count]).to(device: device)
    }
    var result = Epoch(shape: shape, crop: augmentation.crop, device: device)
    if augmentation.flips {
      result.flips = try draws("flip").less(than: 0.5)
    }
    if augmentation.crop > 0 {
      let places = Double(2 * augmentation.crop + 1)
      func offsets(_ purpose: String) throws -> Tensor {
        let scaled = try draws(purpose) * places
        let whole = try scaled.floored().to(.int64)
        // A draw just below 1 may round to 1 when it is scaled.
        return try whole.clamped(min: 0, max: places - 1)
      }
      result.rows = try offsets("row")
      result.columns = try offsets("column")
    }
    return result
  }

  /// One epoch's draws, an entry for each example of the training split.
  package struct Epoch {
    fileprivate var shape: [Int]
    fileprivate var crop: Int
    fileprivate var device: String
    fileprivate var flips: Tensor?
    fileprivate var rows: Tensor?
    fileprivate var columns: Tensor?

    fileprivate init(shape: [Int], crop: Int, device: String) {
      self.shape = shape
      self.crop = crop
      self.device = device
    }

    /// A batch `[B, C, H, W]` of the examples of `indices`, augmented.
    package func applied(to batch: Tensor, of indices: Tensor) throws -> Tensor {
      try withoutGradients {
        var images = batch
        if let rows, let columns {
          images = try images.padded([crop, crop, crop, crop])
          images = try window(images, 2, rows.indexSelect(0, indices))
          images = try window(images, 3, columns.indexSelect(0, indices))
        }
        if let flips {
          let mirrored = try images.flipped(3)
          let mask = try flips.indexSelect(0, indices).reshaped([-1, 1, 1, 1])
          images = try mask.choose(mirrored, images)
        }
        return images
      }
    }

    // From each image as many entries along a dimension as an input has, from its own offset on.
    private func window(_ images: Tensor, _ dimension: Int, _ offsets: Tensor) throws -> Tensor {
      let length = shape[dimension - 1]
      let steps = try Tensor((0..<length).map { Int64($0) }, shape: [1, length])
        .to(device: device)
      let places = try offsets.unsqueezed(1) + steps
      var viewed = [places.shape[0], 1, 1, 1]
      viewed[dimension] = length
      var target = images.shape
      target[dimension] = length
      return try images.gathered(dimension, places.reshaped(viewed).expanded(target))
    }
  }
}
