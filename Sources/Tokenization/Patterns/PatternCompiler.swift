/// Turns the tree of a pattern into instructions.
struct PatternCompiler {
  /// Counted repetitions are written out; patterns that become longer than this are refused.
  private static let maximumLength = 4096
  /// Parts that may be empty, one behind the other, beyond which what follows them counts as unknown.
  private static let maximumLookahead = 16

  private var instructions: [PatternProgram.Instruction] = []
  private var sets: [ScalarSet] = []
  private var wordMask: UInt64 = 0
  /// Parts written out so far; those that need no instruction count too, as they can be repeated like others.
  private var parts = 0

  /// What comes after a part of the pattern: scalars it may start with, or the end of a match; nil if unknown.
  private struct Follower {
    var set = ScalarSet()

    /// What follows `nodes` and then `rest`; conditions make it unknown.
    static func of(_ nodes: ArraySlice<PatternNode>, then rest: Follower?) -> Follower? {
      var set = ScalarSet()
      for node in nodes.prefix(maximumLookahead) {
        if node.holdsCondition { return nil }
        let (first, isNullable) = node.first
        set = set.union(first)
        if !isNullable { return Follower(set: set) }
      }
      if nodes.count > maximumLookahead { return nil }
      return rest.map { Follower(set: set.union($0.set)) }
    }
  }

  static func compile(_ node: PatternNode) throws(PatternParser.Failure) -> PatternProgram {
    var compiler = PatternCompiler()
    try compiler.emit(node, before: Follower())
    try compiler.add(.init(operation: .accept))
    let (first, isNullable) = node.first
    let startMask = isNullable ? 0 : try compiler.mask(of: first)
    return PatternProgram(
      instructions: compiler.instructions, classifier: ScalarClassifier(compiler.sets), startMask: startMask,
      wordMask: compiler.wordMask)
  }

  private mutating func mask(of set: ScalarSet) throws(PatternParser.Failure) -> UInt64 {
    if let index = sets.firstIndex(of: set) { return 1 << UInt64(index) }
    guard sets.count < ScalarClassifier.capacity else {
      throw .init(offset: 0, message: "more than \(ScalarClassifier.capacity) different classes")
    }
    sets.append(set)
    return 1 << UInt64(sets.count - 1)
  }

  private mutating func add(_ instruction: PatternProgram.Instruction) throws(PatternParser.Failure) {
    guard instructions.count < Self.maximumLength else { throw Self.tooLarge }
    instructions.append(instruction)
  }

  private static var tooLarge: PatternParser.Failure { .init(offset: 0, message: "the pattern is too large") }

  private var end: Int32 { Int32(instructions.count) }

  private mutating func emit(_ node: PatternNode, before follower: Follower?) throws(PatternParser.Failure) {
    parts += 1
    if parts > 4 * Self.maximumLength { throw Self.tooLarge }
    switch node {
    case .set(let set): try add(.init(operation: .one, mask: try mask(of: set)))
    case .sequence(let nodes):
      for (index, node) in nodes.enumerated() {
        try emit(node, before: .of(nodes[(index + 1)...], then: follower))
      }
    case .alternatives(let nodes): try emit(alternatives: nodes, before: follower)
    case .repetition(.set(let set), let minimum, let maximum, let greed):
      let isDisjoint = follower.map { $0.set.isDisjoint(with: set) } ?? false
      // What nothing after it can use need not be given back.
      let operation: PatternProgram.Instruction.Operation =
        switch greed {
        case .possessive: .runPossessive
        case .greedy: isDisjoint ? .runPossessive : .runGreedy
        case .lazy: .runLazy
        }
      try add(
        .init(
          operation: operation, mask: try mask(of: set), low: Int32(minimum),
          high: maximum.map { Int32($0) } ?? -1))
    case .repetition(let node, let minimum, let maximum, .possessive):
      try emit(
        .atomic(.repetition(node, minimum: minimum, maximum: maximum, .greedy)), before: follower)
    case .repetition(let node, let minimum, let maximum, let greed):
      try emit(repetition: node, minimum, maximum, isLazy: greed == .lazy)
    case .atomic(let body):
      try emit(body: body, .init(operation: .atomic))
    case .look(.set(let set), let isAhead, let isNegative):
      try add(
        .init(
          operation: .lookAtOne, mask: try mask(of: set), low: isAhead ? 1 : 0, high: isNegative ? 1 : 0))
    case .look(let body, let isAhead, let isNegative):
      guard isAhead else {
        throw .init(offset: 0, message: "a look behind at more than one character is not supported")
      }
      try emit(body: body, .init(operation: .look, high: isNegative ? 1 : 0))
    case .assertion(let assertion):
      if assertion == .wordBorder || assertion == .noWordBorder { wordMask = try mask(of: .word) }
      try add(.init(operation: .assertion, low: assertion.rawValue))
    }
  }

  private mutating func emit(
    alternatives nodes: [PatternNode], before follower: Follower?
  ) throws(PatternParser.Failure) {
    var jumps: [Int] = []
    for (index, node) in nodes.enumerated() {
      guard index + 1 < nodes.count else {
        try emit(node, before: follower)
        break
      }
      let split = instructions.count
      let (first, isNullable) = node.first
      try add(.init(operation: .split, mask: isNullable ? 0 : try mask(of: first)))
      try emit(node, before: follower)
      jumps.append(instructions.count)
      try add(.init(operation: .jump))
      instructions[split].target = end
    }
    for jump in jumps { instructions[jump].target = end }
  }

  private mutating func emit(
    repetition node: PatternNode, _ minimum: Int, _ maximum: Int?, isLazy: Bool
  ) throws(PatternParser.Failure) {
    for _ in 0..<minimum { try emit(node, before: nil) }
    let operation = isLazy ? PatternProgram.Instruction.Operation.splitLater : .split
    guard let maximum else {
      let split = instructions.count
      try add(.init(operation: operation))
      try emit(node, before: nil)
      try add(.init(operation: .jump, target: Int32(split)))
      instructions[split].target = end
      return
    }
    var splits: [Int] = []
    for _ in minimum..<max(minimum, maximum) {
      splits.append(instructions.count)
      try add(.init(operation: operation))
      try emit(node, before: nil)
    }
    for split in splits { instructions[split].target = end }
  }

  private mutating func emit(
    body: PatternNode, _ instruction: PatternProgram.Instruction
  ) throws(PatternParser.Failure) {
    let start = instructions.count
    try add(instruction)
    try emit(body, before: Follower())
    try add(.init(operation: .accept))
    instructions[start].target = end
  }
}
