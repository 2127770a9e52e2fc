import Diagnostics
import JSONText

/// Everything that ended a command, as text on standard error or as JSON on standard output.
struct FailureReport {
  private let diagnostics: [Diagnostic]

  init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  func write(asJSON: Bool) {
    if asJSON {
      StandardStream.output.writeLine(json.compact)
    } else {
      StandardStream.error.write(text(Style(.error)))
    }
  }

  /// Schema `plumb.error/1`.
  var json: JSON {
    ["schema": "plumb.error/1", "errors": .array(diagnostics.filter { $0.severity == .error }.map(\.json))]
  }

  func text(_ style: Style) -> String {
    let renderer = DiagnosticRenderer(style: style)
    var text = diagnostics.map(renderer.render).joined(separator: "\n")
    let count = diagnostics.count { $0.severity == .error }
    if count > 1 { text += "\n\(style.error("error")): \(count) errors\n" }
    return text
  }
}

extension Diagnostic {
  /// The diagnostic as it stands in every JSON that reports errors.
  var json: JSON {
    [
      "code": .string(code.rawValue), "file": JSON(location?.file), "line": JSON(location?.line),
      "column": JSON(location?.column), "message": .string(message), "hint": JSON(hint),
    ]
  }
}
