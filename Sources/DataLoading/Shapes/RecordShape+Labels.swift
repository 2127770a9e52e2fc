import JSONText

extension RecordShape {
  static let labelled = labels(key: "label", example: "{\"text\", \"label\"}")
  static let categorised = labels(key: "category", example: "{\"text\", \"category\"}")

  private static func labels(key: String, example: String) -> RecordShape {
    RecordShape(keys: ["text", key], example: example) { row throws(RowProblem) in
      let text = try row.string("text")
      if text.isBlank { throw RowProblem(.emptyPrompt, "\"text\" is empty", key: "text") }
      let value = try row.required(key)
      // Classes may be numbered; a number stands for itself.
      guard let label = value.stringValue ?? value.intValue.map(String.init) else {
        throw RowProblem(
          .wrongType, "\"\(key)\" must be a string or an integer, not \(value.typeName)", key: key)
      }
      if label.isBlank { throw RowProblem(.emptyAnswer, "\"\(key)\" is empty", key: key) }
      return .labelled(text: text, label: label)
    }
  }
}
