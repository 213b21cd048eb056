import CTorch

/// A TorchScript module: parameters and buffers by dotted path, and a `forward`.
public final class Module {
  let handle: OpaquePointer

  /// Which of a module's tensors are meant.
  public enum TensorKind: Sendable {
    /// Trained by gradient descent.
    case parameter
    /// State such as batch-norm statistics.
    case buffer
  }

  /// An empty module.
  public init() throws {
    var out: OpaquePointer?
    try check(ct_module_new(&out), "making a module")
    handle = out!
  }

  /// Loads the content of a TorchScript file on the CPU.
  ///
  /// - Important: Loading runs code that is in the file. Call this only after the user said that
  ///   the file is to be trusted, with the very bytes of which that was said.
  /// - Throws: ``TorchError`` when it is no TorchScript file or does not load in this libtorch.
  public init(runningCodeIn content: UnsafeRawBufferPointer) throws {
    var out: OpaquePointer?
    try check(ct_module_load(content.baseAddress, content.count, &out), "loading TorchScript")
    handle = out!
  }

  deinit { ct_module_free(handle) }

  /// Registers a parameter or buffer under a dotted path; submodules are made as needed.
  public func register(_ path: String, _ tensor: Tensor, as kind: TensorKind) throws {
    try check(
      ct_module_register(handle, path, tensor.handle, kind == .parameter), "registering \(path)")
  }

  /// Compiles TorchScript source into the module: `def forward(self, x): …`.
  public func define(_ source: String) throws {
    try check(ct_module_define(handle, source + "\n"), "compiling TorchScript")
  }

  /// Parameters or buffers by dotted path, submodules included, in registration order.
  public func tensors(_ kind: TensorKind) throws -> [(path: String, tensor: Tensor)] {
    var count = 0
    try check(ct_module_count(handle, kind == .parameter, &count), "counting a module's tensors")
    return try (0..<count).map { index in
      var path: UnsafeMutablePointer<CChar>?
      var out: OpaquePointer?
      try check(
        ct_module_get(handle, kind == .parameter, index, &path, &out), "reading a module")
      defer { ct_message_free(path) }
      return (String(cString: path!), Tensor(owning: out!))
    }
  }

  /// Puts `tensor` in the place of the parameter or buffer at `path`.
  public func set(_ path: String, to tensor: Tensor) throws {
    try check(ct_module_set(handle, path, tensor.handle), "setting \(path)", shapes: [tensor.shape])
  }

  /// Switches the module and its submodules to training or evaluation mode.
  public func train(_ training: Bool) throws {
    try check(ct_module_train(handle, training), "switching training mode")
  }

  /// The module's output for one input batch.
  ///
  /// - Throws: ``TorchError`` with the input's shape.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    var out: OpaquePointer?
    try check(ct_module_forward(handle, input.handle, &out), "forward", shapes: [input.shape])
    return Tensor(owning: out!)
  }

  /// The output of one of the module's methods, which takes one tensor.
  ///
  /// - Throws: ``TorchError`` with the input's shape, also when there is no such method.
  public func call(_ method: String, _ input: Tensor) throws -> Tensor {
    var out: OpaquePointer?
    try check(ct_module_call(handle, method, input.handle, &out), method, shapes: [input.shape])
    return Tensor(owning: out!)
  }
}
