extension Tensor {
  /// Does `body`, after which tensors have the elements that they had before, whether it returns or throws.
  ///
  /// - Parameter tensors: What `body` may change in place; each is copied once.
  /// - Throws: What `body` throws; `TorchError` where a copy cannot be made or put back.
  public static func restoring<Value>(
    _ tensors: [Tensor], after body: () throws -> Value
  ) throws -> Value {
    let copies = try withoutGradients { try tensors.map { try $0.clone() } }
    func restore() throws {
      try withoutGradients {
        for (tensor, copy) in zip(tensors, copies) { try tensor.assign(copy) }
      }
    }
    let value: Value
    do {
      value = try body()
    } catch {
      try restore()
      throw error
    }
    try restore()
    return value
  }
}
