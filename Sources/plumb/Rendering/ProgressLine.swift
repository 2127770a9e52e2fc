/// One line on the terminal that says how far something is; nothing where standard error is no terminal.
final class ProgressLine {
  private let label: String
  private let isShown = StandardStream.error.isTerminal
  private var lastUpdate: ContinuousClock.Instant?

  init(label: String) { self.label = label }

  /// Redraws at most ten times a second.
  func update(done: Int, total: Int, unit: String) {
    update("\(done)/\(total) \(unit)")
  }

  /// Redraws at most ten times a second.
  func update(_ text: String) {
    let now = ContinuousClock.now
    guard isShown, lastUpdate.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
    lastUpdate = now
    let text = "\(label) \(text)".truncated(to: StandardStream.error.width - 1)
    StandardStream.error.write("\r\u{1B}[K\(text)")
  }

  func clear() { if isShown, lastUpdate != nil { StandardStream.error.write("\r\u{1B}[K") } }
}
