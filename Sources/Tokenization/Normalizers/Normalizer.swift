import Diagnostics

/// Changes text before it is cut into words.
protocol Normalizer: Sendable {
  /// The value of `type` in tokenizer.json.
  static var typeName: String { get }
  init(_ definition: JSONCursor) throws(Diagnostic)
  func normalize(_ text: AlignedText) -> AlignedText
}

/// The normalizers that tokenizer.json may name; a new one is a file and a line here.
enum Normalizers {
  static let all: [any Normalizer.Type] = [
    SequenceNormalizer.self, PrependNormalizer.self, ReplaceNormalizer.self, NFCNormalizer.self,
    NFDNormalizer.self, NFKCNormalizer.self, NFKDNormalizer.self, LowercaseNormalizer.self,
    StripNormalizer.self,
  ]

  static func make(_ definition: JSONCursor) throws(Diagnostic) -> any Normalizer {
    let name = try definition.required("type").string()
    guard let type = all.first(where: { $0.typeName == name }) else {
      throw definition.unsupported("the normalizer \"\(name)\"", supported: all.map { $0.typeName })
    }
    return try type.init(definition)
  }
}

/// Several normalizers, one after the other.
struct SequenceNormalizer: Normalizer {
  static let typeName = "Sequence"
  private let steps: [any Normalizer]

  init(_ definition: JSONCursor) throws(Diagnostic) {
    var steps: [any Normalizer] = []
    for item in try definition.required("normalizers").items() { steps.append(try Normalizers.make(item)) }
    self.steps = steps
  }

  func normalize(_ text: AlignedText) -> AlignedText { steps.reduce(text) { $1.normalize($0) } }
}
