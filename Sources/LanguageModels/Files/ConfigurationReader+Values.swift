import Diagnostics
import JSONText

extension ConfigurationReader {
  /// - Throws: `Diagnostic` if the key is absent, no integer or out of range.
  public func requiredInt(_ key: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int {
    guard let value = try optionalInt(key, in: range) else {
      throw mistyped(key, expected: Self.describe(range))
    }
    return value
  }

  /// - Throws: `Diagnostic` if the value is no integer or out of range.
  public func optionalInt(_ key: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int? {
    guard let json = value(key) else { return nil }
    guard let value = json.intValue, range.contains(value) else {
      throw mistyped(key, expected: Self.describe(range))
    }
    return value
  }

  /// - Throws: `Diagnostic` if the key is absent, no number or out of range.
  public func requiredDouble(_ key: String, in range: ClosedRange<Double>) throws(Diagnostic) -> Double {
    guard let value = try optionalDouble(key, in: range) else {
      throw mistyped(key, expected: Self.describe(range))
    }
    return value
  }

  /// - Throws: `Diagnostic` if the value is no number or out of range.
  public func optionalDouble(_ key: String, in range: ClosedRange<Double>) throws(Diagnostic) -> Double? {
    guard let json = value(key) else { return nil }
    guard let value = json.doubleValue, range.contains(value) else {
      throw mistyped(key, expected: Self.describe(range))
    }
    return value
  }

  /// - Throws: `Diagnostic` if the value is neither true nor false.
  public func optionalBool(_ key: String) throws(Diagnostic) -> Bool? {
    guard let json = value(key) else { return nil }
    guard let value = json.boolValue else { throw mistyped(key, expected: "true or false") }
    return value
  }

  /// - Throws: `Diagnostic` if the key is absent or no string.
  public func requiredString(_ key: String) throws(Diagnostic) -> String {
    guard let value = try optionalString(key) else { throw mistyped(key, expected: "a string") }
    return value
  }

  /// - Throws: `Diagnostic` if the value is no string.
  public func optionalString(_ key: String) throws(Diagnostic) -> String? {
    guard let json = value(key) else { return nil }
    guard let value = json.stringValue else { throw mistyped(key, expected: "a string") }
    return value
  }

  /// The case of an enumeration that the key names; nil if it is absent.
  ///
  /// - Throws: `Diagnostic` that lists the choices, if the value is none of them.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type = Choice.self
  ) throws(Diagnostic) -> Choice? where Choice.RawValue == String {
    guard let text = try optionalString(key) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    throw unsupported(
      key, "is \"\(text)\"; supported: \(names.joined(separator: ", "))",
      hint: nearestName(to: text, among: names).map { "did you mean \"\($0)\"?" })
  }

  /// Strings of a list; empty if the key is absent.
  ///
  /// - Throws: `Diagnostic` if the value is no list of strings.
  public func strings(_ key: String) throws(Diagnostic) -> [String] {
    guard let json = value(key) else { return [] }
    guard let items = json.arrayValue else { throw mistyped(key, expected: "a list of strings") }
    let strings = items.compactMap(\.stringValue)
    guard strings.count == items.count else { throw mistyped(key, expected: "a list of strings") }
    return strings
  }

  /// Token ids that are written as one number or as a list of them; empty if the key is absent.
  ///
  /// - Throws: `Diagnostic` if the value is anything else, or an id is negative or above 2³¹ − 1.
  public func tokenIDs(_ key: String) throws(Diagnostic) -> [Int32] {
    guard let json = value(key) else { return [] }
    let items = json.arrayValue ?? [json]
    let ids = items.compactMap { $0.intValue.flatMap(Int32.init(exactly:)) }.filter { $0 >= 0 }
    guard ids.count == items.count else { throw mistyped(key, expected: "a token id or a list of token ids") }
    return ids
  }

  /// Refuses any value of a key but the given ones; an absent key passes.
  ///
  /// - Parameter reason: completes "… is not supported", such as `every layer attends to all tokens before`.
  /// - Throws: `Diagnostic` with the value found and the values allowed.
  public func refuse(_ key: String, unless allowed: JSON..., reason: String? = nil) throws(Diagnostic) {
    guard let found = value(key), !allowed.contains(where: { Self.same($0, found) }) else { return }
    let choices = allowed.map(\.compact).joined(separator: " or ")
    throw unsupported(
      key,
      "is \(found.compact), which is not supported; only \(choices) is"
        + (reason.map { ": \($0)" } ?? ""))
  }

  private static func same(_ a: JSON, _ b: JSON) -> Bool {
    if let x = a.doubleValue, let y = b.doubleValue { return x == y }
    return a == b
  }

  private static func describe<Bound>(_ range: ClosedRange<Bound>) -> String {
    let noun = Bound.self == Int.self ? "an integer" : "a number"
    return "\(noun) from \(range.lowerBound) to \(range.upperBound)"
  }
}
