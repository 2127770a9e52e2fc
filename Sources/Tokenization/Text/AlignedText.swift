/// UTF-8 text on its way to the model, with the range of the input that each byte came from.
///
/// Slices share storage, so cutting a text into words copies nothing. Untouched text carries only a shift.
struct AlignedText: Sendable {
  private enum Alignment: Sendable {
    /// Byte `i` came from byte `i + shift`.
    case shifted(Int)
    /// Same indices as `bytes`.
    case mapped(ArraySlice<Range<Int>>)
  }

  private(set) var bytes: ArraySlice<UInt8>
  private var alignment: Alignment

  /// The part `range` of an input, still as the user wrote it.
  init(input: [UInt8], range: Range<Int>) {
    bytes = input[range]
    alignment = .shifted(0)
  }

  private init(bytes: ArraySlice<UInt8>, alignment: Alignment) {
    self.bytes = bytes
    self.alignment = alignment
  }

  var isEmpty: Bool { bytes.isEmpty }

  subscript(range: Range<Int>) -> AlignedText {
    switch alignment {
    case .shifted: AlignedText(bytes: bytes[range], alignment: alignment)
    case .mapped(let origins): AlignedText(bytes: bytes[range], alignment: .mapped(origins[range]))
    }
  }

  /// The bytes of the input that the bytes `range` of this text came from.
  func origin(of range: Range<Int>) -> Range<Int> {
    switch alignment {
    case .shifted(let shift): return range.lowerBound + shift..<range.upperBound + shift
    case .mapped(let origins):
      guard let first = range.first, let last = range.last else { return 0..<0 }
      let start = origins[first].lowerBound
      return start..<max(start, origins[last].upperBound)
    }
  }

  /// The text with `insertion` before it; the new bytes stand for nothing of the input.
  func prepending(_ insertion: some Collection<UInt8>) -> AlignedText {
    var builder = Builder(source: self)
    builder.insert(insertion, at: bytes.startIndex)
    builder.keep(bytes.indices)
    return builder.text
  }

  /// The text with `replacement` in place of each of `ranges`, which are in order.
  func replacing(_ ranges: [Range<Int>], by replacement: [UInt8]) -> AlignedText {
    if ranges.isEmpty { return self }
    var builder = Builder(source: self)
    var index = bytes.startIndex
    for range in ranges {
      builder.keep(index..<range.lowerBound)
      builder.replace(range, with: replacement)
      index = range.upperBound
    }
    builder.keep(index..<bytes.endIndex)
    return builder.text
  }

  /// The text with every scalar changed for which `change` gives bytes.
  func mapping(_ change: (Unicode.Scalar) -> [UInt8]?) -> AlignedText {
    var builder = Builder(source: self)
    bytes.withUnsafeBufferPointer { buffer in
      var index = 0
      while index < buffer.count {
        let (scalar, next) = UTF8Scanner.scalar(in: buffer, at: index)
        let range = bytes.startIndex + index..<bytes.startIndex + next
        if let changed = change(scalar) { builder.replace(range, with: changed) } else { builder.keep(range) }
        index = next
      }
    }
    return builder.text
  }

  /// Assembles a changed text from parts of another one and new bytes.
  struct Builder {
    private let source: AlignedText
    private var bytes: [UInt8] = []
    private var origins: [Range<Int>] = []

    init(source: AlignedText) {
      self.source = source
      bytes.reserveCapacity(source.bytes.count + 8)
      origins.reserveCapacity(source.bytes.count + 8)
    }

    var text: AlignedText { AlignedText(bytes: bytes[...], alignment: .mapped(origins[...])) }

    mutating func keep(_ range: Range<Int>) {
      bytes.append(contentsOf: source.bytes[range])
      for index in range { origins.append(source.origin(of: index..<index + 1)) }
    }

    /// Puts `replacement` where `range` was; every new byte stands for the whole range.
    mutating func replace(_ range: Range<Int>, with replacement: some Collection<UInt8>) {
      let origin = source.origin(of: range)
      bytes.append(contentsOf: replacement)
      origins.append(contentsOf: repeatElement(origin, count: replacement.count))
    }

    /// Adds bytes that stand for nothing, in front of the byte `index` of the source.
    mutating func insert(_ insertion: some Collection<UInt8>, at index: Int) {
      let place = index < source.bytes.endIndex ? source.origin(of: index..<index + 1).lowerBound : 0
      bytes.append(contentsOf: insertion)
      origins.append(contentsOf: repeatElement(place..<place, count: insertion.count))
    }
  }
}
