/// A regular expression as instructions for `PatternMatcher`.
struct PatternProgram: Sendable {
  struct Instruction: Sendable {
    enum Operation: Sendable {
      /// One scalar of `mask`.
      case one
      /// `low` to `high` scalars of `mask`: as many as there are, none given back.
      case runPossessive
      /// As many as there are, given back one by one.
      case runGreedy
      /// As few as possible, more one by one.
      case runLazy
      /// The next instruction, or else `target`. `mask` holds what the former may start with; 0 if it may be empty.
      case split
      /// `target`, or else the next instruction.
      case splitLater
      case jump
      /// The condition numbered `low`.
      case assertion
      /// Whether the scalar ahead (`low` 1) or behind (`low` 0) is one of `mask`; `high` 1 negates.
      case lookAtOne
      /// Whether the body at the next instruction matches; `high` 1 negates. Goes on at `target`.
      case look
      /// Matches the body at the next instruction once and goes on at `target`.
      case atomic
      case accept
    }

    var operation: Operation
    var mask: UInt64 = 0
    var low: Int32 = 0
    /// Negative is without bound.
    var high: Int32 = -1
    var target: Int32 = 0
  }

  var instructions: [Instruction]
  let classifier: ScalarClassifier
  /// What a match may start with; 0 if it may be empty.
  let startMask: UInt64
  /// The bits of word scalars; 0 unless the pattern asks for word borders.
  let wordMask: UInt64
}
