/// A whole HTML document in one file: it loads nothing, runs nothing, and can be mailed, archived and printed.
public struct Page: Sendable {
  public var title: String
  public var body: [HTML]

  public init(title: String, body: [HTML]) {
    self.title = title
    self.body = body
  }

  /// The document.
  ///
  /// Its content security policy forbids scripts and every request, should a reader's browser be handed something that
  /// was not escaped after all.
  public var text: String {
    let head = HTML.tag(
      "head", [:], .tag("meta", ["charset": "utf-8"]),
      .tag(
        "meta",
        [
          "http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'",
        ]),
      .tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
      .tag("meta", ["name": "color-scheme", "content": "light dark"]), .tag("title", [:], .text(title)))
    // The style sheet holds no character that would be escaped, but for those that only a style sheet may hold.
    let style = "<style>\n\(StyleSheet.text)</style>\n"
    let content = HTML.tag("main", [:], body).markup
    return "<!DOCTYPE html>\n<html lang=\"en\">\n\(head.markup)\(style)<body>\n\(content)</body>\n</html>\n"
  }
}
