import ArgumentParser
import Diagnostics
import Execution
import JSONText
import Lineage

/// What a push or pull has moved.
struct TransferView {
  enum Direction: String {
    case push, pull

    var done: String { self == .push ? "pushed to" : "pulled from" }
  }

  let direction: Direction
  /// As the user named it.
  let remote: String
  let summary: StoreTransfer.Summary
  let seconds: Double

  /// Carries a transfer out and shows how it goes and what came of it.
  ///
  /// - Throws: `Diagnostic` if it fails, and `ExitCode` if objects are missing.
  static func show(
    _ direction: Direction, _ transfer: StoreTransfer, _ other: any StoreSource, _ options: RemoteOptions,
    _ output: OutputOptions
  ) throws {
    let start = ContinuousClock.now
    let line = ProgressLine(label: direction == .push ? "pushing" : "pulling")
    var rate = ProgressRate()
    defer { line.clear() }
    let summary = try transfer.run(
      targets: options.targets, tags: options.tagNames, verifying: options.verify
    ) { progress in
      rate.record(done: Int(progress.bytes), at: start.duration(to: .now) / .seconds(1))
      line.update(text(progress, rate))
    }
    line.clear()
    let view = TransferView(
      direction: direction, remote: other.name, summary: summary,
      seconds: start.duration(to: .now) / .seconds(1))
    output.write(json: view.json, text: view.text)
    if !summary.failures.isEmpty {
      if !output.json {
        let renderer = DiagnosticRenderer(style: Style(.error))
        for failure in summary.failures { StandardStream.error.write(renderer.render(failure)) }
      }
      throw ExitStatus.damaged.code
    }
  }

  private static func text(_ progress: StoreTransfer.Progress, _ rate: ProgressRate) -> String {
    let speed = rate.perSecond.map { "  \(Figures.bytes(Int64($0)))/s" } ?? ""
    let rest = rate.remaining(of: Int(progress.totalBytes)).map { "  \(Figures.duration($0)) left" } ?? ""
    return "\(progress.objects)/\(progress.totalObjects) objects  \(Figures.bytes(progress.bytes)) of "
      + "\(Figures.bytes(progress.totalBytes))\(speed)\(rest)"
  }

  var json: JSON {
    [
      "schema": "plumb.transfer/1", "direction": .string(direction.rawValue), "remote": .string(remote),
      "objects": .integer(summary.objects), "bytes": .integer(Int(summary.bytes)),
      "present": .integer(summary.present), "withheld": .integer(summary.withheld),
      "runs": .integer(summary.imported.runs),
      "executions": .integer(summary.imported.executions),
      "different": .array(summary.imported.different.map { .string($0.text) }),
      "tags": [
        "moved": .array(summary.tags.moved.map(JSON.string)),
        "deleted": .array(summary.tags.deleted.map(JSON.string)),
        "kept": .array(kept.map { ["tag": .string($0.tag), "reason": .string($0.reason.rawValue)] }),
      ],
      "failures": .array(
        summary.failures.map {
          ["code": .string($0.code.rawValue), "message": .string($0.message), "hint": JSON($0.hint)]
        }),
      "seconds": .number(seconds),
    ]
  }

  func text(_ style: Style) -> String {
    let runs = Figures.count(summary.imported.runs, "run")
    var text =
      "\(style.green(direction.done)) \(remote): \(runs) with "
      + "\(Figures.count(summary.imported.executions, "execution")), "
      + "\(Figures.count(summary.objects, "object")) of \(Figures.bytes(summary.bytes))"
    if summary.present > 0 { text += style.dim(" (\(summary.present) were there)") }
    text += "\n"
    for id in summary.imported.different {
      text +=
        "\(style.yellow("different")): execution \(id) made other bytes for the same key; the known ones stay\n"
    }
    for tag in summary.tags.moved { text += "\(style.bold(tag)) moved\n" }
    for tag in summary.tags.deleted { text += "\(style.bold(tag)) taken away\n" }
    for (tag, reason) in kept { text += "\(style.yellow("kept")): \(tag) stays: \(reason.text)\n" }
    if !summary.failures.isEmpty {
      let listings = Figures.count(summary.withheld, "directory listing")
      text += style.error("\(summary.failures.count) failed")
      text += summary.withheld > 0 ? ", and with it \(listings)\n" : "\n"
    }
    return text
  }

  /// Tags that stay where they were, by name.
  private var kept: [(tag: String, reason: TagImport.Reason)] {
    summary.tags.kept.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension TagImport.Reason {
  fileprivate var text: String {
    switch self {
    case .protected: "it is protected, and was not promoted"
    case .taken: "the name means something else on the receiving side, such as a stage"
    case .newer: "it was moved later on the receiving side; pull and push bring both together"
    case .absent: "what it means was not sent; name it to send it, too"
    }
  }
}
