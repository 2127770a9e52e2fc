/// Reads a regular expression in Oniguruma's Ruby syntax, as `tokenizers` understands it.
///
/// What tokenizers do not use (back references, recursion, absent operators) is refused by name.
struct PatternParser {
  struct Failure: Error {
    /// In characters from the start of the pattern.
    var offset: Int
    var message: String
  }

  /// Groups inside each other beyond this are refused rather than risk the stack.
  private static let maximumDepth = 64
  private static let maximumRepetitions = 1000
  /// Characters of a pattern; those of tokenizers have some hundreds.
  private static let maximumLength = 4096

  let source: [Unicode.Scalar]
  var index = 0
  var depth = 0
  var ignoresCase = false

  static func parse(_ pattern: String) throws(Failure) -> PatternNode {
    var parser = PatternParser(source: Array(pattern.unicodeScalars))
    if parser.source.count > maximumLength {
      throw parser.fail("it is longer than \(maximumLength) characters")
    }
    let node = try parser.alternatives()
    if parser.index < parser.source.count { throw parser.fail("a ')' closes no group") }
    return node
  }

  var next: Unicode.Scalar? { index < source.count ? source[index] : nil }

  func fail(_ message: String) -> Failure { Failure(offset: index, message: message) }

  mutating func take(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    guard source[index...].starts(with: scalars) else { return false }
    index += scalars.count
    return true
  }

  private mutating func alternatives() throws(Failure) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth { throw fail("groups are nested deeper than \(Self.maximumDepth)") }
    let outerCase = ignoresCase
    defer { ignoresCase = outerCase }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func sequence() throws(Failure) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      guard let item = try item() else { continue }
      nodes.append(try quantified(item))
      try checkFolding(nodes)
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  /// One item without its quantifier; nil for an option such as `(?i)`, which is none.
  private mutating func item() throws(Failure) -> PatternNode? {
    switch source[index] {
    case "(": return try group()
    case "[": return .set(try bracketSet())
    case "\\": return try escape()
    case "*", "+", "?": throw fail("'\(source[index])' repeats nothing")
    case ".":
      index += 1
      return .set(ScalarSet("\n").inverse)
    case "^", "$":
      defer { index += 1 }
      return .assertion(source[index] == "^" ? .lineStart : .lineEnd)
    default:
      defer { index += 1 }
      return .set(folded(ScalarSet(source[index])))
    }
  }

  private mutating func group() throws(Failure) -> PatternNode? {
    let start = index
    index += 1
    var wrap: (PatternNode) -> PatternNode = { $0 }
    if take("?") {
      if take("=") || take("!") {
        let isNegative = source[index - 1] == "!"
        wrap = { .look($0, isAhead: true, isNegative: isNegative) }
      } else if take("<=") || take("<!") {
        let isNegative = source[index - 1] == "!"
        wrap = { .look($0, isAhead: false, isNegative: isNegative) }
      } else if take(">") {
        wrap = { .atomic($0) }
      } else if take("<") {
        try skipName()
      } else if !take(":"), try !options() {
        return nil
      }
    }
    let outerCase = ignoresCase
    let body = try alternatives()
    ignoresCase = outerCase
    guard take(")") else {
      index = start
      throw fail("a group is not closed")
    }
    return wrap(body)
  }

  private mutating func skipName() throws(Failure) {
    guard let end = source[index...].firstIndex(of: ">") else { throw fail("a group's name is not closed") }
    index = end + 1
  }

  /// Reads `i:`, `-i:` or `i)`; false for the last, which holds for the rest of the group around it.
  private mutating func options() throws(Failure) -> Bool {
    let isOn = !take("-")
    guard take("i"), take(":") || take(")") else { throw fail("only the option 'i' is supported") }
    ignoresCase = isOn
    return source[index - 1] == ":"
  }

  // MARK: Quantifiers

  private mutating func quantified(_ item: PatternNode) throws(Failure) -> PatternNode {
    var node = item
    while let (minimum, maximum, isCounted) = try quantifier() {
      if case .repetition = node, !isCounted { throw fail("a repetition of a repetition is not supported") }
      if minimum > (maximum ?? .max) { throw fail("a repetition has its bounds swapped") }
      if maximum == nil, node.first.isNullable { throw fail("repeats without end what may be empty") }
      switch next {
      case "?" where isCounted && minimum == maximum: throw fail("'{n}?' is not supported")
      case "?":
        index += 1
        node = .repetition(node, minimum: minimum, maximum: maximum, .lazy)
      case "+" where !isCounted:
        index += 1
        node = .repetition(node, minimum: minimum, maximum: maximum, .possessive)
      case "+":
        // In Ruby's syntax `{1,3}+` is one or more of `{1,3}`.
        index += 1
        if minimum == 0 || node.first.isNullable { throw fail("repeats without end what may be empty") }
        let counted = PatternNode.repetition(node, minimum: minimum, maximum: maximum, .greedy)
        node = .repetition(counted, minimum: 1, maximum: nil, .greedy)
      default: node = .repetition(node, minimum: minimum, maximum: maximum, .greedy)
      }
    }
    return node
  }

  private mutating func quantifier() throws(Failure) -> (minimum: Int, maximum: Int?, isCounted: Bool)? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    let start = index
    guard take("{") else { return nil }
    let low = try number()
    let hasComma = take(",")
    let high = hasComma ? try number() : low
    if take("}"), low != nil || high != nil { return (low ?? 0, high, true) }
    // A brace that counts nothing is a brace.
    index = start
    return nil
  }

  private mutating func number() throws(Failure) -> Int? {
    var value: Int?
    while let digit = next, ("0"..."9").contains(digit) {
      value = (value ?? 0) * 10 + Int(digit.value - 48)
      if let value, value > Self.maximumRepetitions {
        throw fail("more than \(Self.maximumRepetitions) repetitions are not supported")
      }
      index += 1
    }
    return value
  }
}
