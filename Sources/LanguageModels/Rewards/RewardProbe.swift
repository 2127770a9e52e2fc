/// A text whose raw score was taken when a reward model was made, to be compared when it is loaded.
public struct RewardProbe: Sendable, Hashable {
  public var text: String
  /// Before any normalisation.
  public var score: Double

  public init(text: String, score: Double) {
    self.text = text
    self.score = score
  }

  /// Texts that touch what conversions break: special words and casing, digits and spacing, characters of several
  /// bytes.
  public static let texts = [
    "Question: Where is my parcel?\n\nAnswer: It left our warehouse this morning and arrives tomorrow.",
    "  def f(x):\n\treturn x ** 2 + 3.14159 * 42 - 1000000  # 10% off, \"quoted\"",
    "Naïve café – ünïcödé, Ελληνικά, русский, 日本語のテキスト, 😀🏽 …",
  ]

  /// Whether a score is the expected one: within 1e-4 of its magnitude, or of 0.1 for smaller ones.
  public func accepts(_ found: Double) -> Bool {
    abs(found - score) <= 1e-4 * max(abs(score), 0.1)
  }
}
