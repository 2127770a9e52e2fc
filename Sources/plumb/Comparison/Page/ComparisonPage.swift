import Pages

/// A comparison as an HTML page that needs nothing else.
struct ComparisonPage {
  let comparison: ModelComparison
  let samples: Int

  init(_ comparison: ModelComparison, samples: Int) {
    self.comparison = comparison
    self.samples = samples
  }

  var text: String {
    Page(
      title: "Compare " + names.joined(separator: ", "),
      body: [header, summary, results, curves, answers, lineage, settings, reproduction].filter {
        $0 != .empty
      }
    ).text
  }

  /// What each model is called throughout the page, such as `A ppo`.
  var names: [String] {
    comparison.models.enumerated().map { "\(ModelComparison.letter($0)) \($1.kind)" }
  }

  private var header: HTML {
    .fragment([
      .tag("h1", [:], .text("Comparison of " + names.joined(separator: " and "))),
      .tag(
        "p", ["class": "soft"],
        .text(
          "Pipeline \(pipelines). A is what the others are measured from. Made by plumb \(Plumb.version) with ‘plumb compare "
            + comparison.models.map(\.label.shellQuoted).joined(separator: " ") + "’.")),
      .fragment(
        comparison.notes.map { .tag("p", ["class": "note", "role": "note"], .text("Note: \($0).")) }),
    ])
  }

  private var pipelines: String {
    var names: [String] = []
    for name in comparison.models.map(\.run.summary.pipeline) where !names.contains(name) {
      names.append(name)
    }
    return names.joined(separator: ", ")
  }

  /// A table with row headers, which scrolls by itself where it is too wide.
  ///
  /// - Parameters:
  ///   - numeric: whether cells are numbers, which line up to the right.
  ///   - rows: the header of each row, and its cells.
  func table(
    _ caption: String, head: [String], numeric: Bool = true, rows: [(title: HTML, cells: [HTML])]
  ) -> HTML {
    let style = numeric ? "number" : "cell"
    return .tag(
      "div", ["class": "scroll"],
      .tag(
        "table", [:], .tag("caption", [:], .text(caption)),
        .tag(
          "thead", [:],
          .tag(
            "tr", [:],
            head.enumerated().map { index, title in
              .tag("th", ["scope": "col", "class": index == 0 ? "cell" : style], .text(title))
            })),
        .tag(
          "tbody", [:],
          rows.map { row in
            .tag(
              "tr", [:],
              [.tag("th", ["scope": "row"], row.title)] + row.cells.map { .tag("td", ["class": style], $0) })
          })))
  }

  /// A part of the page; nothing if it has no content.
  func section(_ title: String, _ content: [HTML]) -> HTML {
    let shown = content.filter { $0 != .empty }
    return shown.isEmpty ? .empty : .tag("section", [:], [.tag("h2", [:], .text(title))] + shown)
  }
}
