import Alignment
import Diagnostics
import JSONText
import Pipeline

extension PreferenceOptions: Configurable {
  public static var fields: [Field<Self>] {
    [
      .choice("conventions", \.conventions, "Whose details are followed where TRL and the field differ."),
      .value(
        "loss_type", \.lossTypes, .losses,
        "A loss or a list of losses: \(PreferenceLossType.all.map(\.name).joined(separator: ", "))."),
      .list(
        "loss_weights", \.lossWeights, of: .number(in: .leastNonzeroMagnitude...1e6),
        "One factor per loss; empty means 1 each."),
      .number("beta", \.beta, in: .leastNonzeroMagnitude...1e6, "Strength of the pull to the reference."),
      .number(
        "label_smoothing", \.labelSmoothing, in: 0...0.5.nextDown,
        "Assumed share of swapped labels; with the sigmoid loss, conservative DPO."),
      .choice("f_divergence_type", \.divergenceType, "What holds the model to the reference."),
      .number("f_alpha_divergence_coef", \.alphaCoefficient, in: -1e3...1e3, "α of the alpha divergence."),
      .optional(
        "ld_alpha", \.lengthDesensitization, .number(in: 0...1),
        "Weight of the tokens by which an answer is longer than the other; null weighs all the same."),
      .boolean(
        "use_weighting", \.usesWeighting, "Whether pairs count by how likely the model finds their answers."),
      .number(
        "discopop_tau", \.discopopTau, in: .leastNonzeroMagnitude...1e6, "Temperature of the discopop loss."),
      .boolean(
        "reference_free", \.isReferenceFree, "Whether log-probabilities stand in for log-ratios."),
    ]
  }

  /// Problems of the combination.
  func problems(connected: Set<String>) -> [ConfigurationProblem] {
    lossProblems + optionProblems + referenceProblems(connected: connected)
  }

  /// Whether some loss looks at an option.
  private func isRead(_ option: PreferenceLossType.Option) -> Bool {
    lossTypes.contains { loss in
      loss.options.contains(option)
        && !(option == .labelSmoothing && loss == .sigmoid && conventions == .trl)
    }
  }

  /// The losses as a manifest says them.
  private var spelling: String {
    let names = lossTypes.map(\.name)
    return names.count == 1 ? "`loss_type: \(names[0])`" : "`loss_type: [\(names.joined(separator: ", "))]`"
  }

  private func without(_ option: PreferenceLossType.Option) -> String {
    lossTypes.filter { !$0.options.contains(option) }.map(\.name).joined(separator: ", ")
  }

  private var lossProblems: [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if Set(lossTypes).count < lossTypes.count {
      problems.append(ConfigurationProblem(key: "loss_type", "names a loss twice"))
    }
    if !lossWeights.isEmpty, lossWeights.count != lossTypes.count {
      problems.append(
        ConfigurationProblem(
          key: "loss_weights", "has \(lossWeights.count) factors for \(lossTypes.count) losses"))
    }
    if lossTypes.contains(where: { $0.name == "exo_pair" }), labelSmoothing == 0 {
      problems.append(
        ConfigurationProblem(
          key: "label_smoothing", "must be greater than 0 with `loss_type: exo_pair`",
          hint: "its paper advises 0.001"))
    }
    return problems
  }

  private var optionProblems: [ConfigurationProblem] {
    let defaults = PreferenceOptions()
    var problems: [ConfigurationProblem] = []
    func refuse(_ key: String, _ message: String, hint: String? = nil) {
      problems.append(ConfigurationProblem(key: key, message, hint: hint))
    }
    if beta != defaults.beta, !isRead(.beta) { refuse("beta", "has no effect with \(spelling)") }
    if labelSmoothing > 0, !isRead(.labelSmoothing) {
      let convention = conventions == .trl && lossTypes.contains(.sigmoid) ? " and `conventions: trl`" : ""
      refuse("label_smoothing", "has no effect with \(spelling)\(convention)")
    }
    if divergenceType != .reverseKL {
      let unfit = lossTypes.filter { !$0.options.contains(.divergence) && $0.options.contains(.reference) }
      if !unfit.isEmpty {
        refuse(
          "f_divergence_type",
          "is not defined for \(unfit.map(\.name).joined(separator: ", ")): only reverse_kl is")
      } else if !isRead(.divergence) {
        refuse("f_divergence_type", "has no effect with \(spelling)")
      }
    }
    if alphaCoefficient != defaults.alphaCoefficient, divergenceType != .alpha {
      refuse("f_alpha_divergence_coef", "has no effect without `f_divergence_type: alpha_divergence`")
    }
    if discopopTau != defaults.discopopTau, !isRead(.discopopTau) {
      refuse("discopop_tau", "has no effect without `loss_type: discopop`")
    }
    if lengthDesensitization != nil, !isRead(.lengthDesensitization) {
      refuse("ld_alpha", "has no effect with \(spelling)")
    }
    if usesWeighting, !without(.weighting).isEmpty {
      refuse(
        "use_weighting", "cannot weigh \(without(.weighting)), which is no mean over pairs",
        hint: "remove use_weighting or that loss")
    }
    return problems
  }

  private func referenceProblems(connected: Set<String>) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if isReferenceFree {
      if connected.contains("reference") {
        problems.append(
          ConfigurationProblem(
            key: "reference_free", "leaves the input `reference` without effect",
            hint: "remove one of the two"))
      }
      if !isRead(.reference) {
        problems.append(ConfigurationProblem(key: "reference_free", "has no effect with \(spelling)"))
      }
      if divergenceType != .reverseKL {
        problems.append(
          ConfigurationProblem(key: "f_divergence_type", "has no meaning with `reference_free: true`"))
      }
    } else if connected.contains("reference"), !isRead(.reference) {
      problems.append(
        ConfigurationProblem(
          key: "loss_type", "leaves the input `reference` without effect", hint: "remove the input"))
    }
    return problems
  }
}

extension FieldFormat where Value == [PreferenceLossType] {
  /// The name of a loss, or a list of names.
  static var losses: Self {
    .custom(
      expected: "a loss or a list of losses",
      read: { json throws(FieldProblem) in
        if json.stringValue != nil { return [try loss(json)] }
        guard let items = json.arrayValue, !items.isEmpty else {
          throw FieldProblem("must be a loss or a list of losses")
        }
        var losses: [PreferenceLossType] = []
        for (index, item) in items.enumerated() {
          do throws(FieldProblem) { losses.append(try loss(item)) } catch {
            throw FieldProblem(error.message, path: [.index(index)], hint: error.hint)
          }
        }
        return losses
      },
      write: { .array($0.map { .string($0.name) }) })
  }

  private static func loss(_ json: JSON) throws(FieldProblem) -> PreferenceLossType {
    let names = PreferenceLossType.all.map(\.name)
    guard let name = json.stringValue, let type = PreferenceLossType.all.first(where: { $0.name == name })
    else {
      throw FieldProblem(
        "must be one of \(names.joined(separator: ", "))",
        hint: json.stringValue.flatMap { nearestName(to: $0, among: names) }.map { "did you mean '\($0)'?" })
    }
    return type
  }
}
