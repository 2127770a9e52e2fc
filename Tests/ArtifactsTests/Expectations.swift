import Diagnostics
import Testing

/// Expects a diagnostic with this code whose message contains `part`.
func expectDiagnostic(
  _ code: DiagnosticCode, naming part: String, sourceLocation: Testing.SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  let error = #expect(throws: Diagnostic.self, sourceLocation: sourceLocation) { try body() }
  #expect(error?.code == code, sourceLocation: sourceLocation)
  #expect(
    error?.message.contains(part) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
}
