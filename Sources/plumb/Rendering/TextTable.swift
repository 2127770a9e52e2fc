/// Rows in columns that line up.
struct TextTable {
  enum Alignment { case left, right }

  /// Spaces between columns.
  static let gap = 2

  private var columns: [(title: String, alignment: Alignment)]
  private var rows: [[String]] = []

  init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

  var isEmpty: Bool { rows.isEmpty }

  mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row of \(cells.count) cells in \(columns.count) columns")
    rows.append(cells)
  }

  /// One line for the titles and one for each row; lines have no spaces at their end.
  func render(_ style: Style, indent: Int = 0) -> String {
    let widths = columns.indices.map { index in
      max(columns[index].title.displayWidth, rows.map { $0[index].displayWidth }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      let text = cells.indices.map { index in
        columns[index].alignment == .left
          ? cells[index].padded(to: widths[index]) : cells[index].leftPadded(to: widths[index])
      }.joined(separator: String(repeating: " ", count: TextTable.gap))
      let end = text.lastIndex { $0 != " " }.map(text.index(after:)) ?? text.startIndex
      return String(repeating: " ", count: indent) + text[..<end]
    }
    let hasTitles = columns.contains { !$0.title.isEmpty }
    let head = hasTitles ? [style.dim(line(columns.map(\.title)))] : []
    return (head + rows.map(line)).map { $0 + "\n" }.joined()
  }
}
