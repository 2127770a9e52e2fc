import Compute
import Diagnostics
import Foundation
import JSONText

/// A directory in PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`.
///
/// A model directory may hold these files beside its own; `transformers` then opens base and adapter together.
public struct AdapterDirectory {
  static let configurationName = "adapter_config.json"
  static let weightsName = "adapter_model.safetensors"
  /// What PEFT puts before the names that parameters have in the model.
  static let namePrefix = "base_model.model."

  public let displayName: String
  private let configuration: ConfigurationReader
  private let tensors: SafetensorsFile

  /// Whether a directory holds an adapter.
  public static func exists(in directory: URL) -> Bool {
    FileManager.default.fileExists(atPath: directory.appendingPathComponent(configurationName).path)
  }

  /// - Parameter displayName: the directory as the user knows it, for errors.
  /// - Throws: `Diagnostic` for a missing or damaged file, and for an adapter of a kind that is not supported.
  public init(_ directory: URL, displayName: String) throws(Diagnostic) {
    self.displayName = displayName
    configuration = try ConfigurationReader(
      directory: directory, fileName: Self.configurationName, displayName: displayName)
    let url = directory.appendingPathComponent(Self.weightsName)
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw Diagnostic(
        .incompleteModel, "the adapter directory has no \(Self.weightsName)",
        at: SourceLocation(file: displayName))
    }
    tensors = try SafetensorsFile(url, displayName: "\(displayName)/\(Self.weightsName)")
    try refuseWhatIsNotSupported()
  }

  private func refuseWhatIsNotSupported() throws(Diagnostic) {
    try configuration.refuse("peft_type", unless: "LORA")
    try configuration.refuse("bias", unless: "none")
    try configuration.refuse(
      "init_lora_weights", unless: true, false, "gaussian", reason: "others change the base")
    for key in ["use_dora", "use_qalora", "lora_bias"] { try configuration.refuse(key, unless: false) }
    for key in ["rank_pattern", "alpha_pattern"] { try configuration.refuse(key, unless: [:]) }
    for key in ["layer_replication", "target_parameters", "trainable_token_indices"] {
      try configuration.refuse(key, unless: [])
    }
    let saved = try configuration.strings("modules_to_save")
    if let other = saved.first(where: { !["score", "classifier"].contains($0) }) {
      throw configuration.unsupported(
        "modules_to_save", "names \"\(other)\"; only a classifier's score can be saved with an adapter")
    }
  }

  /// Which modules of a model the adapter adds to.
  ///
  /// - Throws: `Diagnostic` for a tensor that belongs to no module of the model, or has another shape.
  func adaptation(of architecture: any Architecture) throws(Diagnostic) -> LowRankAdaptation {
    let modules = architecture.linearModules.filter { contains(LowRankAdaptation.downName($0)) }
    let declared = configuration.value("target_modules")?.arrayValue?.compactMap(\.stringValue) ?? []
    let adaptation = LowRankAdaptation(
      rank: try configuration.requiredInt("r", in: 1...(1 << 20)),
      alpha: try configuration.requiredDouble("lora_alpha", in: 0...1e9),
      dropout: try configuration.optionalDouble("lora_dropout", in: 0...1) ?? 0,
      usesRankStabilization: try configuration.optionalBool("use_rslora") ?? false,
      targets: declared.isEmpty ? modules : declared, modules: modules,
      base: try configuration.optionalString("base_model_name_or_path"))
    let specifications = adaptation.specifications(architecture)
    let known = Set(specifications.map { Self.namePrefix + $0.name })
      .union([Self.namePrefix + LanguageModel.scoreName])
    if let stray = tensors.names.first(where: { !known.contains($0) }) {
      throw Diagnostic(
        .unknownModule, "the adapter's tensor \"\(stray)\" belongs to no module of the model",
        at: SourceLocation(file: tensors.displayName),
        hint: "is the adapter for this model? it names \(adaptation.base ?? "no base")")
    }
    guard !modules.isEmpty else {
      throw Diagnostic(
        .invalidAdapter, "the adapter has no matrices", at: SourceLocation(file: tensors.displayName))
    }
    for specification in specifications {
      try check(specification)
    }
    return adaptation
  }

  /// - Parameter name: of a parameter, as the model has it.
  func contains(_ name: String) -> Bool { tensors.contains(Self.namePrefix + name) }

  /// - Returns: nil for a parameter that the adapter does not bring.
  func shape(of name: String) throws(Diagnostic) -> [Int]? {
    contains(name) ? try tensors.shape(of: Self.namePrefix + name) : nil
  }

  /// - Throws: what reading the parameter would throw.
  func check(_ specification: ParameterSpecification) throws(Diagnostic) {
    try tensors.check(Self.namePrefix + specification.name, shape: specification.shape)
  }

  /// Copies a parameter that the adapter brings.
  ///
  /// - Throws: `Diagnostic` if it is missing, or has another shape or an unreadable type.
  func read(
    _ specification: ParameterSpecification, into destination: UnsafeMutableBufferPointer<Float>
  ) throws(Diagnostic) {
    try tensors.read(Self.namePrefix + specification.name, shape: specification.shape, into: destination)
  }
}
