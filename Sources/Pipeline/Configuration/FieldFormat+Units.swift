import JSONText

extension FieldFormat where Value == ByteCount {
  /// A size in memory or on disk, greater than 0.
  static var byteCount: Self {
    let expected = "a size such as 4GiB, 512MB or a number of bytes"
    return .custom(
      expected: expected,
      read: { json throws(FieldProblem) in
        let size =
          json.stringValue.flatMap { ByteCount($0) } ?? json.intValue.map { ByteCount(bytes: Int64($0)) }
        guard let size, size.bytes > 0 else {
          throw FieldProblem("must be \(expected), not \(json.foundDescription)", hint: "write it as 4GiB")
        }
        return size
      }, write: { .integer(Int($0.bytes)) })
  }
}

extension FieldFormat where Value == TimeSpan {
  /// A length of time, greater than 0.
  static var timeSpan: Self {
    let expected = "a time such as 30m, 1h30m or a number of seconds"
    return .custom(
      expected: expected,
      read: { json throws(FieldProblem) in
        let span =
          json.stringValue.flatMap { TimeSpan($0) } ?? json.doubleValue.flatMap { TimeSpan(seconds: $0) }
        guard let span else {
          throw FieldProblem("must be \(expected), not \(json.foundDescription)", hint: "write it as 30m")
        }
        return span
      }, write: { .number($0.seconds) })
  }
}
