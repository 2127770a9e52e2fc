import Foundation
import JSONText

/// How fast a model decodes, for people and for machines.
struct DecodingView {
  let measurement: DecodingMeasurement
  let threads: Int

  func text(_ style: Style) -> String {
    let exact = measurement.tokensPerSecond
    let rate = exact < 100 ? (10 * exact).rounded() / 10 : exact.rounded()
    var facts = FactList()
    facts.add(
      "decoding",
      "\(Figures.metric(rate)) tokens/s, \(Figures.count(measurement.sequences, "sequence")) "
        + "at a time, \(Figures.count(threads, "thread"))")
    facts.add(
      "step",
      "\(Figures.milliseconds(measurement.median)) median, \(Figures.milliseconds(measurement.seconds.first ?? 0)) to "
        + Figures.milliseconds(measurement.seconds.last ?? 0))
    facts.add(
      "weights",
      "\(Figures.bytes(Int64(measurement.weightBytes))) read in each step, "
        + "\(Figures.metric(measurement.readRate / 1e9, digits: 3)) GB/s")
    facts.add(
      "prompts",
      "\(Figures.milliseconds(measurement.prefill)) for \(DecodingMeasurement.promptLength) tokens of each")
    return facts.render(style)
  }

  var json: JSON {
    [
      "schema": "plumb.bench.decoding/1", "sequences": .integer(measurement.sequences),
      "threads": .integer(threads), "tokens_per_second": .number(measurement.tokensPerSecond),
      "step_seconds": .array(measurement.seconds.map(JSON.number)),
      "prefill_seconds": .number(measurement.prefill), "weight_bytes": .integer(measurement.weightBytes),
      "bytes_per_second": .number(measurement.readRate),
    ]
  }
}
