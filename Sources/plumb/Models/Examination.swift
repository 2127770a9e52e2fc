import Artifacts
import Compute
import Diagnostics
import Foundation
import JSONText
import Lineage

/// What was found out about the machine and the store.
struct Examination {
  struct Finding {
    enum Verdict: String { case fine, doubtful, wrong }

    var subject: String
    var verdict: Verdict
    var text: String
    var hint: String?

    var json: JSON {
      [
        "subject": .string(subject), "verdict": .string(verdict.rawValue), "text": .string(text),
        "hint": JSON(hint),
      ]
    }
  }

  /// Bytes below which a disk is called nearly full.
  private static let scarceSpace: Int64 = 2_000_000_000

  private(set) var findings: [Finding] = []

  init(store: StoreOptions) {
    let machine = MachineDescription()
    add("plumb", .fine, Plumb.version)
    examineProcessor(machine)
    add("matrix products", .fine, machine.matrixProducts)
    let memory = Int64(clamping: ProcessInfo.processInfo.physicalMemory)
    add(
      "memory", memory < 2_000_000_000 ? .doubtful : .fine, Figures.bytes(memory),
      hint: memory < 2_000_000_000 ? "training holds four times a model's weights" : nil)
    examineTemporaryDirectory()
    let current = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    examine((try? store.existingLayout()) ?? StoreLocation.locate(explicit: store.store, from: current))
  }

  private mutating func add(
    _ subject: String, _ verdict: Finding.Verdict, _ text: String, hint: String? = nil
  ) {
    findings.append(Finding(subject: subject, verdict: verdict, text: text, hint: hint))
  }

  private mutating func examineProcessor(_ machine: MachineDescription) {
    let isSlow = CPULevel.current == .baseline
    let isLimited = CPULevel.current != .available
    add(
      "processor", isSlow || isLimited ? .doubtful : .fine,
      "\(Figures.count(machine.processors, "core")), \(machine.vectors)",
      hint: isLimited
        ? "this CPU has \(CPULevel.available.name); unset \(CPULevel.variable) to use it"
        : isSlow ? "expect a fraction of the speed of a processor with AVX2" : nil)
    do {
      try CPULevel.check()
    } catch {
      add("environment", .wrong, error.message, hint: error.hint)
    }
  }

  private mutating func examineTemporaryDirectory() {
    let directory = FileManager.default.temporaryDirectory.path
    let isWritable = access(directory, W_OK) == 0
    add(
      "temporary files", isWritable ? .fine : .wrong, directory,
      hint: isWritable ? nil : "set TMPDIR to a directory that can be written")
  }

  // MARK: The store

  private mutating func examine(_ layout: StoreLayout) {
    examineDisk(of: layout)
    guard layout.exists else {
      return add("store", .fine, "none yet; the first run makes \(layout.root.path)")
    }
    do {
      let reader = try LineageReader.open(layout)
      let runs = try reader?.read { try $0.runs() } ?? []
      let sizes = try ObjectStore(layout).objectSizes()
      let bytes = Figures.bytes(sizes.values.reduce(0, +))
      add(
        "store", .fine,
        "\(layout.root.path): \(Figures.count(runs.count, "run")), \(Figures.count(sizes.count, "object")), \(bytes)"
      )
    } catch let error as Diagnostic {
      add("store", .wrong, error.message, hint: error.hint)
    } catch {
      add("store", .wrong, "\(error)")
    }
    examineLeftovers(of: layout)
    examinePermissions(of: layout)
    let isWritable = access(layout.root.path, W_OK) == 0
    if !isWritable {
      add("store", .wrong, "\(layout.root.path) cannot be written", hint: "check its owner and mode")
    }
  }

  private mutating func examineLeftovers(of layout: StoreLayout) {
    guard let leftovers = try? ObjectStore(layout).leftovers(), leftovers.count > 0 else { return }
    add(
      "leftovers", .doubtful, "\(Figures.leftovers(leftovers)) of killed processes in \(layout.root.path)",
      hint: "the next run removes them, and so does plumb store gc")
  }

  private mutating func examinePermissions(of layout: StoreLayout) {
    guard layout.openBits == 0 else {
      return add(
        "access", .doubtful, "other users of this machine can look into \(layout.root.path)",
        hint: layout.permissions.isShared
          ? "plumb store init --shared keeps it to its group" : "plumb store init makes it private")
    }
    let isShared = layout.permissions.isShared
    add("access", .fine, isShared ? "shared with the group \(layout.groupName)" : "private to its user")
  }

  private mutating func examineDisk(of layout: StoreLayout) {
    var directory = layout.root
    while access(directory.path, F_OK) != 0, directory.path != "/" { directory.deleteLastPathComponent() }
    var status = statvfs()
    guard statvfs(directory.path, &status) == 0 else {
      return add("disk", .wrong, "\(directory.path): \(String(cString: strerror(errno)))")
    }
    let free = Int64(
      clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    let isScarce = free < Self.scarceSpace
    add(
      "disk", isScarce ? .doubtful : .fine, "\(Figures.bytes(free)) free for the store",
      hint: isScarce ? "plumb store gc --plan shows what could be freed" : nil)
  }
}
