import Diagnostics
import Foundation
import JSONText

/// The tokens that begin, end and pad a generation, as `generation_config.json` and `config.json` give them.
public struct GenerationConfiguration: Sendable, Hashable {
  public static let fileName = "generation_config.json"

  public var beginID: Int32?
  /// Any of these ends a generation; empty if the model declares none.
  public var endIDs: [Int32]
  public var paddingID: Int32?
  /// The file as read, for the keys not named here; an empty object if there was none.
  private var json: JSON

  public init(beginID: Int32? = nil, endIDs: [Int32] = [], paddingID: Int32? = nil) {
    self.beginID = beginID
    self.endIDs = endIDs
    self.paddingID = paddingID
    json = [:]
  }

  /// Reads `generation_config.json`; what it does not say, `config.json` does.
  ///
  /// - Throws: `Diagnostic` if an id is not a number, or a file is not JSON.
  public init(
    directory: URL, configuration: ConfigurationReader, displayName: String? = nil
  ) throws(Diagnostic) {
    self.init()
    var readers = [configuration]
    if FileManager.default.fileExists(atPath: directory.appendingPathComponent(Self.fileName).path) {
      let reader = try ConfigurationReader(
        directory: directory, fileName: Self.fileName, displayName: displayName)
      json = reader.json
      readers.insert(reader, at: 0)
    }
    for reader in readers {
      if beginID == nil { beginID = try reader.tokenIDs("bos_token_id").first }
      if endIDs.isEmpty { endIDs = try reader.tokenIDs("eos_token_id") }
      if paddingID == nil { paddingID = try reader.tokenIDs("pad_token_id").first }
    }
  }

  /// Writes `generation_config.json` with the keys it was read with and these ids.
  ///
  /// - Throws: `Diagnostic` if the file cannot be written.
  public func write(to directory: URL) throws(Diagnostic) {
    var json = json
    json.set("bos_token_id", to: JSON(beginID.map(Int.init)))
    json.set("eos_token_id", to: endIDs.count == 1 ? .integer(Int(endIDs[0])) : .ids(endIDs))
    json.set("pad_token_id", to: JSON(paddingID.map(Int.init)))
    try writeJSON(json, to: directory.appendingPathComponent(Self.fileName))
  }
}

extension JSON {
  /// A list of ids; null if it is empty.
  fileprivate static func ids(_ ids: [Int32]) -> JSON {
    ids.isEmpty ? .null : .array(ids.map { .integer(Int($0)) })
  }
}
