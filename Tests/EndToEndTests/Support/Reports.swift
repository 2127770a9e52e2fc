import Foundation
import JSONText
import Testing

/// What `plumb run --json` printed.
struct RunReport {
  struct Stage {
    let state: String
    let reason: String
    let key: String?
    let outputs: [String: String]
    let json: JSON
  }

  let json: JSON
  let errors: String
  let run: String
  let state: String
  private let stages: [(name: String, stage: Stage)]

  init(_ result: Plumb.Result) throws {
    json = try result.json()
    errors = result.errors
    #expect(json["schema"] == "plumb.run/1")
    run = json["run"]?.stringValue ?? ""
    state = json["state"]?.stringValue ?? ""
    stages = (json["stages"]?.arrayValue ?? []).map { stage in
      (
        stage["name"]?.stringValue ?? "",
        Stage(
          state: stage["state"]?.stringValue ?? "", reason: stage["reason"]?.stringValue ?? "",
          key: stage["key"]?.stringValue, outputs: stage["outputs"]?.texts ?? [:], json: stage)
      )
    }
  }

  subscript(name: String) -> Stage? { stages.first { $0.name == name }?.stage }

  /// Names of the stages in a state, in the order of the report.
  func stages(_ state: String) -> [String] { stages.filter { $0.stage.state == state }.map(\.name) }

  /// Every output of every stage as `stage.port` with its digest.
  var digests: [String: String] {
    var digests: [String: String] = [:]
    for (name, stage) in stages {
      for (port, digest) in stage.outputs { digests["\(name).\(port)"] = digest }
    }
    return digests
  }
}

/// What `plumb plan --json` printed.
struct PlanReport {
  let status: Int32
  private let stages: [JSON]

  init(_ result: Plumb.Result) throws {
    status = result.status
    let json = try result.json()
    #expect(json["schema"] == "plumb.plan/1", "\(result.output)")
    stages = json["stages"]?.arrayValue ?? []
  }

  func decision(_ name: String) -> String? { stage(name)?["decision"]?.stringValue }
  func reason(_ name: String) -> String { stage(name)?["reason"]?.stringValue ?? "" }

  /// Names of the stages with a decision, in the order of the plan.
  func stages(_ decision: String) -> [String] {
    stages.filter { $0["decision"]?.stringValue == decision }.compactMap { $0["name"]?.stringValue }
  }

  private func stage(_ name: String) -> JSON? { stages.first { $0["name"]?.stringValue == name } }
}

/// What `--json` printed about errors.
struct ErrorReport {
  struct Entry: Hashable, CustomStringConvertible {
    var code: String
    var file: String?
    var line: Int?
    var column: Int?
    var message: String
    var hint: String?

    var description: String { "\(code) \(file ?? ""):\(line ?? 0):\(column ?? 0) \(message) [\(hint ?? "")]" }
  }

  let status: Int32
  let entries: [Entry]

  init(_ result: Plumb.Result) throws {
    status = result.status
    let json = try result.json()
    #expect(json["schema"] == "plumb.error/1", "\(result.output)")
    entries = (json["errors"]?.arrayValue ?? []).map { error in
      Entry(
        code: error["code"]?.stringValue ?? "", file: error["file"]?.stringValue,
        line: error["line"]?.intValue, column: error["column"]?.intValue,
        message: error["message"]?.stringValue ?? "", hint: error["hint"]?.stringValue)
    }
  }
}

extension JSON {
  /// The strings of an object's members.
  var texts: [String: String] {
    let pairs = (members ?? []).compactMap { member in
      member.value.stringValue.map { (member.key, $0) }
    }
    return Dictionary(pairs) { first, _ in first }
  }
}
