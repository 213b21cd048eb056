import Foundation

/// A page of a ``Browser``.
public final class BrowserPage {
  private let browser: Browser
  private let target: String
  private let session: String

  init(in browser: Browser) throws {
    self.browser = browser
    let made = try browser.call("Target.createTarget", ["url": "about:blank"])
    target = made["targetId"] as? String ?? ""
    let attached = try browser.call(
      "Target.attachToTarget", ["targetId": target, "flatten": true])
    session = attached["sessionId"] as? String ?? ""
    for domain in ["Page", "Runtime", "Log", "Network", "Audits"] { try call(domain + ".enable") }
    // Headless pages are in the background otherwise, where nothing can be copied.
    try call("Emulation.setFocusEmulationEnabled", ["enabled": true])
  }

  deinit { _ = try? browser.call("Target.closeTarget", ["targetId": target]) }

  /// How a page is shown.
  public struct View: Sendable {
    /// In CSS pixels.
    public var width: Int
    /// Whether the reader prefers dark pages.
    public var isDark: Bool
    /// Whether scripts of the page run.
    public var hasScript: Bool

    /// Creates a view.
    public init(width: Int = 1200, isDark: Bool = false, hasScript: Bool = true) {
      self.width = width
      self.isDark = isDark
      self.hasScript = hasScript
    }
  }

  /// Opens a file, and forgets what was reported of the last one.
  public func open(_ file: String, _ view: View = View()) throws {
    try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": view.width, "height": 900, "deviceScaleFactor": 1, "mobile": view.width < 600])
    try call(
      "Emulation.setEmulatedMedia",
      [
        "features": [["name": "prefers-color-scheme", "value": view.isDark ? "dark" : "light"]]
      ])
    try call("Emulation.setScriptExecutionDisabled", ["value": !view.hasScript])
    browser.clearEvents(of: session)
    let answer = try call("Page.navigate", ["url": URL(fileURLWithPath: file).absoluteString])
    if let error = answer["errorText"] { throw Browser.Failure(description: "\(file): \(error)") }
    try browser.wait(for: "Page.loadEventFired", session: session)
  }

  /// The value of an expression; of a promise, what it becomes.
  ///
  /// - Throws: ``Browser/Failure`` with what the expression threw.
  public func evaluate(_ expression: String) throws -> Any? {
    let answer = try call(
      "Runtime.evaluate",
      [
        "expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true,
      ])
    if let exception = answer["exceptionDetails"] as? [String: Any] {
      let thrown = exception["exception"] as? [String: Any]
      throw Browser.Failure(description: "\(thrown?["description"] ?? exception)")
    }
    return (answer["result"] as? [String: Any])?["value"]
  }

  /// The strings that an expression gives.
  public func strings(_ expression: String) throws -> [String] {
    guard let strings = try evaluate(expression) as? [String] else {
      throw Browser.Failure(description: "no list of strings: \(expression.prefix(60))")
    }
    return strings
  }

  /// Allows the page to read what was copied.
  public func allowClipboard() throws {
    try browser.call(
      "Browser.grantPermissions",
      ["permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]])
  }

  /// The addresses that the page asked for since it was opened, itself and its own data not among
  /// them.
  public var requests: [String] {
    browser.events(of: session).filter { $0.method == "Network.requestWillBeSent" }.compactMap {
      ($0.parameters["request"] as? [String: Any])?["url"] as? String
    }.filter { !$0.hasPrefix("data:") }.filter { $0 != address }
  }

  /// What the page or the browser complained about since it was opened: exceptions, the console, the
  /// log, and issues such as violations of its policy.
  public var complaints: [String] {
    browser.events(of: session).compactMap { event in
      switch event.method {
      case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded",
        "Audits.issueAdded":
        "\(event.method): \(event.parameters)"
      default: nil
      }
    }
  }

  /// A picture of the whole page as PNG.
  public func screenshot() throws -> Data {
    let answer = try call(
      "Page.captureScreenshot", ["format": "png", "captureBeyondViewport": true])
    return Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
  }

  private var address: String? { (try? evaluate("location.href.split('#')[0]")) as? String }

  @discardableResult
  private func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    try browser.call(method, parameters, session: session)
  }
}
