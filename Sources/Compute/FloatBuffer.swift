import Foundation

/// Float32 memory on a cache-line border, owned by whoever holds the object.
public final class FloatBuffer {
  public let count: Int
  public let pointer: UnsafeMutablePointer<Float>
  /// Bytes that are mapped; nil for memory of the allocator.
  private let mapped: Int?

  /// Bytes from which on memory is asked of the system itself: those of a huge page.
  private static let leastMapped = 2 << 20

  /// Zeroed memory for `count` values; what is not touched of large memory takes no room in the machine.
  public convenience init(count: Int) {
    self.init(undefined: count)
    if mapped == nil { pointer.update(repeating: 0, count: count) }
  }

  /// Memory for `count` values whose content is undefined; what is not touched takes no room in the machine.
  convenience init(undefined count: Int) {
    let bytes = Self.bytes(count)
    let pages = bytes >= Self.leastMapped ? Self.freshPages(bytes) : nil
    self.init(
      count, pages ?? UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64),
      mapped: pages == nil ? nil : bytes)
  }

  /// The same, or nil if the system maps no pages for them; at least as much as a huge page.
  convenience init?(mapped count: Int) {
    let bytes = max(Self.leastMapped, Self.bytes(count))
    guard let pages = Self.freshPages(bytes) else { return nil }
    self.init(count, pages, mapped: bytes)
  }

  private init(_ count: Int, _ memory: UnsafeMutableRawPointer, mapped: Int?) {
    self.count = count
    self.mapped = mapped
    pointer = memory.bindMemory(to: Float.self, capacity: max(1, count))
  }

  /// Whole cache lines.
  private static func bytes(_ count: Int) -> Int { max(64, (count * MemoryLayout<Float>.stride + 63) & ~63) }

  deinit {
    if let mapped { munmap(pointer, mapped) } else { UnsafeMutableRawPointer(pointer).deallocate() }
  }

  /// The memory itself, which does not keep the object alive.
  public var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }

  /// Gives the memory back to the system until values are written again, where the system takes it and the memory is
  /// not small.
  ///
  /// - Returns: whether the values are gone.
  @discardableResult
  func discard() -> Bool {
    #if os(Linux)
      return mapped.map { madvise(pointer, $0, MADV_DONTNEED) == 0 } ?? false
    #else
      // Elsewhere the call is a hint: values and memory may stay.
      return false
    #endif
  }

  public func copy() -> [Float] { withExtendedLifetime(self) { Array(values) } }

  /// Pages that read as zeros and take no memory before they are touched; nil if the system maps none.
  private static func freshPages(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard memory != MAP_FAILED else { return nil }
    #if os(Linux)
      // Huge pages, where the system has some, spare most of the look-ups of addresses.
      madvise(memory, bytes, MADV_HUGEPAGE)
    #endif
    return memory
  }
}
