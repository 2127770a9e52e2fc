/// Tells for every scalar which of up to 64 sets it belongs to, as a bit mask, in two look-ups.
struct ScalarClassifier: Sendable {
  static let capacity = 64

  /// The masks that occur.
  private var masks: [UInt64] = [0]
  /// 128 masks of ASCII.
  let ascii: [UInt64]
  /// Where in `blocks` the 256 scalars of each page stand; a negative value is the complement of an index into
  /// `masks` that holds for the whole page.
  private var pages: [Int32] = []
  /// Indices into `masks`.
  private var blocks: [UInt16] = []

  init(_ sets: [ScalarSet]) {
    precondition(sets.count <= Self.capacity, "\(sets.count) sets")
    var borders: Set<UInt32> = [0]
    for range in sets.flatMap(\.ranges) {
      borders.insert(range.lowerBound)
      borders.insert(range.upperBound + 1)
    }
    let starts = borders.sorted()
    var indexByMask: [UInt64: UInt16] = [0: 0]
    var masks: [UInt64] = [0]
    let indices = starts.map { start -> UInt16 in
      let mask = sets.indices.reduce(UInt64(0)) { $0 | (sets[$1].contains(start) ? 1 << UInt64($1) : 0) }
      if let index = indexByMask[mask] { return index }
      indexByMask[mask] = UInt16(masks.count)
      masks.append(mask)
      return UInt16(masks.count - 1)
    }
    var segment = 0
    for page in UInt32(0)..<0x1100 {
      let first = page << 8
      while segment + 1 < starts.count, starts[segment + 1] <= first { segment += 1 }
      guard segment + 1 < starts.count, starts[segment + 1] <= first + 255 else {
        pages.append(~Int32(indices[segment]))
        continue
      }
      pages.append(Int32(blocks.count))
      for value in first...(first + 255) {
        while segment + 1 < starts.count, starts[segment + 1] <= value { segment += 1 }
        blocks.append(indices[segment])
      }
    }
    let pages = pages
    let blocks = blocks
    ascii = (0..<128).map { pages[0] < 0 ? masks[Int(~pages[0])] : masks[Int(blocks[Int(pages[0]) + $0])] }
    self.masks = masks
  }

  @inline(__always)
  func mask(of scalar: Unicode.Scalar) -> UInt64 {
    let page = pages[Int(scalar.value >> 8)]
    return masks[Int(page < 0 ? ~page : Int32(blocks[Int(page) + Int(scalar.value & 0xFF)]))]
  }
}
