import Compute

/// A model's pass over some answers with what gradients need of it, which lies in the arena until that is reset.
///
/// Answers are scored before the first optimiser step on them, which would begin with the same pass: it takes this one.
struct RecordedPass<Head> {
  let tape: Tape
  let head: Head
  private let resets: Int

  init(_ workspace: Workspace, _ make: () -> (Tape, Head)) {
    (tape, head) = make()
    resets = workspace.arena.resets
  }

  /// Whether all that was recorded is still there.
  var isWhole: Bool { tape.workspace.arena.resets == resets }
}

extension Optional {
  /// The pass, if it is still whole; nothing is left.
  mutating func takeWhole<Head>() -> RecordedPass<Head>? where Wrapped == RecordedPass<Head> {
    defer { self = nil }
    return flatMap { $0.isWhole ? $0 : nil }
  }
}
