import Diagnostics
import Foundation
import JSONText
import TestSupport

/// Any JSON; what is accepted must read back as itself.
struct JSONTarget: FuzzTarget {
  static let name = "json"

  private let mutation: JSONMutation

  init(folder: URL) throws {
    mutation = JSONMutation(
      try Corpus.documents(
        "tokenizer_config.json", below: Golden.fixtures.appendingPathComponent("golden/models")))
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    FuzzInput(path: "any.json", bytes: mutation.make(&random))
  }

  func read(_ file: URL) throws {
    let json = try JSON.parse(try Corpus.bytes(file), file: file.path)
    guard try JSON.parse(json.compact) == json, try JSON.parse(json.pretty) == json else {
      throw CocoaError(.coderInvalidValue)
    }
  }
}
