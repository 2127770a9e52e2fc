/// Why a template gave no text.
enum JinjaFailure: Error, Hashable {
  /// The template asks for something that is not supported.
  case unsupported(String)
  /// The template refuses the conversation.
  case raised(String)
}
