import CKernels

/// What a parameter is: its name in the model's files, its shape and how a fresh model starts.
public struct ParameterSpecification: Sendable, Hashable {
  public enum Initialization: Sendable, Hashable {
    case zeros
    case ones
    /// Normal with mean 0 and this standard deviation.
    case normal(Float)
    /// Uniform between plus and minus this bound.
    case uniform(Float)
  }

  public let name: String
  public let shape: [Int]
  public let initialization: Initialization

  public init(_ name: String, _ shape: [Int], _ initialization: Initialization) {
    self.name = name
    self.shape = shape
    self.initialization = initialization
  }

  public var count: Int { shape.reduce(1, *) }
}

/// A handle to a matrix or vector in a store: `[rows, columns]`, vectors being one row.
public struct Parameter: Sendable, Hashable {
  let offset: Int
  public let rows: Int
  public let columns: Int

  public var count: Int { rows * columns }
}

/// A model's weights in one flat buffer, and the gradients of those that are trained in another.
///
/// What is trained are the parameters from one of them on, so that gradients and an optimiser's moments exist for
/// these alone; without adapters they are all parameters.
public final class ParameterStore {
  public let specifications: [ParameterSpecification]
  public let offsets: [Int]
  public let values: FloatBuffer
  /// Gradients of the trained values, in their order; present while the model is trained.
  public private(set) var gradients: FloatBuffer?
  /// Indices of the parameters that are trained, up to the last one.
  public let trained: Range<Int>
  /// The values that are trained.
  public let trainedValues: Range<Int>
  /// Whether the values were given up and have to be filled again before they are read.
  public private(set) var isDiscarded = false
  /// Low-rank additions to some of the weights.
  public var adapters: AdapterSet?

  private let indices: [String: Int]

  /// Zeroed parameters in the given order, without gaps, so that neighbours can be used as one matrix.
  ///
  /// - Parameter frozen: how many of them, from the first on, are never trained.
  public init(_ specifications: [ParameterSpecification], frozen: Int = 0) {
    self.specifications = specifications
    trained = frozen..<specifications.count
    var offset = 0
    var offsets: [Int] = []
    for specification in specifications {
      offsets.append(offset)
      offset += specification.count
    }
    self.offsets = offsets
    trainedValues = (frozen < offsets.count ? offsets[frozen] : offset)..<offset
    values = FloatBuffer(count: offset)
    indices = Dictionary(
      specifications.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    precondition(indices.count == specifications.count, "two parameters have the same name")
  }

  public var count: Int { values.count }

  /// Whether a parameter gains gradients.
  func isTrained(_ parameter: Parameter) -> Bool { parameter.offset >= trainedValues.lowerBound }

  public func index(of name: String) -> Int? { indices[name] }

  /// The handle of a parameter that must exist.
  public subscript(name: String) -> Parameter { self[[name]] }

  /// One handle for parameters that lie side by side and have equal columns, stacked along their rows.
  public subscript(names: [String]) -> Parameter {
    var rows = 0
    var columns: Int?
    var end: Int?
    for name in names {
      guard let index = indices[name] else { preconditionFailure("no parameter is named \(name)") }
      let shape = specifications[index].shape
      let width = shape.last ?? 1
      let height = shape.dropLast().reduce(1, *)
      precondition(end == nil || end == offsets[index], "\(name) does not follow its neighbour")
      if shape.count == 1, names.count > 1 {
        columns = (columns ?? 0) + width
        rows = 1
      } else {
        precondition(columns == nil || columns == width, "\(name) has \(width) columns, not \(columns ?? 0)")
        columns = width
        rows += height
      }
      end = offsets[index] + specifications[index].count
    }
    let first = indices[names[0]].map { offsets[$0] } ?? 0
    return Parameter(offset: first, rows: rows, columns: columns ?? 1)
  }

  /// The values of one parameter, in memory that lives as long as the store.
  public func buffer(at index: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: values.pointer + offsets[index], count: specifications[index].count)
  }

  /// The values that are trained, in memory that lives as long as the store.
  public var trainedBuffer: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: values.pointer + trainedValues.lowerBound, count: trainedValues.count)
  }

  /// A copy of the values of one parameter.
  public func copyValues(at index: Int) -> [Float] { withExtendedLifetime(self) { Array(buffer(at: index)) } }

  /// A copy of the gradient of one parameter; zeros while it is not trained.
  public func copyGradient(at index: Int) -> [Float] {
    withExtendedLifetime(self) {
      gradient(at: index).map(Array.init) ?? Array(repeating: 0, count: specifications[index].count)
    }
  }

  /// The gradient of one parameter, in memory that lives as long as the store; nil while it is not trained.
  public func gradient(at index: Int) -> UnsafeMutableBufferPointer<Float>? {
    guard let gradients, trained.contains(index) else { return nil }
    return UnsafeMutableBufferPointer(
      start: gradients.pointer + offsets[index] - trainedValues.lowerBound, count: specifications[index].count
    )
  }

  func pointer(_ parameter: Parameter) -> UnsafeMutablePointer<Float> { values.pointer + parameter.offset }

  func gradientPointer(_ parameter: Parameter) -> UnsafeMutablePointer<Float> {
    guard let gradients else { preconditionFailure("the parameters were not prepared for training") }
    precondition(isTrained(parameter), "a frozen parameter has no gradient")
    return gradients.pointer + parameter.offset - trainedValues.lowerBound
  }

  /// Makes room for gradients, zeroed.
  public func prepareForTraining() {
    if gradients == nil { gradients = FloatBuffer(count: trainedValues.count) }
  }

  public func zeroGradients() {
    gradients?.pointer.update(repeating: 0, count: trainedValues.count)
  }

  /// Gives the memory of values that are never trained back to the system; a small store keeps them.
  public func discardValues() {
    precondition(gradients == nil, "values that are trained cannot be discarded")
    isDiscarded = values.discard()
  }

  /// Fills values that were discarded.
  public func restoreValues(_ fill: () throws -> Void) rethrows {
    guard isDiscarded else { return }
    try fill()
    isDiscarded = false
  }

  /// Fills every parameter as its specification says.
  ///
  /// The values of a parameter depend on the seed and its position in the list only.
  public func initialize(seed: UInt64) {
    for index in specifications.indices { initialize(at: index, seed: seed) }
  }

  /// Fills one parameter as `initialize(seed:)` does.
  public func initialize(at index: Int, seed: UInt64) {
    let random = CounterRandom(seed: seed, purpose: .initialization)
    let target = buffer(at: index)
    switch specifications[index].initialization {
    case .zeros: target.update(repeating: 0)
    case .ones: target.update(repeating: 1)
    case .normal(let deviation):
      for position in target.indices {
        let value = random.normal(stream: UInt64(index), index: UInt64(position))
        target[position] = deviation * Float(value)
      }
    case .uniform(let bound):
      for position in target.indices {
        let value = random.uniform(stream: UInt64(index), index: UInt64(position))
        target[position] = bound * Float(2 * value - 1)
      }
    }
  }

  /// Copies all values from a store of the same layout.
  public func copyValues(from other: ParameterStore) {
    precondition(other.count == count, "\(other.count) values do not fit \(count)")
    values.pointer.update(from: other.values.pointer, count: count)
  }

  /// Moves all values towards those of a store of the same layout: `(1 - share) own + share other`.
  public func mix(_ other: ParameterStore, share: Double) {
    precondition(other.count == count, "\(other.count) values do not fit \(count)")
    let (kept, taken) = (Float(1 - share), Float(share))
    for index in 0..<count {
      values.pointer[index] = kept * values.pointer[index] + taken * other.values.pointer[index]
    }
  }
}
