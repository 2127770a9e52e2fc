import Foundation

/// Memory for the activations of one step: allocation is a pointer bump, release is a reset.
///
/// After the first step the arena is one block as large as the largest step was, so that later steps of the same
/// shapes allocate nothing and touch warm memory.
public final class Arena {
  private var blocks: [FloatBuffer] = []
  private var block = 0
  private var used = 0
  private var total = 0
  /// The most that was in use at once, in bytes.
  public private(set) var peakBytes = 0
  /// Bytes in use.
  public var usedBytes: Int { total * MemoryLayout<Float>.stride }
  /// Times that everything was freed.
  public private(set) var resets = 0
  /// Times memory was asked of the system.
  public private(set) var growths = 0

  private static let smallestBlock = 1 << 18

  public init() {}

  /// Room for `count` values whose content is undefined, 64-byte aligned.
  func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let size = (count + 15) & ~15
    while block < blocks.count, used + size > blocks[block].count {
      block += 1
      used = 0
    }
    if block == blocks.count {
      // As much again as there is, so that blocks are few; under `ulimit -v` there may not be that much left.
      let ample = max(size, Self.smallestBlock, capacity)
      blocks.append(FloatBuffer(mapped: ample) ?? FloatBuffer(undefined: size))
      growths += 1
    }
    let pointer = blocks[block].pointer + used
    used += size
    total += size
    peakBytes = max(peakBytes, total * MemoryLayout<Float>.stride)
    return pointer
  }

  private var capacity: Int { blocks.reduce(0) { $0 + $1.count } }

  /// Frees everything; pointers into the arena become invalid.
  public func reset() {
    if blocks.count > 1 {
      let size = capacity
      blocks = []
      blocks.append(FloatBuffer(undefined: size))
      growths += 1
    }
    block = 0
    used = 0
    total = 0
    resets += 1
  }

  /// Gives the memory back to the system until it is used again; nothing may be in use.
  public func discard() {
    precondition(total == 0, "\(usedBytes) bytes of the arena are in use")
    reset()
    for block in blocks { block.discard() }
  }

  /// A point to fall back to.
  struct Mark {
    fileprivate var block: Int
    fileprivate var used: Int
    fileprivate var total: Int
  }

  func mark() -> Mark { Mark(block: block, used: used, total: total) }

  /// Frees what was allocated since the mark.
  func release(to mark: Mark) {
    block = mark.block
    used = mark.used
    total = mark.total
  }
}
