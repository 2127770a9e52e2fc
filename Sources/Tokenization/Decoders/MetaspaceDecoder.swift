import Diagnostics

/// Turns SentencePiece's marks back into spaces, but for those before the first word.
struct MetaspaceDecoder: TokenDecoder {
  static let typeName = "Metaspace"
  private let replacement: Unicode.Scalar
  private let scheme: PrependScheme

  init(_ definition: JSONCursor) throws(Diagnostic) {
    replacement = try definition.scalar("replacement")
    scheme = try PrependScheme(of: definition)
  }

  func decode(_ pieces: [String]) -> [String] {
    pieces.enumerated().map { index, piece in
      var text = String.UnicodeScalarView()
      for scalar in piece.unicodeScalars {
        if scalar != replacement {
          text.append(scalar)
        } else if index > 0 || scheme == .never {
          text.append(" ")
        }
      }
      return String(text)
    }
  }
}
