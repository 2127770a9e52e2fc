import Diagnostics
import Foundation
import JSONText

/// The tensors of a Hugging Face model directory: one safetensors file, or several behind an index.
public struct ModelWeights: Sendable {
  /// Tensor names, in the order of the files and of the data in each.
  public let names: [String]
  /// What errors about the whole model name: the file, or the index of the shards.
  public let displayName: String

  private let files: [String: SafetensorsFile]
  /// The files themselves, index included.
  private let urls: [URL]

  /// Opens `model.safetensors`, or the shards of `model.safetensors.index.json`.
  ///
  /// - Parameter displayName: the directory as the user knows it, for errors.
  /// - Throws: `Diagnostic` for missing, damaged or unsupported files.
  public init(directory: URL, displayName: String? = nil) throws(Diagnostic) {
    let folder = displayName ?? directory.path
    let single = directory.appendingPathComponent(Self.fileName)
    if FileManager.default.fileExists(atPath: single.path) {
      let file = try SafetensorsFile(single, displayName: "\(folder)/\(Self.fileName)")
      self.displayName = file.displayName
      names = file.names
      files = Dictionary(uniqueKeysWithValues: file.names.map { ($0, file) })
      urls = [single]
      return
    }
    let indexURL = directory.appendingPathComponent(WeightIndex.fileName)
    guard FileManager.default.fileExists(atPath: indexURL.path) else {
      throw Self.noWeights(in: directory, folder: folder)
    }
    let index = try WeightIndex(indexURL, displayName: "\(folder)/\(WeightIndex.fileName)")
    var names: [String] = []
    var files: [String: SafetensorsFile] = [:]
    for shard in index.shards {
      let url = directory.appendingPathComponent(shard.file)
      guard FileManager.default.fileExists(atPath: url.path) else {
        throw Diagnostic(
          .incompleteModel,
          "the shard \(shard.file) is missing; the index puts \(shard.tensors.count) tensors there,"
            + " such as \"\(shard.tensors.first ?? "")\"",
          at: SourceLocation(file: index.displayName), hint: "download the model again")
      }
      let file = try SafetensorsFile(url, displayName: "\(folder)/\(shard.file)")
      for tensor in shard.tensors {
        guard file.contains(tensor) else {
          throw .missing(tensor: tensor, among: file.names, file: file.displayName)
        }
        files[tensor] = file
      }
      names += file.names.filter { files[$0] === file }
    }
    self.displayName = index.displayName
    self.names = names
    self.files = files
    urls = [indexURL] + index.shards.map { directory.appendingPathComponent($0.file) }
  }

  public static let fileName = "model.safetensors"

  public func contains(_ name: String) -> Bool { files[name] != nil }

  /// - Throws: `Diagnostic` if the model has no such tensor.
  public func shape(of name: String) throws(Diagnostic) -> [Int] { try file(of: name).shape(of: name) }

  /// - Throws: `Diagnostic` if the model has no such tensor.
  public func dtype(of name: String) throws(Diagnostic) -> TensorElement {
    try file(of: name).dtype(of: name)
  }

  /// Copies a tensor, row-major, converted to `Float`.
  ///
  /// - Parameters:
  ///   - shape: what the model needs; must equal the stored shape.
  ///   - destination: as many elements as `shape` says.
  /// - Throws: `Diagnostic` for a missing tensor, another shape (with both shapes) or an unreadable type.
  public func read(
    _ name: String, shape: [Int], into destination: UnsafeMutableBufferPointer<Float>
  ) throws(Diagnostic) {
    try file(of: name).read(name, shape: shape, into: destination)
  }

  /// Looks for a tensor in the headers, without reading it.
  ///
  /// - Throws: what reading the tensor with this shape would throw.
  func check(_ name: String, shape: [Int]) throws(Diagnostic) {
    try file(of: name).check(name, shape: shape)
  }

  /// Copies the files as they are.
  ///
  /// - Throws: `Diagnostic` if one cannot be written.
  func copyFiles(to directory: URL) throws(Diagnostic) {
    for url in urls {
      let target = directory.appendingPathComponent(url.lastPathComponent)
      do {
        try FileManager.default.copyItem(at: url.resolvingSymlinksInPath(), to: target)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: target.path)
      } catch {
        throw Diagnostic(
          .unwritableModel, "the file cannot be written: \(error.localizedDescription)",
          at: SourceLocation(file: target.path))
      }
    }
  }

  private func file(of name: String) throws(Diagnostic) -> SafetensorsFile {
    guard let file = files[name] else { throw .missing(tensor: name, among: names, file: displayName) }
    return file
  }

  private static func noWeights(in directory: URL, folder: String) -> Diagnostic {
    var isDirectory: ObjCBool = false
    let location = SourceLocation(file: folder)
    guard FileManager.default.fileExists(atPath: directory.path, isDirectory: &isDirectory) else {
      return Diagnostic(.incompleteModel, "there is no such model directory", at: location)
    }
    guard isDirectory.boolValue else {
      return Diagnostic(
        .incompleteModel, "a model is a directory with config.json and \(fileName); this is a file",
        at: location)
    }
    let pickled = ["pytorch_model.bin", "pytorch_model.bin.index.json"]
    if let found = pickled.first(where: {
      FileManager.default.fileExists(atPath: directory.appendingPathComponent($0).path)
    }) {
      return Diagnostic(
        .incompleteModel, "the weights are only there as \(found), a Python pickle, which is not read",
        at: location,
        hint: "convert them once: python -c \"import sys; from transformers import AutoModelForCausalLM as M;"
          + " M.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[1])\" \(shellQuoted(folder))")
    }
    return Diagnostic(
      .incompleteModel, "the directory has neither \(fileName) nor \(WeightIndex.fileName)", at: location)
  }

  private static func shellQuoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
