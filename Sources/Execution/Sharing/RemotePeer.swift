import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage

/// A store on another machine, which `plumb store serve` speaks for there, reached through `ssh`.
public final class RemotePeer: StorePeer {
  /// Seconds that the other program has to end once nothing more is said.
  private static let grace = 2.0

  public let name: String
  public let remedy: String
  private let channel: PeerChannel
  private let process: Process
  private let input = Pipe()
  private let output = Pipe()

  /// - Parameters:
  ///   - program: `plumb` as the shell on the other side finds it.
  ///   - shell: the program in the place of `ssh`.
  ///   - creating: makes the store if there is none.
  /// - Throws: `Diagnostic` if it cannot be reached.
  public init(_ location: RemoteLocation, program: String, shell: String, creating: Bool) throws {
    name = location.text
    remedy = "on \(location.host): plumb store verify --repair --store \(location.path.shellQuoted)"
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [shell] + location.arguments(running: program, creating: creating)
    process.standardInput = input
    process.standardOutput = output
    // A write to a connection that has ended is an error like others.
    signal(SIGPIPE, SIG_IGN)
    do { try process.run() } catch {
      throw Diagnostic(.peerUnavailable, "cannot start '\(shell)': \(error.localizedDescription)")
    }
    try? input.fileHandleForReading.close()
    try? output.fileHandleForWriting.close()
    channel = PeerChannel(
      reading: output.fileHandleForReading.fileDescriptor, writing: input.fileHandleForWriting.fileDescriptor)
    let greeting = try channel.receive()
    guard let greeting else {
      throw Diagnostic(
        .peerUnavailable, "nothing answers for '\(name)'",
        hint: "try: \(shell) \(location.host) \(program) --version; --remote-plumb names the program there")
    }
    if greeting["error"] != nil { _ = try value(of: greeting) }
    guard greeting["plumb"]?.intValue == PeerServer.version else {
      throw PeerChannel.misbehaved("a greeting of another version: \(greeting.compact.prefix(80))")
    }
  }

  deinit {
    // Without a reader, a program that still writes has nothing to wait for.
    try? output.fileHandleForReading.close()
    try? input.fileHandleForWriting.close()
    for signal in [SIGTERM, SIGKILL] where !hasEnded(within: Self.grace) {
      kill(process.processIdentifier, signal)
    }
    process.waitUntilExit()
  }

  private func hasEnded(within seconds: Double) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while process.isRunning, ContinuousClock.now < end { usleep(1000) }
    return !process.isRunning
  }

  public func endedRuns() throws -> Set<RunID> { Set(try ask(["do": "runs"]).texts().map { RunID($0) }) }

  public func sharedRuns(_ targets: [String]) throws -> [[RunID]] {
    let groups = try ask(["do": "share", "targets": .array(targets.map(JSON.string))])?.arrayValue ?? []
    return try groups.map { try Optional($0).texts().map { RunID($0) } }
  }

  public func contents(of runs: [RunID]) throws -> [ObjectReference] {
    let contents = try ask(["do": "contents", "runs": .array(runs.map { .string($0.text) })])
    return try contents.contents()
  }

  public func missing(_ objects: [ObjectReference], verifying: Bool) throws -> [Digest] {
    try ask([
      "do": "missing", "objects": .array(objects.map(\.json)), "verifying": .bool(verifying),
    ]).digests()
  }

  /// What a remote store sends says its size itself.
  public func size(of digest: Digest) throws -> Int64 { 0 }

  public func send(_ digest: Digest, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard let size = try ask(["do": "send", "digest": .string(digest.text)])?.intValue, size >= 0 else {
      throw PeerChannel.misbehaved("an object without a size")
    }
    var rest = Int64(size)
    do {
      try channel.receive(rest) { bytes in
        rest -= Int64(bytes.count)
        try sink(bytes)
      }
    } catch let error as Diagnostic where error.endsConversation {
      throw error
    } catch {
      // The rest is passed over, so that the conversation goes on; if it cannot, the first error says why.
      try? channel.receive(rest) { _ in }
      _ = try? channel.receive()
      throw error
    }
    _ = try answer()
  }

  public func receive(
    _ digest: Digest, size: () throws -> Int64,
    from body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    var rest = try size()
    try channel.send(["do": "receive", "digest": .string(digest.text), "bytes": .integer(Int(rest))])
    do {
      try body { bytes in
        let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(rest)))
        try channel.send(part)
        rest -= Int64(part.count)
      }
    } catch {
      try? channel.pad(rest)
      _ = try? channel.receive()
      throw error
    }
    try channel.pad(rest)
    _ = try answer()
  }

  public func bundle(of run: RunID) throws -> JSON {
    try ask(["do": "bundle", "run": .string(run.text)]) ?? .null
  }

  public func importRuns(_ bundles: [JSON]) throws -> ImportSummary {
    try ImportSummary(shared: ask(["do": "import", "runs": .array(bundles)]) ?? .null)
  }

  public func sharedTags(_ names: [String]?) throws -> [JSON] {
    let list = names.map { JSON.array($0.map(JSON.string)) } ?? .null
    return try ask(["do": "tags", "names": list])?.arrayValue ?? []
  }

  public func importTags(_ moves: [JSON]) throws -> TagImport {
    try TagImport(shared: ask(["do": "import-tags", "tags": .array(moves)]))
  }

  public func confirm(_ contents: [ObjectReference]) throws {
    _ = try ask(["do": "confirm", "contents": .array(contents.map(\.json))])
  }

  private func ask(_ request: JSON) throws -> JSON? {
    try channel.send(request)
    return try answer()
  }

  private func answer() throws -> JSON? {
    guard let answer = try channel.receive() else { throw PeerChannel.ended }
    return try value(of: answer)
  }

  /// - Throws: the error that the other side had, as its own.
  private func value(of answer: JSON) throws -> JSON? {
    if let error = answer["error"] {
      let code = error["code"]?.stringValue
      guard let code, code.wholeMatch(of: /E[0-9]{3}/) != nil else {
        throw PeerChannel.misbehaved("an error without a code")
      }
      throw Diagnostic(
        DiagnosticCode(code, "an error of another store"),
        "\(name): \(error["message"]?.stringValue ?? "failed")", hint: error["hint"]?.stringValue)
    }
    guard let value = answer["ok"] else { throw PeerChannel.misbehaved("no answer") }
    return value
  }
}
