extension ChatTemplate {
  /// A template as it was found, recognised if it is a known one in another spelling.
  ///
  /// - Parameter endOfText: the text of the EOS token, which the plain template ends answers with.
  public init(source: String, file: String?, endOfText: String) {
    self.init(form: Self.form(of: source, endOfText: endOfText), source: source, file: file)
  }

  private static func form(of source: String, endOfText: String) -> Form {
    var outline = JinjaOutline(source)
    if outline == JinjaOutline(plainSource) { return .plain(endOfText: endOfText) }
    outline.removeDefaultOfGenerationPrompt()
    let defaultSystem = outline.removeDefaultSystem()
    return outline == JinjaOutline(chatML.source) ? .chatML(defaultSystem: defaultSystem) : .unrecognized
  }
}
