import JSONText
import Pipeline

extension InputAudit {
  /// One entry of `inputs` in `plumb.check/1`.
  var json: JSON {
    func counts(_ list: [(String, Int)]) -> JSON { .object(list.map { JSON.Member($0.0, .integer($0.1)) }) }
    return [
      "input": .string(label), "port": .string(port), "rows": .integer(rows),
      "dropped": counts(dropped.map { ($0.reason, $0.count) }),
      "remarks": counts(remarks.map { ($0.name, $0.count) }), "marks": JSON(marks),
      "distributions": .array(distributions.map(\.json)), "samples": .array(samples.map(\.json)),
    ]
  }
}

extension Distribution {
  fileprivate var json: JSON {
    [
      "name": .string(name), "unit": .string(unit), "count": .integer(count), "least": .number(least),
      "median": .number(median), "percentile_95": .number(percentile95), "greatest": .number(greatest),
      "bins": .array(
        bins.map {
          ["from": .number($0.lowerBound), "to": .number($0.upperBound), "count": .integer($0.count)]
        }),
    ]
  }
}

extension RowSample {
  fileprivate var json: JSON {
    [
      "line": .integer(line),
      "texts": .array(
        texts.map { text in
          [
            "label": JSON(text.label),
            "spans": .array(
              text.spans.map { span in
                [
                  "marked": .bool(span.first?.isMarked == true), "text": .string(span.map(\.text).joined()),
                  "ids": .array(span.map { .integer(Int($0.id)) }),
                  "tokens": .array(span.map { .string($0.text) }),
                  "special": .array(
                    span.indices.filter { span[$0].isSpecial }.map { .integer($0 - span.startIndex) }),
                ]
              }),
          ]
        }),
    ]
  }
}
