import Artifacts
import Diagnostics
import JSONText
import Lineage

extension ObjectReference {
  var json: JSON { .array([.string(kind.rawValue), .integer(Int(size)), .string(digest.text)]) }

  /// - Throws: `Diagnostic` if it is none.
  init(shared json: JSON) throws(Diagnostic) {
    guard let kind = json[0]?.stringValue.flatMap(ObjectKind.init(rawValue:)), let size = json[1]?.intValue,
      size >= 0
    else { throw PeerChannel.misbehaved("content without a kind or size") }
    self.init(digest: try json[2].digest(), kind: kind, size: Int64(size))
  }
}

extension ImportSummary {
  var json: JSON {
    [
      "runs": .integer(runs), "executions": .integer(executions),
      "different": .array(different.map { .string($0.text) }),
    ]
  }

  init(shared json: JSON) throws(Diagnostic) {
    guard let runs = json["runs"]?.intValue, let executions = json["executions"]?.intValue else {
      throw PeerChannel.misbehaved("a summary without figures")
    }
    self.init()
    self.runs = runs
    self.executions = executions
    different = try json["different"].texts().map { ExecutionID($0) }
  }
}

extension TagImport {
  var json: JSON {
    [
      "moved": .array(moved.map(JSON.string)), "deleted": .array(deleted.map(JSON.string)),
      "kept": .object(
        kept.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value.rawValue)) }),
    ]
  }

  init(shared json: JSON?) throws(Diagnostic) {
    self.init()
    moved = try json?["moved"].texts() ?? []
    deleted = try json?["deleted"].texts() ?? []
    for member in json?["kept"]?.members ?? [] {
      guard let reason = member.value.stringValue.flatMap(Reason.init(rawValue:)) else {
        throw PeerChannel.misbehaved("a tag that was kept for no reason")
      }
      kept[member.key] = reason
    }
  }
}

extension JSON? {
  func contents() throws(Diagnostic) -> [ObjectReference] {
    guard let items = self?.arrayValue else { throw PeerChannel.misbehaved("no list where one belongs") }
    var contents: [ObjectReference] = []
    for item in items { contents.append(try ObjectReference(shared: item)) }
    return contents
  }

  func texts() throws(Diagnostic) -> [String] {
    guard let items = self?.arrayValue else { throw PeerChannel.misbehaved("no list where one belongs") }
    let texts = items.compactMap(\.stringValue)
    guard texts.count == items.count else {
      throw PeerChannel.misbehaved("a list of something else than texts")
    }
    return texts
  }

  func digest() throws(Diagnostic) -> Digest {
    guard let digest = self?.stringValue.flatMap({ Digest($0) }) else {
      throw PeerChannel.misbehaved("something else than a digest")
    }
    return digest
  }

  func digests() throws(Diagnostic) -> [Digest] {
    let texts = try texts()
    let digests = texts.compactMap { Digest($0) }
    guard digests.count == texts.count else { throw PeerChannel.misbehaved("something else than a digest") }
    return digests
  }
}
