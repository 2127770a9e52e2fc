import Foundation

/// Float32 memory on a cache-line border, owned by whoever holds the object.
public final class FloatBuffer {
  public let count: Int
  public let pointer: UnsafeMutablePointer<Float>

  /// Zeroed memory for `count` values.
  public convenience init(count: Int) {
    self.init(undefined: count)
    pointer.update(repeating: 0, count: count)
  }

  /// Memory for `count` values whose content is undefined; what is not touched takes no room in the machine.
  init(undefined count: Int) {
    self.count = count
    let bytes = max(64, (count * MemoryLayout<Float>.stride + 63) & ~63)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    pointer = memory.bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  /// The memory itself, which does not keep the object alive.
  public var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }

  public func copy() -> [Float] { withExtendedLifetime(self) { Array(values) } }
}
