import Lineage

/// A figure of an evaluation that people judge a model by, with how it is read.
struct HeadlineFigure: Sendable, Hashable {
  enum Direction: String, Sendable { case higher, lower }

  /// The metric's name behind the model's, such as `reward` in `aligned.reward`.
  var key: String
  var title: String
  /// What is better; nil where neither is.
  var better: Direction?
  /// The metric that holds the standard error, if there is one.
  var errorKey: String?
  /// Whether it is a share of the prompts, whose uncertainty follows from their number.
  var isShare = false
  /// Such as `nats per token`; empty for a plain number.
  var unit = ""

  /// The figures that every evaluation has, in the order in which they are read.
  private static let known = [
    HeadlineFigure(key: "loss", title: "held-out loss", better: .lower, unit: "nats/token"),
    HeadlineFigure(key: "corpus_loss", title: "corpus loss", better: .lower, unit: "nats/token"),
    HeadlineFigure(key: "alignment_tax", title: "alignment tax", better: .lower),
    HeadlineFigure(key: "reward", title: "reward", better: .higher, errorKey: "reward_standard_error"),
    HeadlineFigure(key: "judge_pass_rate", title: "rules kept", better: .higher, isShare: true),
    HeadlineFigure(key: "exact_match", title: "exact match", better: .higher, isShare: true),
    HeadlineFigure(key: "length_reward", title: "length reward", better: .higher),
    HeadlineFigure(key: "words", title: "words per answer"),
    HeadlineFigure(key: "tokens", title: "tokens per answer"),
    HeadlineFigure(key: "ended", title: "answers ended", better: .higher, isShare: true),
    HeadlineFigure(key: "distinct_1", title: "distinct words", better: .higher),
    HeadlineFigure(key: "distinct_2", title: "distinct word pairs", better: .higher),
  ]

  /// Figures whose names hold that of another model.
  private static let relative = [
    HeadlineFigure(key: "kl_to_", title: "KL to", better: .lower, unit: "nats/answer"),
    HeadlineFigure(key: "win_rate_vs_", title: "win rate vs", better: .higher, isShare: true),
    HeadlineFigure(key: "judge_win_rate_vs_", title: "win rate by rules vs", better: .higher, isShare: true),
  ]

  /// The figure that a metric's name means, the model's part left out; nil for what is no headline.
  init?(metric key: String) {
    if let figure = Self.known.first(where: { $0.key == key }) {
      self = figure
    } else if let figure = Self.relative.first(where: { key.hasPrefix($0.key) }) {
      self = figure
      self.key = key
      title += " " + key.dropFirst(figure.key.count)
    } else {
      return nil
    }
  }

  /// A figure that a training recorded on its validation rows, such as `eval_loss`.
  init(validation name: String) {
    let lower = ["eval_loss", "eval_perplexity"].contains(name)
    let higher = name.contains("accurac") || name.hasSuffix("margins")
    self.init(
      key: name, title: "validation " + name.dropFirst(5), better: lower ? .lower : higher ? .higher : nil)
  }

  private init(
    key: String, title: String, better: Direction? = nil, errorKey: String? = nil, isShare: Bool = false,
    unit: String = ""
  ) {
    self.key = key
    self.title = title
    self.better = better
    self.errorKey = errorKey
    self.isShare = isShare
    self.unit = unit
  }

  /// Where the figure stands among others.
  var rank: Int {
    let order =
      ["loss", "corpus_loss", "alignment_tax", "reward"] + Self.relative.map(\.key)
      + Self.known.dropFirst(4).map(\.key)
    return order.firstIndex { key == $0 || ($0.hasSuffix("_") && key.hasPrefix($0)) } ?? order.count
  }
}
