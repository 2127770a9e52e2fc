import CKernels

/// Memory and threads that computations of one process share.
public final class Workspace {
  public let team: ThreadTeam
  public let arena = Arena()
  /// Whether a tape that records keeps of each layer what it starts from only, and computes the rest once more for the
  /// gradients: less memory for more work, to the same bits.
  public var recomputesLayers = false

  /// - Parameter threads: to compute with; all processors when nil.
  public init(threads: Int? = nil) {
    team = ThreadTeam(count: threads)
  }

  deinit { team.stop() }

  /// Frees what `body` took of the arena when it is done.
  public func scope<Result>(_ body: () throws -> Result) rethrows -> Result {
    let mark = arena.mark()
    defer { arena.release(to: mark) }
    return try body()
  }
}

/// Runs operations and, when recording, remembers how to take them back for gradients.
///
/// A model's forward pass is straight-line code over a tape; no model writes a backward pass. Tensors live in the
/// workspace's arena until it is reset.
public final class Tape {
  public let parameters: ParameterStore
  public let workspace: Workspace
  /// Whether `backward` will be asked for.
  public let isRecording: Bool

  var gradients: [UnsafeMutablePointer<Float>?] = []
  var steps: [() -> Void] = []
  /// Rows whose dropout masks this tape has drawn.
  var droppedRows = 0

  public init(_ parameters: ParameterStore, workspace: Workspace, recording: Bool) {
    precondition(!parameters.isDiscarded, "the parameters' values were given up")
    self.parameters = parameters
    self.workspace = workspace
    isRecording = recording
    if recording { parameters.prepareForTraining() }
  }

  var team: ThreadTeam { workspace.team }

  /// A new tensor with undefined values.
  func makeTensor(rows: Int, columns: Int, needsGradient: Bool = true) -> Tensor {
    makeTensor(
      rows: rows, columns: columns, values: scratch(rows * columns), needsGradient: needsGradient)
  }

  /// A tensor of values that lie in the arena.
  func makeTensor(rows: Int, columns: Int, values: UnsafeMutablePointer<Float>, needsGradient: Bool) -> Tensor
  {
    gradients.append(nil)
    return Tensor(
      rows: rows, columns: columns, values: values, slot: gradients.count - 1,
      needsGradient: needsGradient, arena: workspace.arena)
  }

  /// Memory for `count` values until the arena is reset.
  func scratch(_ count: Int) -> UnsafeMutablePointer<Float> { workspace.arena.allocate(max(1, count)) }

  /// Remembers one operation's backward step, which must not keep the tape alive: the tape keeps the step.
  func record(_ step: @escaping () -> Void) {
    if isRecording { steps.append(step) }
  }

  /// The gradient a tensor received; nil if nothing downstream depends on it.
  func gradient(of tensor: Tensor) -> UnsafeMutablePointer<Float>? { gradients[tensor.slot] }

  /// Where to put a gradient: memory and whether it already holds a part that must be kept.
  func gradientTarget(_ tensor: Tensor) -> (pointer: UnsafeMutablePointer<Float>, accumulates: Bool) {
    if let existing = gradients[tensor.slot] { return (existing, true) }
    let fresh = scratch(tensor.count)
    gradients[tensor.slot] = fresh
    return (fresh, false)
  }

  /// Propagates the gradients that heads hold back to the parameters, whose gradients gain their part.
  public func backward() {
    precondition(isRecording, "the tape did not record")
    for step in steps.reversed() { step() }
    steps.removeAll()
    parameters.adapters?.advance(by: droppedRows)
  }

  /// Splits `count` items into chunks of `size` and runs them on the team.
  func parallel(
    _ count: Int, chunk size: Int, for operation: StaticString = #function, _ body: (Range<Int>) -> Void
  ) {
    team.run((count + size - 1) / size, for: operation) { chunk, _ in
      body(chunk * size..<min(count, (chunk + 1) * size))
    }
  }

  /// Rows per chunk so that a chunk of element-wise work takes a few microseconds: long beside taking it, short beside
  /// waiting for the last one.
  func rowsPerChunk(columns: Int) -> Int { max(1, 4096 / max(1, columns)) }
}
