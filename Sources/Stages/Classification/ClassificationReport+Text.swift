import Alignment

extension ClassificationReport {
  /// Labels whose confusion is shown as a matrix.
  private static let matrixLabels = 12
  /// Labels and mistakes listed where there are more.
  private static let listed = 10

  /// Tables for a terminal of some hundred columns; `report.json` has every label and every count.
  var text: String {
    let heading =
      "\(actual.count) held-out rows of \(labels.count) labels, trained on \(trainedRows) rows"
      + (isChosen ? "\nthe model's weights were chosen by the held-out rows, which favours it" : "")
    guard let model = entries.first else { return heading + "\n" }
    let parts =
      labels.count <= Self.matrixLabels
      ? [labelTable(model, labels.indices.map { $0 }), matrix(model)]
      : ["the labels that the model finds worst", labelTable(model, worst(model)), mistakes(model)]
    return ([heading, summary] + parts).joined(separator: "\n\n") + "\n"
  }

  private var summary: String {
    figureTable(
      header: ["", "accuracy", "macro-F1", "loss", "the model leads by"],
      rows: entries.map { entry in
        [
          entry.name, fixed(entry.confusion.accuracy, digits: 4), fixed(entry.confusion.macroF1, digits: 4),
          fixed(entry.loss, digits: 4), entry.lead.map(Self.shown) ?? "",
        ]
      })
  }

  private static func shown(_ lead: (difference: Double, interval: ClosedRange<Double>)) -> String {
    func points(_ share: Double) -> String { (share < 0 ? "" : "+") + fixed(share * 100, digits: 1) }
    return "\(points(lead.difference)) points (95%: \(points(lead.interval.lowerBound)) to"
      + " \(points(lead.interval.upperBound)))"
  }

  private func labelTable(_ entry: Entry, _ shown: [Int]) -> String {
    figureTable(
      header: ["label", "precision", "recall", "F1", "rows"],
      rows: shown.map { label in
        [
          labels[label], fixed(entry.confusion.precision(label), digits: 3),
          fixed(entry.confusion.recall(label), digits: 3), fixed(entry.confusion.f1(label), digits: 3),
          "\(entry.confusion.support(label))",
        ]
      })
  }

  private func worst(_ entry: Entry) -> [Int] {
    let occurring = labels.indices.filter { entry.confusion.support($0) > 0 }
    return Array(
      occurring.sorted { (entry.confusion.f1($0), $0) < (entry.confusion.f1($1), $1) }.prefix(Self.listed))
  }

  /// Rows are actual labels, columns predicted ones, numbered as the rows are.
  private func matrix(_ entry: Entry) -> String {
    "rows by label, columns by what the model took them for\n"
      + figureTable(
        header: ["label"] + labels.indices.map { "\($0)" },
        rows: labels.enumerated().map { label, name in
          ["\(label) \(name)"] + entry.confusion.counts[label].map { $0 == 0 ? "·" : "\($0)" }
        })
  }

  private func mistakes(_ entry: Entry) -> String {
    "the model's most frequent mistakes\n"
      + figureTable(
        header: ["label", "taken for", "rows"],
        rows: entry.confusion.mistakes(Self.listed).map {
          [labels[$0.actual], labels[$0.predicted], "\($0.count)"]
        })
  }
}
