import Artifacts
import JSONText
import Lineage
import Pipeline

/// Models side by side: what they were measured at, what they were made of, and what they cost.
struct ModelComparison: Sendable {
  /// A figure of all models.
  struct Row: Sendable {
    var figure: HeadlineFigure
    /// In the order of the models; nil where it was not measured.
    var values: [MeasuredFigure?]
    /// The models with the best value; empty if nothing is better, or the best is not told from all others.
    var best: Set<Int>
  }

  /// A leaf of the training's configuration, or a digest of an input, that not all models share.
  struct Setting: Sendable {
    var name: String
    /// In the order of the models; nil for a model whose kind has no such setting.
    var values: [KeyValue?]
  }

  /// A stage that made something for one of the models.
  struct Step: Sendable {
    var name: String
    /// In the order of the models; nil where the model was made without such a stage.
    var executions: [ExecutionDetail?]

    var isShared: Bool { Set(executions.map { $0?.id }).count == 1 }
  }

  let models: [ComparedModel]
  let rows: [Row]
  let headToHeads: [HeadToHead]
  let settings: [Setting]
  /// In topological order.
  let steps: [Step]
  /// What keeps figures from being comparable, in words.
  let notes: [String]

  /// - Throws: `Diagnostic` if a reference means nothing, or nothing with a model.
  init(_ references: [String], _ queries: LineageQueries, _ objects: ObjectStore) throws {
    models = try references.map { try ComparedModel($0, queries, objects) }
    rows = Self.rows(models)
    headToHeads = Self.headToHeads(models)
    settings = try Self.settings(models, queries)
    steps = try Self.steps(models, queries)
    notes = Self.notes(models)
  }

  private static func rows(_ models: [ComparedModel]) -> [Row] {
    var figures: [HeadlineFigure] = []
    for figure in models.flatMap({ $0.figures.map(\.figure) }) where !figures.contains(figure) {
      figures.append(figure)
    }
    return figures.sorted { ($0.rank, $0.key) < ($1.rank, $1.key) }.map { figure in
      let values = models.map { model in model.figures.first { $0.figure == figure } }
      return Row(figure: figure, values: values, best: best(figure, values))
    }
  }

  /// Places of the best values; none where another is within the uncertainty, or looks the same.
  static func best(_ figure: HeadlineFigure, _ values: [MeasuredFigure?]) -> Set<Int> {
    let known = values.compactMap { $0 }.filter(\.value.isFinite)
    guard let better = figure.better, known.count > 1,
      let goal = known.max(by: { better == .higher ? $0.value < $1.value : $0.value > $1.value })
    else { return [] }
    let others = known.filter { $0.value != goal.value }
    guard !others.isEmpty, others.allSatisfy({ $0.isDistinct(from: goal) }) else { return [] }
    return Set(values.indices.filter { values[$0]?.value == goal.value })
  }

  /// Every pair that answered the same prompts and was scored by the same reward model.
  private static func headToHeads(_ models: [ComparedModel]) -> [HeadToHead] {
    models.indices.flatMap { first in
      models.indices.dropFirst(first + 1).compactMap { second -> HeadToHead? in
        let (a, b) = (models[first], models[second])
        guard let rewards = a.rewards, let others = b.rewards, a.answers?.prompts == b.answers?.prompts,
          a.conditions("reward_model") == b.conditions("reward_model"),
          a.artifact?.digest != b.artifact?.digest
        else { return nil }
        return HeadToHead(second, first, rewards: others, others: rewards)
      }
    }
  }

  private static func settings(_ models: [ComparedModel], _ queries: LineageQueries) throws -> [Setting] {
    let components = try models.map { model in
      try model.training?.key.map { try queries.components(of: $0) } ?? []
    }
    var paths: [String] = []
    for component in components.joined() where !paths.contains(component.path) {
      paths.append(component.path)
    }
    return paths.compactMap { path in
      let values = components.map { list in list.first { $0.path == path }?.value }
      guard Set(values).count > 1 else { return nil }
      return Setting(name: ComponentChange(path: path, old: nil, new: nil).name, values: values)
    }
  }

  /// The executions behind each model, those of the same stage in one line.
  private static func steps(_ models: [ComparedModel], _ queries: LineageQueries) throws -> [Step] {
    var steps: [Step] = []
    for (index, model) in models.enumerated() {
      guard let training = model.training else { continue }
      var place = 0
      for id in try queries.executions(behind: training.id) {
        let execution = try queries.execution(id)
        if let known = steps.firstIndex(where: { $0.name == execution.stage }) {
          steps[known].executions[index] = execution
          place = known + 1
        } else {
          var step = Step(name: execution.stage, executions: models.map { _ in nil })
          step.executions[index] = execution
          steps.insert(step, at: place)
          place += 1
        }
      }
    }
    return steps
  }

  private static func notes(_ models: [ComparedModel]) -> [String] {
    var notes = models.filter { $0.evaluation == nil }.map { "\($0.label) was not evaluated" }
    let evaluated = models.filter { $0.evaluation != nil }
    func differ(_ port: String) -> Bool { Set(evaluated.map { $0.conditions(port) }).count > 1 }
    let ports = [
      ("reward_model", "rewards are of different reward models: they cannot be compared"),
      ("prompts", "the models answered different prompts"),
      ("data", "held-out losses are over different rows"),
      ("corpus", "corpus losses are over different text"),
    ]
    notes += ports.filter { differ($0.0) }.map(\.1)
    if Set(evaluated.compactMap { $0.evaluation?.configuration }).count > 1 {
      notes.append("the evaluations have different settings")
    }
    notes += evaluated.filter { $0.answers == nil && $0.evaluation != nil }
      .map { "the answers of \($0.label) are not in the store any more" }
    return notes
  }
}
