import Compute
import Foundation
import JSONText

/// A measured training step, for people and for machines.
struct BenchmarkView {
  let measurement: StepMeasurement
  let parameters: Int
  let sequences, length, threads: Int
  private let machine = MachineDescription()

  /// Products shown to a person.
  private static let shown = 12

  init(measurement: StepMeasurement, parameters: Int, sequences: Int, length: Int, threads: Int) {
    self.measurement = measurement
    self.parameters = parameters
    self.sequences = sequences
    self.length = length
    self.threads = threads
  }

  func text(_ style: Style) -> String {
    let step = measurement
    var facts = FactList()
    facts.add(
      "machine", "\(machine.matrixProducts), \(machine.vectors), \(Figures.count(threads, "thread"))")
    facts.add(
      "work",
      "\(Figures.count(sequences, "sequence")) of \(length) tokens, \(Figures.metric(Double(parameters) / 1e6)) M "
        + "parameters: \(Self.giga(step.operations)) GFLOP, \(Self.giga(step.counts.attentionOperations)) of them "
        + "attention's")
    facts.add(
      "step",
      "\(Figures.milliseconds(step.median)) median, \(Figures.milliseconds(step.seconds.first ?? 0)) to "
        + "\(Figures.milliseconds(step.seconds.last ?? 0)); "
        + "\(Figures.metric((Double(step.tokens) / step.median).rounded())) tokens/s")
    facts.add(
      "bound",
      "\(Figures.milliseconds(step.bound)) at the \(Figures.metric(step.productRate / 1e9)) GFLOP/s of its products alone: "
        + "the step takes \(String(format: "%.2f", step.median / step.bound)) times that")
    facts.add(
      "products",
      "\(Self.share(step.productSeconds, of: step.median)) of the step, \(step.counts.calls) calls of BLAS")
    facts.add(
      "peak",
      "\(Figures.metric(step.peakRate / 1e9)) GFLOP/s for a large product; the step reaches "
        + Self.share(Double(step.operations) / step.median, of: step.peakRate))
    facts.add(
      "memory",
      "\(Figures.bytes(Int64(step.arenaBytes))) of activations, asked for \(step.growths) more times after the first step; "
        + "\(Figures.metric(step.pageFaults.rounded())) page faults a step")
    var table = TextTable([
      ("PRODUCT", .left), ("TIMES", .right), ("EACH", .right), ("GFLOP/S", .right), ("OF STEP", .right),
    ])
    for product in step.products.prefix(Self.shown) {
      table.add([
        Self.name(product.shape), "\(product.count)", Figures.milliseconds(product.seconds),
        Figures.metric(Double(product.shape.operations) / product.seconds / 1e9, digits: 3),
        Self.share(product.seconds * Double(product.count), of: step.median),
      ])
    }
    let rest = step.products.count - Self.shown
    return facts.render(style) + "\n" + parts.render(style) + "\n" + table.render(style)
      + (rest > 0 ? style.dim("and \(rest) more with --json") + "\n" : "")
  }

  /// Where the time of a step goes.
  private var parts: TextTable {
    var table = TextTable([("PART", .left), ("TIME", .right), ("OF STEP", .right)])
    let whole = measurement.parts.reduce(0) { $0 + $1.seconds }
    for part in measurement.parts {
      table.add([part.name, Figures.milliseconds(part.seconds), Self.share(part.seconds, of: whole)])
    }
    return table
  }

  private static func share(_ part: Double, of whole: Double) -> String {
    "\(Int((100 * part / whole).rounded())) %"
  }

  var json: JSON {
    let step = measurement
    return [
      "schema": "plumb.bench/1", "parameters": .integer(parameters), "sequences": .integer(sequences),
      "length": .integer(length), "threads": .integer(threads),
      "machine": ["products": .string(machine.matrixProducts), "vectors": .string(machine.vectors)],
      "step_seconds": .array(step.seconds.map(JSON.number)), "median_seconds": .number(step.median),
      "bound_seconds": .number(step.bound), "product_seconds": .number(step.productSeconds),
      "operations": .integer(step.operations),
      "attention_operations": .integer(step.counts.attentionOperations),
      "operations_per_second": .number(step.productRate), "blas_calls": .integer(step.counts.calls),
      "arena_bytes": .integer(step.arenaBytes), "arena_growths": .integer(step.growths),
      "page_faults": .number(step.pageFaults), "peak_operations_per_second": .number(step.peakRate),
      "parts": .array(step.parts.map { ["name": .string($0.name), "seconds": .number($0.seconds)] }),
      "products": .array(
        step.products.map { product in
          [
            "m": .integer(product.shape.m), "n": .integer(product.shape.n), "k": .integer(product.shape.k),
            "transposes_first": .bool(product.shape.transposesFirst),
            "transposes_second": .bool(product.shape.transposesSecond), "count": .integer(product.count),
            "seconds": .number(product.seconds),
          ]
        }),
    ]
  }

  /// `[m, k]·[k, n]`, a prime for what lies transposed.
  private static func name(_ shape: MatrixProductShape) -> String {
    "[\(shape.m), \(shape.k)]\(shape.transposesFirst ? "′" : "")·[\(shape.k), \(shape.n)]\(shape.transposesSecond ? "′" : "")"
  }

  private static func giga(_ operations: Int) -> String {
    Figures.metric(Double(operations) / 1e9, digits: 3)
  }
}
