import CTorch
import Foundation

/// A source of random numbers: the same seed gives the same draws in libtorch 1.13 and 2.x.
public final class Generator {
  let handle: OpaquePointer
  /// The seed it was made from.
  public let seed: UInt64

  /// A generator of libtorch's CPU kind (Mersenne twister).
  public init(seed: UInt64) {
    self.seed = seed
    var out: OpaquePointer?
    guard ct_generator_new(seed, &out) == nil, let out else {
      preconditionFailure("libtorch has no CPU generator")
    }
    handle = out
  }

  deinit { ct_generator_free(handle) }

  /// Seeds libtorch's default generators, one a device: what operators that take no generator, such
  /// as dropout in a module, draw from.
  ///
  /// - Throws: ``TorchError``.
  public static func seedDefaults(_ seed: UInt64) throws {
    try check(ct_seed(seed), "seeding")
  }

  // All threads share the default generators.
  private static let turn = NSRecursiveLock()

  /// Seeds the default generators and does `body`, one thread at a time: the same draws whatever was
  /// drawn before, and whatever other threads draw in such a body.
  ///
  /// - Throws: ``TorchError``; what `body` throws.
  public static func seedingDefaults<Value>(
    _ seed: UInt64, _ body: () throws -> Value
  ) throws -> Value {
    turn.lock()
    defer { turn.unlock() }
    try seedDefaults(seed)
    return try body()
  }

  /// Whether `body` draws from a device's default generator.
  ///
  /// - Throws: ``TorchError``; what `body` throws.
  public static func draws(on device: String, in body: () throws -> Void) throws -> Bool {
    func state() throws -> [UInt8] {
      var out: OpaquePointer?
      try check(ct_draw_state(device, &out), "reading a generator")
      return try Tensor(owning: out!).bytes()
    }
    turn.lock()
    defer { turn.unlock() }
    let before = try state()
    try body()
    return try state() != before
  }

  /// Draws from the standard normal distribution.
  public func normal(_ shape: [Int], dtype: DType = .float32) throws -> Tensor {
    try torch1("aten::randn.generator", [.ints(shape), .generator(self), .dtype(dtype)])
  }

  /// Draws from the uniform distribution on [0, 1).
  public func uniform(_ shape: [Int], dtype: DType = .float32) throws -> Tensor {
    try torch1("aten::rand.generator", [.ints(shape), .generator(self), .dtype(dtype)])
  }

  /// A random order of 0 ..< count, as int64.
  public func permutation(_ count: Int) throws -> Tensor {
    try torch1("aten::randperm.generator", [.int(count), .generator(self), .dtype(.int64)])
  }
}
