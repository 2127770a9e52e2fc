import Tokenization

/// Text as it comes, held back while it could still become a stop text.
struct TextStream {
  private var decoder: StreamingDecoder
  private let stops: [String]
  /// Decoded, but perhaps the start of a stop text.
  private var held = ""
  /// All that was let through.
  private(set) var text = ""
  private(set) var isStopped = false

  init(decoder: StreamingDecoder, stops: [String]) {
    self.decoder = decoder
    self.stops = stops
  }

  /// The text that the token lets through.
  mutating func append(_ id: Int32) -> String {
    held += decoder.append(id)
    return release(isFinal: false)
  }

  /// The rest.
  mutating func finish() -> String {
    held += decoder.finish()
    return release(isFinal: true)
  }

  private mutating func release(isFinal: Bool) -> String {
    guard !isStopped else { return "" }
    var passed: String
    if let stop = stops.compactMap({ held.firstRange(of: $0)?.lowerBound }).min() {
      isStopped = true
      passed = String(held[..<stop])
      held = ""
    } else {
      let kept = isFinal ? 0 : heldLength
      passed = String(held.dropLast(kept))
      held = String(held.suffix(kept))
    }
    text += passed
    return passed
  }

  /// Characters at the end that a stop text starts with.
  private var heldLength: Int {
    stops.map { stop in
      (1..<max(1, stop.count)).reversed().first { held.hasSuffix(stop.prefix($0)) } ?? 0
    }.max() ?? 0
  }
}
