import CKernels

/// What a vocabulary head says of each of its rows.
public final class HeadOutput {
  /// Log-probability of the target, in nats.
  public let logProbabilities: [Float]
  /// Entropy of the distribution, in nats; empty unless statistics were asked for, as are the next four.
  public let entropies: [Float]
  /// Index of the greatest logit; the first wins a tie.
  public let argmax: [Int32]
  /// Whether the target is that index.
  public let isArgmax: [Bool]
  /// Mean of the logits over the vocabulary, before the temperature.
  public let meanLogits: [Float]
  /// `log Σ p²`.
  public let logSumSquaredProbabilities: [Float]
  /// d loss / d log-probability, one per row, set before `Tape.backward`.
  public var gradient: [Float] = []

  init(_ rows: [pl_row_statistics], logProbabilities: [Float], targets: [Int32]) {
    self.logProbabilities = logProbabilities
    entropies = rows.map(\.entropy)
    meanLogits = rows.map(\.mean_logit)
    logSumSquaredProbabilities = rows.map(\.log_sum_squared_probability)
    argmax = rows.map(\.argmax)
    isArgmax = zip(rows, targets).map { $0.argmax == $1 }
  }
}

/// How many rows of logits a vocabulary head makes at a time.
public enum LogitChunk {
  /// As many as take 64 MiB, but at least 16.
  public static func rows(vocabulary: Int) -> Int { max(16, (16 << 20) / max(1, vocabulary)) }
}

extension Tape {
  /// Log-probabilities of targets under a softmax over the vocabulary: `[rows, hidden]` and targets `[rows]`.
  ///
  /// Logits that fit one chunk are kept for the gradient. More of them are made for some rows at a time, and
  /// made again.
  ///
  /// - Parameters:
  ///   - weight: `[vocabulary, hidden]`.
  ///   - temperature: divides the logits.
  ///   - statistics: whether to fill the entropies and the other figures.
  public func logProbabilityHead(
    _ hidden: Tensor, _ weight: Parameter, targets: [Int32], temperature: Float = 1, statistics: Bool = false
  ) -> HeadOutput {
    precondition(targets.count == hidden.rows, "\(targets.count) targets for \(hidden.rows) rows")
    let vocabulary = weight.rows
    let scale = 1 / temperature
    var figures = Array(repeating: pl_row_statistics(), count: hidden.rows)
    var logProbabilities = Array(repeating: Float(0), count: hidden.rows)
    let isKept = isRecording && hidden.rows <= LogitChunk.rows(vocabulary: vocabulary)
    let kept = isKept ? scratch(hidden.rows * vocabulary) : nil
    if let kept { makeLogits(0..<hidden.rows, hidden, weight, into: kept) }
    figures.withUnsafeMutableBufferPointer { figures in
      logProbabilities.withUnsafeMutableBufferPointer { logProbabilities in
        forEachLogitChunk(hidden, weight, kept) { rows, logits in
          parallel(rows.count, chunk: rowsPerChunk(columns: vocabulary)) { range in
            for row in range {
              let line = logits + row * vocabulary
              let index = rows.lowerBound + row
              let target = Int(targets[index])
              precondition(target >= 0 && target < vocabulary, "target \(target) of \(vocabulary) tokens")
              if statistics {
                figures[index] = pl_logit_row_statistics(line, Int64(vocabulary), scale)
              } else {
                figures[index].log_sum = pl_logit_row_log_sum(line, Int64(vocabulary), scale)
              }
              logProbabilities[index] = line[target] * scale - figures[index].log_sum
            }
          }
        }
      }
    }
    let output = HeadOutput(
      statistics ? figures : [], logProbabilities: logProbabilities, targets: targets)
    let logSums = figures.map(\.log_sum)
    record { [unowned self] in
      let gradient = output.gradient
      guard !gradient.isEmpty else { return }
      precondition(gradient.count == hidden.rows, "\(gradient.count) gradients for \(hidden.rows) rows")
      let target = gradientTarget(hidden)
      let dweight = parameters.isTrained(weight) ? parameters.gradientPointer(weight) : nil
      let width = hidden.columns
      forEachLogitChunk(hidden, weight, kept) { rows, logits in
        parallel(rows.count, chunk: rowsPerChunk(columns: vocabulary)) { range in
          for row in range {
            let index = rows.lowerBound + row
            pl_logit_row_backward(
              logits + row * vocabulary, Int64(vocabulary), scale, logSums[index], Int64(targets[index]),
              gradient[index])
          }
        }
        team.multiply(
          m: rows.count, n: width, k: vocabulary, MatrixOperand(logits, stride: vocabulary),
          MatrixOperand(parameters.pointer(weight), stride: width),
          into: target.pointer + rows.lowerBound * width, stride: width, beta: target.accumulates ? 1 : 0)
        guard let dweight else { return }
        team.multiply(
          m: vocabulary, n: width, k: rows.count,
          MatrixOperand(logits, stride: vocabulary, transposed: true),
          MatrixOperand(hidden.values + rows.lowerBound * width, stride: width), into: dweight,
          stride: width, beta: 1)
      }
    }
    return output
  }

  /// All logits of the rows, for sampling: `[rows, vocabulary]`, without gradient.
  public func logits(_ hidden: Tensor, _ weight: Parameter) -> Tensor {
    let output = makeTensor(rows: hidden.rows, columns: weight.rows)
    makeLogits(0..<hidden.rows, hidden, weight, into: output.values)
    return output
  }

  private func makeLogits(
    _ rows: Range<Int>, _ hidden: Tensor, _ weight: Parameter, into logits: UnsafeMutablePointer<Float>
  ) {
    team.multiply(
      m: rows.count, n: weight.rows, k: hidden.columns,
      MatrixOperand(hidden.values + rows.lowerBound * hidden.columns, stride: hidden.columns),
      MatrixOperand(parameters.pointer(weight), stride: hidden.columns, transposed: true), into: logits,
      stride: weight.rows)
  }

  /// - Parameter kept: the logits of all rows; nil where they have to be made.
  private func forEachLogitChunk(
    _ hidden: Tensor, _ weight: Parameter, _ kept: UnsafeMutablePointer<Float>?,
    _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    if let kept { return body(0..<hidden.rows, kept) }
    let size = LogitChunk.rows(vocabulary: weight.rows)
    let mark = workspace.arena.mark()
    defer { workspace.arena.release(to: mark) }
    let logits = scratch(min(size, hidden.rows) * weight.rows)
    for start in stride(from: 0, to: hidden.rows, by: size) {
      let rows = start..<min(start + size, hidden.rows)
      makeLogits(rows, hidden, weight, into: logits)
      body(rows, logits)
    }
  }
}
