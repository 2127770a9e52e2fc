import Diagnostics

/// `TemplateProcessing`: special tokens at fixed places around the text.
struct TemplatePostProcessor: PostProcessor {
  static let typeName = "TemplateProcessing"
  let frame: SpecialTokenFrame

  init(_ definition: JSONCursor) throws(Diagnostic) {
    let single = try definition.required("single")
    var frame = SpecialTokenFrame()
    var sequences = 0
    for piece in try single.items() {
      if let token = piece.optional("SpecialToken") {
        let ids = try Self.ids(of: try token.required("id"), in: definition)
        if sequences == 0 { frame.before += ids } else { frame.after += ids }
      } else if let sequence = piece.optional("Sequence") {
        let id = try sequence.required("id")
        if try id.string() != "A" { throw id.fail("must be \"A\" in a template for one text") }
        sequences += 1
      } else {
        throw piece.fail("must be {\"SpecialToken\": …} or {\"Sequence\": …}")
      }
    }
    if sequences != 1 { throw single.fail("must hold the text exactly once, not \(sequences) times") }
    self.frame = frame
  }

  private static func ids(of token: JSONCursor, in definition: JSONCursor) throws(Diagnostic) -> [Int32] {
    let name = try token.string()
    guard
      let members = try definition.required("special_tokens").value.members,
      let member = members.first(where: { $0.key.hasSameBytes(as: name) })
    else { throw token.fail("names \"\(name)\", which is not in `special_tokens` beside it") }
    let path = "\(definition.path).special_tokens[\"\(name)\"]"
    let entry = JSONCursor(member.value, file: definition.file, path: path)
    var ids: [Int32] = []
    for id in try entry.required("ids").items() {
      ids.append(Int32(try id.integer(in: 0...Vocabulary.highestID)))
    }
    return ids
  }
}
