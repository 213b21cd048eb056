import BasinCore

extension TensorRebuilder {
  private static let views: Set<String> = [
    "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3",
  ]

  /// Checks the tensors anywhere in the pickle, those that nobody asks for as well: PyTorch opens no file in which one
  /// lies outside its storage, or its storage is missing or of another size.
  ///
  /// - Throws: ``CheckpointError`` naming the storage.
  func checkBounds() throws {
    for node in pickle.nodes {
      guard let callable = node.callable, Self.views.contains(pickle.globals[callable].text) else {
        continue
      }
      try checkBounds(of: node.items)
    }
  }

  // Kinds of storages and types that are not read are left to whoever asks for the tensor.
  private func checkBounds(of arguments: [Pickle.Value]) throws {
    guard arguments.count >= 4, case .storage(let node) = arguments[0],
      case .int(let offset) = arguments[1], let shape = integers(arguments[2]),
      let strides = integers(arguments[3]), shape.count == strides.count,
      let id = try? StorageID(pickle, node, { CheckpointError(path, $0) })
    else { return }
    let bytes = try storage(id).count
    guard
      let width = id.type?.byteWidth
        ?? (arguments.count > 6 ? type(arguments[6])?.byteWidth : nil), width > 0
    else { return }
    let available = id.part?.count ?? bytes / width
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(path, "a tensor outside the state dict \(reason) '\(shown(id.key))'")
    }
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
      throw refuse("has a negative size, stride or offset in storage")
    }
    guard !shape.contains(0) else { return }
    var last = offset
    for (size, stride) in zip(shape, strides) {
      let (span, over) = (size - 1).multipliedReportingOverflow(by: stride)
      let (end, past) = last.addingReportingOverflow(span)
      guard !over, !past else { throw refuse("reaches beyond storage") }
      last = end
    }
    guard last < available else {
      throw refuse("reaches element \(last) of the \(available) of storage")
    }
  }
}
