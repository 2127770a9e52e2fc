import Diagnostics
import JSONText
import Pipeline

/// What a stage's process tells while it runs: one line of JSON each.
///
/// Every line carries the version of the format; a reader refuses lines of another version.
public enum StageEvent: Sendable, Hashable {
  case progress(StageProgress)
  /// The stage goes on from here rather than from its beginning.
  case resumed(StageProgress)
  /// A checkpoint was written from which another attempt can go on.
  case saved(StageProgress)
  case metric(name: String, step: Int, value: Double)
  case log(StageLogLevel, String)
  case describe(port: String, facts: JSON)
  /// What the process used; the last one counts.
  case usage(StageUsage)
  /// The outputs are complete.
  case done
  case failed([Diagnostic])
  /// The stage stopped because it was asked to.
  case cancelled

  static let version = 1

  public var json: JSON {
    var members: [JSON.Member] = [.init("v", .integer(Self.version))]
    func add(_ key: String, _ value: JSON) { members.append(.init(key, value)) }
    switch self {
    case .progress(let progress): members += Self.members("progress", progress)
    case .resumed(let progress): members += Self.members("resumed", progress)
    case .saved(let progress): members += Self.members("saved", progress)
    case .metric(let name, let step, let value):
      add("event", "metric")
      add("name", .string(name))
      add("step", .integer(step))
      // JSON has no infinities and no NaN; their names stand for them.
      add("value", value.isFinite ? .number(value) : .string("\(value)"))
    case .log(let level, let message):
      add("event", "log")
      add("level", .string(level.rawValue))
      add("message", .string(message))
    case .describe(let port, let facts):
      add("event", "describe")
      add("port", .string(port))
      add("facts", facts)
    case .usage(let usage):
      add("event", "usage")
      add("peak_memory", .integer(usage.peakMemory))
      add("processor_seconds", .number(usage.processorSeconds))
    case .done: add("event", "done")
    case .failed(let diagnostics):
      add("event", "failed")
      add("diagnostics", .array(diagnostics.map(\.eventJSON)))
    case .cancelled: add("event", "cancelled")
    }
    return .object(members)
  }

  private static func members(_ event: String, _ progress: StageProgress) -> [JSON.Member] {
    [
      .init("event", .string(event)), .init("done", .integer(progress.done)),
      .init("total", .integer(progress.total)), .init("unit", .string(progress.unit)),
      .init("note", .string(progress.note)),
    ]
  }

  /// Reads a line; nil if it is no event of this version.
  public init?(json: JSON) {
    guard json["v"]?.intValue == Self.version, let event = json["event"]?.stringValue else { return nil }
    switch event {
    case "progress", "resumed", "saved":
      guard let done = json["done"]?.intValue, let total = json["total"]?.intValue,
        let unit = json["unit"]?.stringValue, let note = json["note"]?.stringValue
      else { return nil }
      let progress = StageProgress(done: done, total: total, unit: unit, note: note)
      self =
        event == "progress" ? .progress(progress) : event == "resumed" ? .resumed(progress) : .saved(progress)
    case "metric":
      guard let name = json["name"]?.stringValue, let step = json["step"]?.intValue,
        let value = json["value"],
        let number = value.doubleValue ?? value.stringValue.flatMap(Double.init)
      else { return nil }
      self = .metric(name: name, step: step, value: number)
    case "log":
      guard let level = json["level"]?.stringValue.flatMap(StageLogLevel.init(rawValue:)),
        let message = json["message"]?.stringValue
      else { return nil }
      self = .log(level, message)
    case "describe":
      guard let port = json["port"]?.stringValue, let facts = json["facts"] else { return nil }
      self = .describe(port: port, facts: facts)
    case "usage":
      guard let memory = json["peak_memory"]?.intValue,
        let seconds = json["processor_seconds"]?.doubleValue
      else { return nil }
      self = .usage(StageUsage(peakMemory: memory, processorSeconds: seconds))
    case "done": self = .done
    case "cancelled": self = .cancelled
    case "failed":
      guard let items = json["diagnostics"]?.arrayValue else { return nil }
      let diagnostics = items.compactMap(Diagnostic.init(eventJSON:))
      guard diagnostics.count == items.count else { return nil }
      self = .failed(diagnostics)
    default: return nil
    }
  }
}

extension Diagnostic {
  fileprivate var eventJSON: JSON {
    var json: [JSON.Member] = [
      .init("code", .string(code.rawValue)), .init("title", .string(code.title)),
      .init("severity", .string(severity.rawValue)), .init("message", .string(message)),
      .init("hint", JSON(hint)),
    ]
    if let location {
      json.append(
        .init(
          "location",
          [
            "file": .string(location.file), "line": JSON(location.line), "column": JSON(location.column),
            "length": .integer(location.length), "excerpt": JSON(location.excerpt),
          ]))
    }
    return .object(json)
  }

  fileprivate init?(eventJSON json: JSON) {
    guard let code = json["code"]?.stringValue, let title = json["title"]?.stringValue,
      let severity = json["severity"]?.stringValue.flatMap(Severity.init(rawValue:)),
      let message = json["message"]?.stringValue
    else { return nil }
    let location = json["location"].flatMap { location in
      location["file"]?.stringValue.map { file in
        SourceLocation(
          file: file, line: location["line"]?.intValue, column: location["column"]?.intValue,
          length: location["length"]?.intValue ?? 1, excerpt: location["excerpt"]?.stringValue)
      }
    }
    self.init(
      DiagnosticCode(code, title), message, at: location, hint: json["hint"]?.stringValue, severity: severity)
  }
}
