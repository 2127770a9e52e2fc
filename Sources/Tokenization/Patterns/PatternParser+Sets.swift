extension PatternParser {
  // MARK: Escapes

  /// An escape outside of brackets.
  mutating func escape() throws(Failure) -> PatternNode {
    guard index + 1 < source.count else { throw fail("the pattern ends after '\\'") }
    let assertions: [Unicode.Scalar: PatternNode.Assertion] = [
      "b": .wordBorder, "B": .noWordBorder, "A": .textStart, "z": .textEnd, "Z": .lastLineEnd,
    ]
    if let assertion = assertions[source[index + 1]] {
      index += 2
      return .assertion(assertion)
    }
    return .set(folded(try escapedSet()))
  }

  /// The scalars that an escape stands for: a class or one scalar.
  private mutating func escapedSet() throws(Failure) -> ScalarSet {
    let start = index
    index += 1
    guard let letter = next else { throw fail("the pattern ends after '\\'") }
    index += 1
    switch letter {
    case "s": return .whitespace
    case "S": return ScalarSet.whitespace.inverse
    case "w": return .word
    case "W": return ScalarSet.word.inverse
    case "h": return .hexadecimalDigits
    case "H": return ScalarSet.hexadecimalDigits.inverse
    case "d", "D":
      let digits = ScalarSet.property("Nd") ?? ScalarSet()
      return letter == "d" ? digits : digits.inverse
    case "p", "P": return try property(isNegated: letter == "P")
    case "n": return ScalarSet("\n")
    case "r": return ScalarSet("\r")
    case "t": return ScalarSet("\t")
    case "f": return ScalarSet("\u{0C}")
    case "v": return ScalarSet("\u{0B}")
    case "a": return ScalarSet("\u{07}")
    case "e": return ScalarSet("\u{1B}")
    case "x", "u": return ScalarSet(try codePoint(digits: letter == "x" ? 2 : 4))
    default:
      if letter.isASCII, letter.properties.isAlphabetic || ("0"..."9").contains(letter) {
        index = start
        throw fail("'\\\(letter)' is not supported")
      }
      return ScalarSet(letter)
    }
  }

  private mutating func codePoint(digits: Int) throws(Failure) -> Unicode.Scalar {
    var text = ""
    if take("{") {
      while let scalar = next, scalar != "}" {
        text.unicodeScalars.append(scalar)
        index += 1
      }
      _ = take("}")
    } else {
      while text.count < digits, let scalar = next, ScalarSet.hexadecimalDigits.contains(scalar.value) {
        text.unicodeScalars.append(scalar)
        index += 1
      }
    }
    guard let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value) else {
      throw fail("'\(text)' is no code point")
    }
    return scalar
  }

  /// `{L}`, `{^L}` or the letter alone, after `\p`.
  private mutating func property(isNegated: Bool) throws(Failure) -> ScalarSet {
    var name = ""
    if take("{") {
      while let scalar = next, scalar != "}" {
        name.unicodeScalars.append(scalar)
        index += 1
      }
      guard take("}") else { throw fail("'\\p{' is not closed") }
    } else if let scalar = next {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    let isInverse = name.hasPrefix("^")
    guard let set = ScalarSet.property(isInverse ? String(name.dropFirst()) : name) else {
      throw fail("the property '\(name)' is not supported")
    }
    return isInverse != isNegated ? set.inverse : set
  }

  // MARK: Brackets

  /// A set in brackets, with ranges, sets inside, and intersections by `&&`.
  mutating func bracketSet() throws(Failure) -> ScalarSet {
    let start = index
    depth += 1
    defer { depth -= 1 }
    if depth > 64 { throw fail("brackets are nested too deep") }
    index += 1
    let isNegated = take("^")
    var result: ScalarSet?
    var union = ScalarSet()
    var isFirst = true
    while true {
      guard let scalar = next else {
        index = start
        throw fail("a '[' is not closed")
      }
      if scalar == "]", !isFirst { break }
      isFirst = false
      if take("&&") {
        result = result.map { $0.intersection(union) } ?? union
        union = ScalarSet()
      } else {
        union = union.union(try bracketItem())
      }
    }
    index += 1
    let set = folded(result.map { $0.intersection(union) } ?? union)
    return isNegated ? set.inverse : set
  }

  private mutating func bracketItem() throws(Failure) -> ScalarSet {
    if source[index...].starts(with: "[:".unicodeScalars) { return try posixSet() }
    if next == "[" { return try bracketSet() }
    let first = try bracketScalar()
    guard let low = first.onlyMember, next == "-", index + 1 < source.count, source[index + 1] != "]" else {
      return first
    }
    index += 1
    if next == "[" { return first.union(ScalarSet("-")) }
    let last = try bracketScalar()
    guard let high = last.onlyMember else { return first.union(ScalarSet("-")).union(last) }
    if low > high { throw fail("a range has its ends swapped") }
    return ScalarSet(low...high)
  }

  private mutating func bracketScalar() throws(Failure) -> ScalarSet {
    if source[index...].starts(with: "\\b".unicodeScalars) {
      index += 2
      return ScalarSet("\u{08}")
    }
    if next == "\\" { return try escapedSet() }
    defer { index += 1 }
    return ScalarSet(source[index])
  }

  private mutating func posixSet() throws(Failure) -> ScalarSet {
    let names: [(String, [String])] = [
      ("[:punct:]", ["P", "S"]), ("[:digit:]", ["Nd"]), ("[:upper:]", ["Lu"]), ("[:lower:]", ["Ll"]),
    ]
    if take("[:space:]") { return .whitespace }
    for (name, properties) in names where take(name) {
      return properties.reduce(ScalarSet()) { $0.union(ScalarSet.property($1) ?? ScalarSet()) }
    }
    throw fail("the POSIX class is not supported")
  }

  // MARK: Case

  /// The set with the other case of each member, where the pattern ignores case.
  func folded(_ set: ScalarSet) -> ScalarSet {
    guard ignoresCase else { return set }
    // Greater sets are classes, which hold both cases of all they hold.
    guard set.ranges.reduce(0, { $0 + $1.count }) <= 4096 else { return set }
    var members = set.ranges
    for value in set.ranges.joined() {
      guard let scalar = Unicode.Scalar(value) else { continue }
      members += scalar.otherCases.map { $0.value...$0.value }
    }
    return ScalarSet(members)
  }

  /// Refuses two letters that Oniguruma also finds in one scalar, such as `ss` in `ß`.
  func checkFolding(_ nodes: [PatternNode]) throws(Failure) {
    guard ignoresCase, nodes.count > 1 else { return }
    var letters = ""
    for node in nodes.suffix(2) {
      guard case .set(let set) = node, let letter = ("a"..."z" as ClosedRange<Unicode.Scalar>).first(in: set)
      else { return }
      letters.unicodeScalars.append(letter)
    }
    if ["ss", "st", "ff", "fi", "fl"].contains(letters) {
      throw fail("'\(letters)' without regard to case is not supported")
    }
  }
}

extension ClosedRange<Unicode.Scalar> {
  /// The member of the range that is the only one of them in `set`.
  fileprivate func first(in set: ScalarSet) -> Unicode.Scalar? {
    let members = (lowerBound.value...upperBound.value).filter { set.contains($0) }
    return members.count == 1 ? members.first.flatMap { Unicode.Scalar($0) } : nil
  }
}

extension Unicode.Scalar {
  /// Scalars that differ from this one in case alone, as simple case folding has it.
  fileprivate var otherCases: [Unicode.Scalar] {
    func only(_ text: String) -> [Unicode.Scalar] {
      let scalars = Array(text.unicodeScalars)
      return scalars.count == 1 ? scalars : []
    }
    let mapped = [properties.lowercaseMapping, properties.uppercaseMapping, properties.titlecaseMapping]
    var cases = mapped.flatMap(only)
    for other in cases { cases += only(other.properties.lowercaseMapping) }
    // Signs whose lower case is a letter, but which no letter maps to.
    let signs: [(String, Unicode.Scalar)] = [("sS", "\u{17F}"), ("kK", "\u{212A}"), ("åÅ", "\u{212B}")]
    for (letters, sign) in signs where letters.unicodeScalars.contains(self) { cases.append(sign) }
    return cases
  }
}
