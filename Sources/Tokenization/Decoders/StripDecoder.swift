import Diagnostics

/// Removes up to `start` leading and `stop` trailing occurrences of a character from each piece.
struct StripDecoder: TokenDecoder {
  static let typeName = "Strip"
  private let content: Unicode.Scalar
  private let start: Int
  private let stop: Int

  init(_ definition: JSONCursor) throws(Diagnostic) {
    let content = try definition.required("content")
    let scalars = try content.string().unicodeScalars
    guard let scalar = scalars.first, scalars.count == 1 else { throw content.fail("must be one character") }
    self.content = scalar
    start = try definition.required("start").integer(in: 0...Int(Int32.max))
    stop = try definition.required("stop").integer(in: 0...Int(Int32.max))
  }

  func decode(_ pieces: [String]) -> [String] { pieces.map(stripped) }

  private func stripped(_ piece: String) -> String {
    var scalars = piece.unicodeScalars[...]
    var left = start
    while left > 0, scalars.first == content {
      scalars.removeFirst()
      left -= 1
    }
    left = stop
    while left > 0, scalars.last == content {
      scalars.removeLast()
      left -= 1
    }
    return String(scalars)
  }
}
