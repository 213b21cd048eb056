/// The classes' names of datasets that are spelled like MNIST.
enum IDXNames {
  /// The names, told by a prefix of files or the folders near them; `nil` where they are numbers.
  static func names(near source: String, prefix: String) -> [String]? {
    switch prefix {
    case "emnist-byclass-": return digits + upper + lower
    case "emnist-bymerge-", "emnist-balanced-":
      return digits + upper + lower.filter { !merged.contains($0) }
    // The labels begin at 1.
    case "emnist-letters-": return ["N/A"] + lower
    default: break
    }
    let near = source.split(separator: "/").suffix(3).map { $0.lowercased() }
    if near.contains(where: { $0.contains("fashion") }) { return fashion }
    return near.contains { $0.contains("kmnist") || $0.contains("kuzushiji") } ? kuzushiji : nil
  }

  private static let digits = (0..<10).map(String.init)
  private static let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map { String($0) }
  private static let lower = "abcdefghijklmnopqrstuvwxyz".map { String($0) }

  // Letters whose two forms are one class (Cohen et al., EMNIST, arXiv 1702.05373, section II-B).
  private static let merged = Set("cijklmopsuvwxyz".map { String($0) })

  // Fashion-MNIST's classes (Xiao, Rasul & Vollgraf, arXiv 1708.07747, table 2).
  private static let fashion = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
  ]

  // Kuzushiji-MNIST's (Clanuwat et al., arXiv 1812.01718).
  private static let kuzushiji = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]
}
