import Alignment
import Compute
import DataLoading
import JSONText
import LanguageModels
import TestSupport
import Testing

/// The DPO family, KTO, ORPO and SimPO against what TRL computed.
@Suite(.tags(.golden)) struct PreferenceGoldenTests {
  private let workspace = Workspace(threads: 2)

  @Test(arguments: Golden.cases(in: Golden.url("dpo")))
  func `The DPO family follows TRL step by step`(name: String) throws {
    try compareDPO(GoldenCase("dpo/\(name).json"))
  }

  @Test(arguments: Golden.cases(in: Golden.vectors("dpo")))
  func `Options of the DPO family follow TRL step by step`(name: String) throws {
    try compareDPO(GoldenCase(vector: "dpo/\(name).json"))
  }

  @Test(arguments: Golden.cases(in: Golden.vectors("kto")))
  func `KTO follows TRL step by step`(name: String) throws {
    let golden = try GoldenCase(vector: "kto/\(name).json")
    let model = try golden.loadModel(.vocabulary)
    let file = try RecordFile.load(
      Golden.vectors("kto/data/feedback.jsonl"), displayName: "feedback.jsonl",
      kind: .feedback)
    let loss = ProspectLoss(
      form: golden.config["loss_type"]?.stringValue.flatMap { .init(rawValue: $0) } ?? .kto,
      beta: golden.config["beta"]?.doubleValue ?? 0.1,
      desirableWeight: golden.config["desirable_weight"]?.doubleValue ?? 1,
      undesirableWeight: golden.config["undesirable_weight"]?.doubleValue ?? 1)
    let objective = FeedbackObjective(
      model: model, reference: .resident(model.copy(), synchronization: golden.synchronization),
      workspace: workspace, examples: try golden.rowTokenizer(model, .truncate).feedback(file.rows).rows,
      loss: loss, maximumLength: golden.maximumLength)
    try golden.train(model, objective, workspace)
  }

  @Test(arguments: Golden.cases(in: Golden.vectors("orpo")))
  func `ORPO follows TRL step by step`(name: String) throws {
    let golden = try GoldenCase(vector: "orpo/\(name).json")
    let beta = golden.config["beta"]?.doubleValue ?? 0.1
    try compare(golden, PreferenceMethod(loss: OddsRatioLoss(beta: beta), beta: beta)) { _ in .none }
  }

  @Test(arguments: Golden.cases(in: Golden.vectors("simpo")))
  func `SimPO follows its paper's formula step by step`(name: String) throws {
    let golden = try GoldenCase(vector: "simpo/\(name).json")
    let beta = try #require(golden.config["beta"]?.doubleValue)
    let loss = SimplePreferenceLoss(
      beta: beta, gammaBetaRatio: try #require(golden.json["simpo"]?["gamma_beta_ratio"]?.doubleValue),
      labelSmoothing: try #require(golden.json["simpo"]?["label_smoothing"]?.doubleValue))
    try compare(golden, PreferenceMethod(loss: loss, beta: beta)) { _ in .none }
  }

  private func compareDPO(_ golden: GoldenCase) throws {
    try compare(golden, PreferenceMethod(try golden.preferenceOptions)) { model in
      if let synchronization = golden.synchronization {
        return .resident(model.copy(), synchronization: synchronization)
      }
      guard let name = golden.json["reference"]?.stringValue else { return .frozen(model) }
      return .frozen(try golden.loadModel(name, .vocabulary))
    }
  }

  private func compare(
    _ golden: GoldenCase, _ method: PreferenceMethod,
    reference: (LanguageModel) throws -> PreferenceReference
  ) throws {
    let model = try golden.loadModel(.vocabulary)
    let rows = try golden.rowTokenizer(model, .truncate).pairs(
      golden.records("preference.jsonl", .preferences)
    ).rows
    let objective = PreferenceObjective(
      model: model, reference: try reference(model), workspace: workspace, examples: rows, method: method)
    try golden.train(model, objective, workspace)
  }
}

extension GoldenCase {
  /// TRL's arguments of a DPO case. Where it smooths no labels, ours are told not to.
  fileprivate var preferenceOptions: PreferenceOptions {
    get throws {
      var options = PreferenceOptions()
      options.conventions = .trl
      let names = config["loss_type"]?.arrayValue?.compactMap(\.stringValue) ?? ["sigmoid"]
      options.lossTypes = try names.map { name in
        try #require(PreferenceLossType.all.first { $0.name == name }, "\(name)")
      }
      options.lossWeights = config["loss_weights"]?.doubles ?? []
      options.beta = config["beta"]?.doubleValue ?? options.beta
      options.labelSmoothing = config["label_smoothing"]?.doubleValue ?? 0
      if let name = config["f_divergence_type"]?.stringValue {
        options.divergenceType = try #require(FDivergence.Kind(rawValue: name))
      }
      options.alphaCoefficient = config["f_alpha_divergence_coef"]?.doubleValue ?? options.alphaCoefficient
      options.lengthDesensitization = config["ld_alpha"]?.doubleValue
      options.usesWeighting = config["use_weighting"]?.boolValue ?? false
      options.discopopTau = config["discopop_tau"]?.doubleValue ?? options.discopopTau
      return options
    }
  }

  fileprivate var synchronization: ReferenceSynchronization? {
    guard config["sync_ref_model"]?.boolValue == true else { return nil }
    return ReferenceSynchronization(
      mixup: config["ref_model_mixup_alpha"]?.doubleValue ?? 0.6,
      steps: config["ref_model_sync_steps"]?.intValue ?? 512)
  }
}
