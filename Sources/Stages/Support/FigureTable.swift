/// Rows in columns of equal width: the first to the left, figures to the right; lines have no spaces at their end.
func figureTable(header: [String], rows: [[String]]) -> String {
  let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
  return ([header] + rows).map { row in
    let line = row.indices.map { column in
      let space = String(repeating: " ", count: widths[column] - row[column].count)
      return column == 0 ? row[column] + space : space + row[column]
    }.joined(separator: "  ")
    let end = line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex
    return String(line[..<end])
  }.joined(separator: "\n")
}
