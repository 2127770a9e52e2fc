import Diagnostics

extension Requirement {
  /// Reads a requirement in one text, such as `aligned.win_rate_vs_sft > 0.6`: a metric, and a condition as in
  /// `require` of a manifest.
  ///
  /// - Throws: `Diagnostic` that says how it is written.
  public init(parsing text: String) throws(Diagnostic) {
    let border = text.firstIndex { "<>=!".contains($0) } ?? text.endIndex
    let metric = text[..<border].filter { !$0.isWhitespace }
    guard !metric.isEmpty, let requirement = Requirement(metric: metric, condition: String(text[border...]))
    else {
      throw Diagnostic(
        .invalidRequirement, "'\(text)' is no requirement: a metric, a comparison and a number",
        hint: "write it as 'aligned.win_rate_vs_sft > 0.6'; the comparisons are >, >=, <, <=, ==, !=")
    }
    self = requirement
  }
}
