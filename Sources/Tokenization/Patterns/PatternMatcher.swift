/// Runs a pattern over one text: leftmost, first alternative first, as backtracking engines do.
///
/// Time never grows faster than the square of the text's length, whatever the pattern, and with the patterns of known
/// tokenizers in proportion to it: once a text makes the matcher go back often, it remembers which instruction failed
/// at which place, and tries no such pair twice. Without captures and back references a pair that failed once fails
/// always. Depth of recursion is that of groups in the pattern.
struct PatternMatcher {
  private typealias Instruction = PatternProgram.Instruction

  /// Where to go on after a failure.
  private struct Choice {
    var instruction: Int32
    /// Scalars that a greedy run may still give back, or a lazy run still take; -1 for a plain choice.
    var left: Int32
    var position: Int
  }

  private let program: PatternProgram
  private let bytes: UnsafeBufferPointer<UInt8>
  private var choices: [Choice] = []
  private var failures: FailureMemory

  init(_ program: PatternProgram, _ bytes: UnsafeBufferPointer<UInt8>) {
    self.program = program
    self.bytes = bytes
    failures = FailureMemory(instructions: program.instructions.count, positions: bytes.count + 1)
  }

  /// The first match that starts at `start` or later.
  mutating func firstMatch(from start: Int) -> Range<Int>? {
    var position = start
    while true {
      if program.startMask == 0 || mask(at: position) & program.startMask != 0,
        let end = run(from: 0, at: position)
      {
        return position..<end
      }
      if position >= bytes.count { return nil }
      position = self.position(after: position)
    }
  }

  /// The end of a match of the instructions from `start` on.
  private mutating func run(from start: Int, at begin: Int) -> Int? {
    let base = choices.count
    let openAtStart = failures.openCount
    var counter = start
    var position = begin
    while true {
      if let next = step(&counter, &position) {
        if next { continue }
        choices.removeSubrange(base...)
        failures.forgetOpen(downTo: openAtStart)
        return position
      }
      guard goBack(above: base, &counter, &position) else { return nil }
    }
  }

  /// Executes one instruction: true to go on, false if a match is complete, nil if it failed.
  @inline(__always)
  private mutating func step(_ counter: inout Int, _ position: inout Int) -> Bool? {
    let instruction = program.instructions[counter]
    counter += 1
    switch instruction.operation {
    case .one:
      guard mask(at: position) & instruction.mask != 0 else { return nil }
      position = self.position(after: position)
    case .runPossessive, .runGreedy:
      let start = position
      var count: Int32 = 0
      while count != instruction.high, mask(at: position) & instruction.mask != 0 {
        position = self.position(after: position)
        count += 1
      }
      if count < instruction.low { return nil }
      if instruction.operation == .runGreedy, count > instruction.low, position > start {
        choices.append(Choice(instruction: Int32(counter), left: count - instruction.low, position: position))
      }
    case .runLazy:
      for _ in 0..<instruction.low {
        guard mask(at: position) & instruction.mask != 0 else { return nil }
        position = self.position(after: position)
      }
      let left = instruction.high < 0 ? Int32.max : instruction.high - instruction.low
      if left > 0 { choices.append(Choice(instruction: Int32(counter), left: left, position: position)) }
    case .split:
      if instruction.mask != 0, mask(at: position) & instruction.mask == 0 {
        counter = Int(instruction.target)
      } else {
        choices.append(Choice(instruction: instruction.target, left: -1, position: position))
      }
    case .splitLater:
      choices.append(Choice(instruction: Int32(counter), left: -1, position: position))
      counter = Int(instruction.target)
    case .jump: counter = Int(instruction.target)
    case .assertion:
      let assertion = PatternNode.Assertion(rawValue: instruction.low)
      guard assertion.map({ holds($0, at: position) }) == true else { return nil }
    case .lookAtOne:
      let seen = instruction.low == 1 ? mask(at: position) : mask(before: position)
      guard (seen & instruction.mask != 0) == (instruction.high != 1) else { return nil }
    case .look:
      guard (run(from: counter, at: position) != nil) == (instruction.high != 1) else { return nil }
      counter = Int(instruction.target)
    case .atomic:
      guard let end = run(from: counter, at: position) else { return nil }
      position = end
      counter = Int(instruction.target)
    case .accept: return false
    }
    return true
  }

  /// Takes up the last choice left above `base` that has not failed before.
  private mutating func goBack(above base: Int, _ counter: inout Int, _ position: inout Int) -> Bool {
    while choices.count > base, var choice = choices.popLast() {
      failures.settle(above: choices.count)
      if choice.left >= 0 {
        guard let next = next(of: &choice) else { continue }
        if choice.left > 0 { choices.append(choice) }
        choice.position = next
      }
      guard failures.isNew(Int(choice.instruction), choice.position, depth: choices.count) else { continue }
      counter = Int(choice.instruction)
      position = choice.position
      return true
    }
    return false
  }

  /// Lets a run give back or take one more scalar; nil if a lazy run finds none.
  private func next(of choice: inout Choice) -> Int? {
    let run = program.instructions[Int(choice.instruction) - 1]
    if run.operation == .runGreedy {
      choice.position = UTF8Scanner.scalar(in: bytes, before: choice.position).start
    } else {
      guard mask(at: choice.position) & run.mask != 0 else { return nil }
      choice.position = position(after: choice.position)
    }
    choice.left -= 1
    return choice.position
  }

  // MARK: Looking at the text

  /// The sets of the scalar at a place; none at the end of the text.
  @inline(__always)
  private func mask(at position: Int) -> UInt64 {
    guard position < bytes.count else { return 0 }
    let byte = bytes[position]
    if byte < 0x80 { return program.classifier.ascii[Int(byte)] }
    return program.classifier.mask(of: UTF8Scanner.scalar(in: bytes, at: position).0)
  }

  private func mask(before position: Int) -> UInt64 {
    guard position > 0 else { return 0 }
    return program.classifier.mask(of: UTF8Scanner.scalar(in: bytes, before: position).0)
  }

  @inline(__always)
  private func position(after position: Int) -> Int {
    guard position < bytes.count else { return position + 1 }
    let byte = bytes[position]
    let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    return min(position + length, bytes.count)
  }

  private func holds(_ assertion: PatternNode.Assertion, at position: Int) -> Bool {
    func isLineFeed(_ index: Int) -> Bool { bytes[index] == UInt8(ascii: "\n") }
    switch assertion {
    case .lineStart: return position == 0 || (position < bytes.count && isLineFeed(position - 1))
    case .lineEnd: return position == bytes.count || isLineFeed(position)
    case .textStart: return position == 0
    case .textEnd: return position == bytes.count
    case .lastLineEnd:
      return position == bytes.count || (position == bytes.count - 1 && isLineFeed(position))
    case .wordBorder, .noWordBorder:
      let isBorder = (mask(before: position) ^ mask(at: position)) & program.wordMask != 0
      return isBorder == (assertion == .wordBorder)
    }
  }
}
