import Foundation

/// Carries the state of a training into a checkpoint, or back out of it.
///
/// Whoever has state hands over its parts by name, once, in a fixed order; the direction is the coder's. A
/// checkpoint is the sequence of its parts, each with its name and its length before it, and says nothing of
/// the machine's threads.
public final class CheckpointCoder {
  /// Takes the bytes of a checkpoint, in order.
  public typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  /// The checkpoint is not of the form that this program writes.
  public struct Mismatch: Error, Hashable {
    public var part: String
  }

  /// The form of what trainers carry; bump it whenever a part comes, goes, or changes its meaning.
  public static let version = 1

  private enum Direction {
    case writing(Sink)
    case reading(UnsafeRawBufferPointer)
  }

  private let direction: Direction
  /// Bytes read so far.
  private var position = 0

  private init(_ direction: Direction) { self.direction = direction }

  /// Writes what `carry` hands over.
  public static func write(to sink: Sink, _ carry: (CheckpointCoder) throws -> Void) throws {
    try withoutActuallyEscaping(sink) { sink in
      let coder = CheckpointCoder(.writing(sink))
      try coder.checkVersion()
      try carry(coder)
    }
  }

  /// Replaces what `carry` hands over by what was written.
  ///
  /// - Throws: `Mismatch` for bytes that another program wrote; some parts may have been replaced by then.
  public static func read(_ bytes: UnsafeRawBufferPointer, _ carry: (CheckpointCoder) throws -> Void) throws {
    let coder = CheckpointCoder(.reading(bytes))
    try coder.checkVersion()
    try carry(coder)
    guard coder.position == bytes.count else { throw Mismatch(part: "end") }
  }

  /// What `carry` hands over, in memory.
  public static func bytes(_ carry: (CheckpointCoder) throws -> Void) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try write(to: { bytes.append(contentsOf: $0) }, carry)
    return bytes
  }

  private func checkVersion() throws {
    var version = Self.version
    try value("version", &version)
    guard version == Self.version else { throw Mismatch(part: "version") }
  }

  // MARK: Parts

  /// A value of a few parts, kept to the bit.
  public func value<Value: Codable>(_ name: String, _ value: inout Value) throws {
    switch direction {
    case .writing:
      let encoder = PropertyListEncoder()
      encoder.outputFormat = .binary
      // A property list holds no bare number.
      try encoder.encode([value]).withUnsafeBytes { try write(name, $0) }
    case .reading:
      let data = Data(try read(name))
      guard let decoded = try? PropertyListDecoder().decode([Value].self, from: data), decoded.count == 1
      else {
        throw Mismatch(part: name)
      }
      value = decoded[0]
    }
  }

  /// Numbers of any count.
  public func numbers<Number: BitwiseCopyable>(_ name: String, _ numbers: inout [Number]) throws {
    switch direction {
    case .writing: try numbers.withUnsafeBytes { try write(name, $0) }
    case .reading:
      let bytes = try read(name)
      let (count, rest) = bytes.count.quotientAndRemainder(dividingBy: MemoryLayout<Number>.stride)
      guard rest == 0 else { throw Mismatch(part: name) }
      numbers = Array(unsafeUninitializedCapacity: count) { buffer, initialized in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        initialized = count
      }
    }
  }

  /// Numbers that stay where they are.
  public func memory(_ name: String, _ memory: UnsafeMutableBufferPointer<Float>) throws {
    switch direction {
    case .writing: try write(name, UnsafeRawBufferPointer(memory))
    case .reading:
      let bytes = try read(name)
      guard bytes.count == memory.count * MemoryLayout<Float>.stride else { throw Mismatch(part: name) }
      UnsafeMutableRawBufferPointer(memory).copyMemory(from: bytes)
    }
  }

  // MARK: Bytes

  private func write(_ name: String, _ bytes: UnsafeRawBufferPointer) throws {
    guard case .writing(let sink) = direction else { return }
    var header: [UInt8] = []
    for count in [name.utf8.count, bytes.count] {
      withUnsafeBytes(of: UInt64(count).littleEndian) { header.append(contentsOf: $0) }
    }
    header.append(contentsOf: name.utf8)
    try header.withUnsafeBytes(sink)
    try sink(bytes)
  }

  private func read(_ name: String) throws -> UnsafeRawBufferPointer {
    guard case .reading = direction else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let counts = try (0..<2).map { _ in
      Int(clamping: UInt64(littleEndian: try take(8, name).loadUnaligned(as: UInt64.self)))
    }
    guard try take(counts[0], name).elementsEqual(name.utf8) else { throw Mismatch(part: name) }
    return try take(counts[1], name)
  }

  private func take(_ count: Int, _ name: String) throws -> UnsafeRawBufferPointer {
    guard case .reading(let bytes) = direction, count <= bytes.count - position else {
      throw Mismatch(part: name)
    }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }
}
