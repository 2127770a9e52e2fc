import Diagnostics
import Foundation
import JSONText

/// Reference vectors made by transformers and TRL; `PLUMBLINE_GOLDEN` names another set of the same layout.
public enum Golden {
  /// Where the project keeps what tests compare with.
  public static let fixtures = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures", isDirectory: true)

  /// The set that comes with the project; also where tests that need just any tiny model take one.
  public static let committed = fixtures.appendingPathComponent("golden", isDirectory: true)

  /// Vectors of the project's own, made from `committed` by the scripts in `Fixtures/generate`.
  public static let vectors = committed.deletingLastPathComponent()
    .appendingPathComponent("vectors", isDirectory: true)

  /// The set to compare with.
  public static let directory: URL = {
    guard let path = ProcessInfo.processInfo.environment["PLUMBLINE_GOLDEN"], !path.isEmpty else {
      return committed
    }
    return URL(fileURLWithPath: path, isDirectory: true)
  }()

  public static func url(_ path: String) -> URL { directory.appendingPathComponent(path) }

  /// Names of a folder's JSON files, without the ending, sorted.
  public static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url(folder).path)
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }

  /// The cases in a folder, for the arguments of a test: the names of its JSON files; none if it cannot be read.
  public static func cases(in folder: URL) -> [String] {
    let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).filter { $0.pathExtension == "json" }
      .map { $0.deletingPathExtension().lastPathComponent }.sorted()
  }

  public static func json(_ path: String) throws -> JSON { try json(at: url(path)) }

  public static func json(at url: URL) throws -> JSON {
    try JSON.parse([UInt8](Data(contentsOf: url)), file: url.lastPathComponent)
  }

  /// A file of the vectors that the project's own generators wrote.
  public static func vectors(_ path: String) -> URL {
    committed.deletingLastPathComponent().appendingPathComponent("vectors/\(path)")
  }

  /// The model of a set that has exactly these tensors.
  public static func model(in set: URL, tensors: [String]) throws -> String? {
    let models = set.appendingPathComponent("models")
    return try FileManager.default.contentsOfDirectory(atPath: models.path).sorted().first { name in
      let file = models.appendingPathComponent("\(name)/model.safetensors")
      let bytes = try [UInt8](Data(contentsOf: file, options: .alwaysMapped))
      let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      let header = try JSON.parse(Array(bytes[8..<8 + length]), file: name)
      let names = header.members?.map(\.key).filter { $0 != "__metadata__" } ?? []
      return Set(names) == Set(tensors)
    }
  }
}

extension JSON {
  /// The numbers of an array; empty if it is none.
  public var doubles: [Double] { (arrayValue ?? []).compactMap(\.doubleValue) }
  public var ids: [Int32] {
    (arrayValue ?? []).compactMap { $0.intValue.map(Int32.init(truncatingIfNeeded:)) }
  }
}

/// The greatest absolute difference of two lists; infinite if their lengths differ.
public func greatestDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

/// |a - b| over the greater magnitude, with a floor for values near zero.
public func relativeDifference(_ a: Double, _ b: Double, floor: Double = 1e-6) -> Double {
  abs(a - b) / max(abs(a), abs(b), floor)
}
