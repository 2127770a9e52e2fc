import Diagnostics

/// Adds the special tokens that go around a text.
protocol PostProcessor: Sendable {
  /// The value of `type` in tokenizer.json.
  static var typeName: String { get }
  init(_ definition: JSONCursor) throws(Diagnostic)
  /// The ids to put before and after those of the text.
  var frame: SpecialTokenFrame { get }
}

/// Ids around a text, such as BOS and EOS.
struct SpecialTokenFrame: Sendable {
  var before: [Int32] = []
  var after: [Int32] = []
}

/// The post-processors that tokenizer.json may name; a new one is a file and a line here.
enum PostProcessors {
  static let all: [any PostProcessor.Type] = [
    SequencePostProcessor.self, ByteLevelPostProcessor.self, TemplatePostProcessor.self,
  ]

  static func make(_ definition: JSONCursor) throws(Diagnostic) -> any PostProcessor {
    let name = try definition.required("type").string()
    guard let type = all.first(where: { $0.typeName == name }) else {
      throw definition.unsupported("the post-processor \"\(name)\"", supported: all.map { $0.typeName })
    }
    return try type.init(definition)
  }
}

/// Several post-processors; later ones frame what the earlier ones made.
struct SequencePostProcessor: PostProcessor {
  static let typeName = "Sequence"
  let frame: SpecialTokenFrame

  init(_ definition: JSONCursor) throws(Diagnostic) {
    var frame = SpecialTokenFrame()
    for item in try definition.required("processors").items() {
      let outer = try PostProcessors.make(item).frame
      frame = SpecialTokenFrame(before: outer.before + frame.before, after: frame.after + outer.after)
    }
    self.frame = frame
  }
}

/// Trims offsets in the reference, which changes no id; offsets here always cover the text.
struct ByteLevelPostProcessor: PostProcessor {
  static let typeName = "ByteLevel"
  let frame = SpecialTokenFrame()

  init(_ definition: JSONCursor) throws(Diagnostic) {}
}
