/// What decides a stage's outputs, as named leaves and as the digest of them all.
///
/// The encoding is injective: every component carries its name, its type and its value, each with its length in
/// front, and the number of components closes it. So no two different lists of components encode alike: moving a
/// value to another field, swapping two inputs or changing 1 to 1.0 gives another key.
public struct CacheKey: Sendable, Hashable {
  /// In the order given, which is part of the key.
  public let components: [KeyComponent]
  public let digest: Digest

  public init(_ components: [KeyComponent]) {
    self.components = components
    var hasher = KeyHasher()
    for component in components { hasher.append(component) }
    digest = hasher.finish()
  }
}

/// Hashes named, ordered, typed, length-delimited components.
public struct KeyHasher: ~Copyable {
  private var hash = SHA256()
  private var count: UInt64 = 0

  public init() { hash.update(Array("plumbline-key 1\n".utf8)) }

  public mutating func append(_ component: KeyComponent) {
    count += 1
    appendDelimited(Array(component.path.utf8))
    switch component.value {
    case .null: appendTagged(0, [])
    case .boolean(let value): appendTagged(1, [value ? 1 : 0])
    case .integer(let value): appendTagged(2, bytes(of: UInt64(bitPattern: Int64(value))))
    case .number(let value): appendTagged(3, bytes(of: KeyHasher.canonicalBits(value)))
    case .text(let value): appendTagged(4, Array(value.utf8))
    case .digest(let value): appendTagged(5, Array(value.text.utf8))
    }
  }

  public consuming func finish() -> Digest {
    hash.update(bytes(of: count))
    return hash.finish()
  }

  /// Equal numbers have equal bits: one zero, one NaN.
  private static func canonicalBits(_ value: Double) -> UInt64 {
    if value == 0 { return 0 }
    return value.isNaN ? Double.nan.bitPattern : value.bitPattern
  }

  private mutating func appendTagged(_ tag: UInt8, _ value: [UInt8]) {
    hash.update([tag])
    appendDelimited(value)
  }

  private mutating func appendDelimited(_ value: [UInt8]) {
    hash.update(bytes(of: UInt64(value.count)))
    hash.update(value)
  }

  private func bytes(of value: UInt64) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
