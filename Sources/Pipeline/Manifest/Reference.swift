/// What `${…}` in a manifest stands for.
enum Reference: Sendable, Hashable {
  case parameter(String)
  case source(String)
  case environment(String)
  /// The value of an axis at the point of the matrix that is being resolved.
  case axis(String)
  /// An output of a stage; the port may be left out where the stage has one output.
  case stage(String, port: String?)

  /// Words that begin a reference and so cannot be stage names.
  static let reservedNames: Set<String> = ["params", "sources", "env", "matrix"]

  /// Reads what stands between the braces.
  ///
  /// - Returns: nil if it is no reference.
  init?(_ text: Substring) {
    if text.contains("@") {
      self.init(instance: text)
      return
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) }) else {
      return nil
    }
    let first = parts[0]
    let second = parts.count == 2 ? parts[1] : nil
    switch (first, second) {
    case ("params", let name?): self = .parameter(name)
    case ("sources", let name?): self = .source(name)
    case ("env", let name?): self = .environment(name)
    case ("matrix", let name?): self = .axis(name)
    case ("params", nil), ("sources", nil), ("env", nil), ("matrix", nil): return nil
    default: self = .stage(first, port: second)
    }
  }

  /// Reads an instance with or without a port, such as `dpo@beta=0.05,seed=1.model`: what follows the last dot is a
  /// port unless it is the fraction of a number.
  private init?(instance text: Substring) {
    guard !text.contains(where: \.isWhitespace), text.first != "@", text.last != "@" else { return nil }
    if let dot = text.lastIndex(of: "."), let first = text[text.index(after: dot)...].first, !first.isNumber,
      !text[dot...].contains("=")
    {
      self = .stage(String(text[..<dot]), port: String(text[text.index(after: dot)...]))
    } else {
      self = .stage(String(text), port: nil)
    }
  }
}

/// A scalar of a manifest, cut into literal text and references.
struct Template: Sendable, Hashable {
  enum Segment: Sendable, Hashable {
    case literal(String)
    /// A reference and how it is written.
    case reference(Reference, String)
  }

  struct Problem: Error {
    /// The part of the scalar that is wrong.
    var fragment: String
    var message: String
    var hint: String?
  }

  private(set) var segments: [Segment] = []

  /// The reference that is the whole of the text, so that it keeps its type.
  var whole: Reference? {
    if segments.count == 1, case .reference(let reference, _) = segments[0] { reference } else { nil }
  }

  /// The text if it has no reference.
  var literal: String? {
    if segments.isEmpty { return "" }
    if segments.count == 1, case .literal(let text) = segments[0] { return text }
    return nil
  }

  /// Cuts a text at its references; `$${` is a literal `${`.
  init(_ text: String) throws(Problem) {
    var literal = ""
    var rest = Substring(text)
    while let dollar = rest.firstIndex(of: "$") {
      literal += rest[..<dollar]
      rest = rest[dollar...]
      if rest.hasPrefix("$${") {
        literal += "${"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("${") {
        guard let close = rest.firstIndex(of: "}") else {
          throw Problem(
            fragment: String(rest), message: "the reference '\(rest)' is not closed",
            hint: "close it with '}', or write '$${' for a literal '${'")
        }
        let written = String(rest[...close])
        let inner = rest[rest.index(rest.startIndex, offsetBy: 2)..<close]
        guard let reference = Reference(inner) else {
          throw Problem(
            fragment: written, message: "'\(written)' is not a reference",
            hint:
              "references are ${params.NAME}, ${sources.NAME}, ${env.NAME}, ${matrix.AXIS}, ${STAGE.PORT} and ${STAGE}"
          )
        }
        if !literal.isEmpty { segments.append(.literal(literal)) }
        literal = ""
        segments.append(.reference(reference, written))
        rest = rest[rest.index(after: close)...]
      } else {
        literal.append("$")
        rest = rest.dropFirst()
      }
    }
    literal += rest
    if !literal.isEmpty { segments.append(.literal(literal)) }
  }
}
