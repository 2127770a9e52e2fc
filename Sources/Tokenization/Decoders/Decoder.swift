import Diagnostics

/// Turns tokens back into text; each decoder maps a list of pieces to another list.
protocol TokenDecoder: Sendable {
  /// The value of `type` in tokenizer.json.
  static var typeName: String { get }
  init(_ definition: JSONCursor) throws(Diagnostic)
  func decode(_ pieces: [String]) -> [String]
  /// The bytes of a token that may be a part of a character; nil if the token is whole text.
  func rawBytes(of piece: String) -> [UInt8]?
}

extension TokenDecoder {
  func rawBytes(of piece: String) -> [UInt8]? { nil }
}

/// The decoders that tokenizer.json may name; a new one is a file and a line here.
enum TokenDecoders {
  static let all: [any TokenDecoder.Type] = [
    SequenceDecoder.self, ByteLevelDecoder.self, ReplaceDecoder.self, ByteFallbackDecoder.self,
    FuseDecoder.self, StripDecoder.self, MetaspaceDecoder.self,
  ]

  static func make(_ definition: JSONCursor) throws(Diagnostic) -> any TokenDecoder {
    let name = try definition.required("type").string()
    guard let type = all.first(where: { $0.typeName == name }) else {
      throw definition.unsupported("the decoder \"\(name)\"", supported: all.map { $0.typeName })
    }
    return try type.init(definition)
  }
}

/// Several decoders, one after the other.
struct SequenceDecoder: TokenDecoder {
  static let typeName = "Sequence"
  private let steps: [any TokenDecoder]

  init(_ definition: JSONCursor) throws(Diagnostic) {
    var steps: [any TokenDecoder] = []
    for item in try definition.required("decoders").items() { steps.append(try TokenDecoders.make(item)) }
    self.steps = steps
  }

  func decode(_ pieces: [String]) -> [String] { steps.reduce(pieces) { $1.decode($0) } }

  func rawBytes(of piece: String) -> [UInt8]? { steps.lazy.compactMap { $0.rawBytes(of: piece) }.first }
}
