import Compute
import Diagnostics

/// Which modules of a model have low-rank matrices beside their weights, and how these count: `W + scale · B A` (LoRA;
/// Hu et al. 2021), in the terms of PEFT 0.21's `LoraConfig`.
public struct LowRankAdaptation: Sendable, Hashable {
  public let rank: Int
  public let alpha: Double
  public let dropout: Double
  /// Whether the scale is `alpha / √rank` (Kalajdzievski 2023) instead of `alpha / rank`.
  public let usesRankStabilization: Bool
  /// Modules as they were asked for: names or their ends.
  public let targets: [String]
  /// Full names of the modules, in the order of memory.
  public let modules: [String]
  /// What the adapter was made for, in the words of whoever made it.
  public let base: String?

  init(
    rank: Int, alpha: Double, dropout: Double, usesRankStabilization: Bool, targets: [String],
    modules: [String], base: String?
  ) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.usesRankStabilization = usesRankStabilization
    self.targets = targets
    self.modules = modules
    self.base = base
  }

  /// An adaptation to be trained from nothing.
  ///
  /// - Parameter displayName: the model as the user knows it, for errors.
  /// - Throws: `Diagnostic` with the modules that there are, if one is asked for that is not among them.
  init(
    _ options: LowRankOptions, of architecture: any Architecture, base: String?, displayName: String
  ) throws(Diagnostic) {
    let all = architecture.linearModules
    let targets: [String]
    switch options.targets {
    case .architectureDefault: targets = type(of: architecture).adapterTargets
    case .allLinear: targets = Self.kinds(of: all)
    case .named(let names): targets = names
    }
    if let stray = targets.first(where: { target in !all.contains { Self.module($0, matches: target) } }) {
      let kinds = Self.kinds(of: all)
      throw Diagnostic(
        .unknownModule,
        "the model has no module \"\(stray)\" to adapt; its modules are \(kinds.joined(separator: ", "))",
        at: SourceLocation(file: displayName),
        hint: nearestName(to: stray, among: kinds).map { "did you mean \"\($0)\"?" })
    }
    self.init(
      rank: options.rank, alpha: options.alpha, dropout: options.dropout,
      usesRankStabilization: options.usesRankStabilization, targets: targets,
      modules: all.filter { name in targets.contains { Self.module(name, matches: $0) } }, base: base)
  }

  public var scale: Float {
    let rank = Double(rank)
    return Float(usesRankStabilization ? alpha / rank.squareRoot() : alpha / rank)
  }

  /// The same adaptation with the dropout of another training.
  ///
  /// - Throws: `Diagnostic` if the options would make another adapter than this one.
  func continued(
    with options: LowRankOptions, of architecture: any Architecture, displayName: String
  ) throws(Diagnostic) -> LowRankAdaptation {
    let wanted = try LowRankAdaptation(options, of: architecture, base: base, displayName: displayName)
    guard (rank, scale, modules) == (wanted.rank, wanted.scale, wanted.modules) else {
      throw Diagnostic(
        .adapterMismatch,
        "the model has an adapter already, of rank \(rank) and alpha \(alpha) on \(targets.joined(separator: ", "));"
          + " the stage asks for rank \(wanted.rank) and alpha \(wanted.alpha) on"
          + " \(wanted.targets.joined(separator: ", "))",
        at: SourceLocation(file: displayName),
        hint: "ask for the same adapter to train it on, or fold it in first with a stage of kind merge")
    }
    return LowRankAdaptation(
      rank: rank, alpha: alpha, dropout: options.dropout, usesRankStabilization: usesRankStabilization,
      targets: targets, modules: modules, base: base)
  }

  /// PEFT's rule (`check_target_module_exists`).
  private static func module(_ name: String, matches target: String) -> Bool {
    name == target || name.hasSuffix("." + target)
  }

  /// The last parts of modules' names, each once, in their order.
  private static func kinds(of modules: [String]) -> [String] {
    var seen: Set<String> = []
    return modules.map { name in name.split(separator: ".").last.map(String.init) ?? name }
      .filter { seen.insert($0).inserted }
  }
}

extension DiagnosticCode {
  public static let invalidAdapter = DiagnosticCode(
    "E230", "an adapter directory is not valid or not supported")
  public static let unknownModule = DiagnosticCode(
    "E231", "an adapter is for a module that the model does not have")
  public static let adapterMismatch = DiagnosticCode(
    "E232", "an adapter cannot go on a model that has another")
}
