import Diagnostics
import Foundation
import JSONText

/// Typed access to a JSON object of settings, such as `config.json`; errors name the file, the line and the key.
///
/// A key that is null counts as absent, as `transformers` writes unset keys.
public struct ConfigurationReader: Sendable {
  /// The object as read, unknown keys included.
  public let json: JSON
  /// The file as errors name it.
  public let displayName: String

  /// Keys from the root of the file to `json`.
  private let path: [String]
  private let text: [UInt8]

  /// Reads `config.json` of a model directory.
  ///
  /// - Parameter displayName: the directory as the user knows it.
  /// - Throws: `Diagnostic` if the file is missing, is not JSON or is not an object.
  public init(
    directory: URL, fileName: String = "config.json", displayName: String? = nil
  ) throws(Diagnostic) {
    let folder = displayName ?? directory.path
    let url = directory.appendingPathComponent(fileName)
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw Diagnostic(
        .incompleteModel, "the model directory has no \(fileName)", at: SourceLocation(file: folder))
    }
    let file = try MappedFile(url, displayName: "\(folder)/\(fileName)")
    try self.init([UInt8](file.bytes), displayName: "\(folder)/\(fileName)")
  }

  /// - Throws: `Diagnostic` if the text is not a JSON object.
  public init(_ text: [UInt8], displayName: String) throws(Diagnostic) {
    let json = try JSON.parse(text, file: displayName)
    guard json.members != nil else {
      throw Diagnostic(
        .invalidConfiguration, "expected an object, found \(json.typeName)",
        at: SourceLocation(file: displayName, line: 1, column: 1))
    }
    self.init(json: json, displayName: displayName, path: [], text: text)
  }

  private init(json: JSON, displayName: String, path: [String], text: [UInt8]) {
    self.json = json
    self.displayName = displayName
    self.path = path
    self.text = text
  }

  public func contains(_ key: String) -> Bool { value(key) != nil }

  /// The value of a key; nil if it is absent or null.
  public func value(_ key: String) -> JSON? {
    guard let value = json[key], !value.isNull else { return nil }
    return value
  }

  /// The settings under a key whose value is an object; nil if it is absent or null.
  ///
  /// - Throws: `Diagnostic` if the value is something else.
  public func nested(_ key: String) throws(Diagnostic) -> ConfigurationReader? {
    guard let value = value(key) else { return nil }
    guard value.members != nil else { throw mistyped(key, expected: "an object") }
    return ConfigurationReader(json: value, displayName: displayName, path: path + [key], text: text)
  }

  // MARK: Errors

  /// An error about a key, at its place in the file.
  public func invalid(_ key: String, _ message: String, hint: String? = nil) -> Diagnostic {
    Diagnostic(.invalidConfiguration, "\(name(of: key)) \(message)", at: location(of: key), hint: hint)
  }

  /// An error about a setting that is valid but that Plumbline does not have.
  public func unsupported(_ key: String, _ message: String, hint: String? = nil) -> Diagnostic {
    Diagnostic(.unsupportedConfiguration, "\(name(of: key)) \(message)", at: location(of: key), hint: hint)
  }

  func mistyped(_ key: String, expected: String) -> Diagnostic {
    guard let value = value(key) else { return invalid(key, "is missing; expected \(expected)") }
    let text = value.compact
    let shown = text.utf8.count <= 60 ? text : value.typeName
    return invalid(key, "must be \(expected); found \(shown)")
  }

  /// The key with the keys it is nested under, such as `rope_parameters.rope_theta`.
  func name(of key: String) -> String { (path + [key]).joined(separator: ".") }

  private func location(of key: String) -> SourceLocation {
    JSONKeyLocator.locate(path + [key], in: text, file: displayName) ?? SourceLocation(file: displayName)
  }
}
