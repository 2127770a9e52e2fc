import Diagnostics

/// A token that is found in the text itself, before the model sees it.
struct AddedToken: Sendable {
  var id: Int32
  var content: String
  /// What decoding makes text of: the content, or its normalised form where the token is matched in that form.
  var spelling: String
  /// Left out of decoded text on request.
  var isSpecial: Bool
  /// Matches only where no word character touches it.
  var isSingleWord: Bool
  /// Swallows white space before it.
  var stripsLeft: Bool
  /// Swallows white space after it.
  var stripsRight: Bool
  /// Looked for in the normalised text, in normalised form.
  var isNormalized: Bool

  init(_ definition: JSONCursor) throws(Diagnostic) {
    id = Int32(try definition.required("id").integer(in: 0...Vocabulary.highestID))
    content = try definition.required("content").string()
    spelling = content
    isSpecial = try definition.flag("special", default: false)
    isSingleWord = try definition.flag("single_word", default: false)
    stripsLeft = try definition.flag("lstrip", default: false)
    stripsRight = try definition.flag("rstrip", default: false)
    isNormalized = try definition.flag("normalized", default: !isSpecial)
  }
}
