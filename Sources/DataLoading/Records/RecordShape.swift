import Diagnostics

/// A set of keys that rows may have, and how they become a record.
///
/// Shapes are listed by kind of data in `DataKind.shapes`. Keys beside those of the shape are passed over.
struct RecordShape: Sendable {
  /// Keys a row must have to be of this shape.
  let keys: [String]
  /// How the shape is written in messages.
  let example: String
  /// Other keys the shape reads.
  var optionalKeys: [String] = []
  let read: @Sendable (RowReader) throws(RowProblem) -> Record
}

extension DataKind {
  /// Reads a row as the first accepted shape whose keys it has.
  func read(_ row: RowReader) throws(RowProblem) -> Record {
    guard let members = row.value.members else {
      throw RowProblem(.unknownShape, "a row must be an object, not \(row.value.typeName)", hint: acceptance)
    }
    if let shape = shapes.first(where: { row.has($0.keys) }) { return try shape.read(row) }
    let found = members.filter { !$0.value.isNull }.map(\.key)
    let list =
      found.isEmpty ? "no keys" : "the keys " + found.prefix(12).map { "\"\($0)\"" }.joined(separator: ", ")
    let accepted = shapes.flatMap { $0.keys + $0.optionalKeys }
    let slip = found.lazy.filter { !accepted.contains($0) }.compactMap { name in
      nearestName(to: name, among: accepted).map { (name, $0) }
    }.first
    let suggestion = slip.map { "did you mean \"\($0.1)\" instead of \"\($0.0)\"? " } ?? ""
    throw RowProblem(
      .unknownShape, "the row has \(list), which is no row of \(rawValue)", hint: suggestion + acceptance)
  }

  private var acceptance: String { "accepted: " + shapes.map(\.example).joined(separator: " · ") }
}
