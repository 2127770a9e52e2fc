/// Lineage that can be asked, whether it is open for recording or for looking only.
public protocol LineageReading: Sendable {
  /// Runs queries on one consistent state of the database; `body` may run twice.
  func read<Value: Sendable>(_ body: (LineageQueries) throws -> Value) throws -> Value
}

extension LineageReader: LineageReading {}
extension LineageDatabase: LineageReading {}
