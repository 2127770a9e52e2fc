import DataLoading
import Pipeline
import Tokenization

/// How rows are read and cut.
struct DataOptions: Configurable, Hashable {
  /// Most tokens of a row, prompt included.
  var maximumLength = 1024
  var onOverlong = OnOverlong.truncate
  var onBadRow = OnBadRow.error
  /// Replaces the tokenizer's own chat template; the produced model keeps it.
  var chatTemplate: ChatFamily?

  static var fields: [Field<Self>] {
    [
      .integer("max_length", \.maximumLength, in: 2...1_048_576, "Most tokens of a row, prompt included."),
      .choice("on_overlong", \.onOverlong, "What happens to longer rows."),
      .choice("on_bad_row", \.onBadRow, "Whether a bad row fails the stage or is dropped and counted."),
      .optional(
        "chat_template", \.chatTemplate, .choice,
        "How messages are rendered; null for the template of the model's tokenizer."),
    ]
  }
}
