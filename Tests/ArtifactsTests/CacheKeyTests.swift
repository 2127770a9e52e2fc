import Artifacts
import TestSupport
import Testing

@Suite struct CacheKeyTests {
  @Test("values of different types never give the same key, even where they print alike")
  func typesDiffer() {
    let values: [KeyValue] = [
      .null, .boolean(true), .boolean(false), .integer(1), .integer(0), .number(1), .number(0), .text("1"),
      .text(""), .text("null"), .text("true"), .digest(Digest(hashing: "")), .text(Digest(hashing: "").text),
    ]
    #expect(Set(values.map { CacheKey([KeyComponent("x", $0)]).digest }).count == values.count)
  }

  @Test("moving a value to another field changes the key")
  func movedValue() {
    let first = CacheKey([KeyComponent("a", .text("x")), KeyComponent("b", .text(""))])
    let second = CacheKey([KeyComponent("a", .text("")), KeyComponent("b", .text("x"))])
    let third = CacheKey([KeyComponent("ax", .text("")), KeyComponent("b", .text(""))])
    #expect(Set([first.digest, second.digest, third.digest]).count == 3)
  }

  @Test("swapping two inputs changes the key")
  func swappedInputs() {
    let one = KeyValue.digest(Digest(hashing: "1"))
    let two = KeyValue.digest(Digest(hashing: "2"))
    let key = CacheKey([KeyComponent("inputs.chosen", one), KeyComponent("inputs.rejected", two)])
    let swapped = CacheKey([KeyComponent("inputs.chosen", two), KeyComponent("inputs.rejected", one)])
    #expect(key.digest != swapped.digest)
  }

  @Test("equal numbers give equal keys, whichever zero or NaN they are")
  func canonicalNumbers() {
    func key(_ value: Double) -> Digest { CacheKey([KeyComponent("x", .number(value))]).digest }
    #expect(key(0.0) == key(-0.0))
    #expect(key(.nan) == key(-Double.nan))
    #expect(key(0.1) == key(1e-1))
    #expect(key(0.1) != key(0.1.nextUp))
  }

  @Test("different lists of components give different keys", arguments: 0..<8 as Range<UInt64>)
  func injective(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // A small alphabet makes lists whose concatenations agree likely.
    func text() -> String {
      String(
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
          ["a", "b", "\u{1}"].randomElement(using: &random) ?? "a"
        }.joined())
    }
    var keys: [Digest: [KeyComponent]] = [:]
    for _ in 0..<2000 {
      let components = (0..<Int.random(in: 0...3, using: &random)).map { _ in
        KeyComponent(
          text(),
          Bool.random(using: &random) ? .text(text()) : .integer(Int.random(in: 0...2, using: &random)))
      }
      let known = keys.updateValue(components, forKey: CacheKey(components).digest)
      #expect(known == nil || known == components, "seed \(seed)")
    }
  }

  @Test("a value reads back from its type and text")
  func textRoundTrip() {
    let values: [KeyValue] = [
      .null, .boolean(true), .boolean(false), .integer(.min), .number(0.1), .number(1e300),
      .number(-.infinity),
      .text("a\nb"), .text(""), .digest(Digest(hashing: "x")),
    ]
    for value in values { #expect(KeyValue(typeName: value.typeName, valueText: value.valueText) == value) }
    #expect(KeyValue(typeName: "integer", valueText: "1.0") == nil)
    #expect(KeyValue(typeName: "date", valueText: "1") == nil)
  }
}
