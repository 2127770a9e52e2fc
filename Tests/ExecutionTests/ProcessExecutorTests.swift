import Diagnostics
import Execution
import Foundation
import JSONText
import Pipeline
import Synchronization
import Testing

@Suite struct ProcessExecutorTests {
  let shop: Workshop
  init() throws { shop = try Workshop() }

  /// Runs a shell script as a stage's process; events go to descriptor 3.
  func outcome(_ script: String, whenStarted act: (any RunningStage) -> Void = { _ in }) throws
    -> (outcome: StageOutcome?, events: [StageEvent])
  {
    let file = shop.url.appendingPathComponent("stage.sh")
    try Data(script.utf8).write(to: file)
    let request = StageRequest(
      stage: "s", kind: "join", kindVersion: 1, configuration: .object([]), inputs: [],
      outputDirectory: shop.url, checkpointDirectory: shop.url, scoreDirectory: shop.url, threads: 1)
    let result = Mutex<(StageOutcome?, [StageEvent])>((nil, []))
    let ended = DispatchSemaphore(value: 0)
    let running = try ProcessExecutor(executable: "/bin/sh", arguments: [file.path]).start(
      request, in: shop.url
    ) {
      event in
      result.withLock { $0.1.append(event) }
    } onEnd: { outcome in
      result.withLock { $0.0 = outcome }
      ended.signal()
    }
    act(running)
    #expect(ended.wait(timeout: .now() + 20) == .success)
    return result.withLock { ($0.0, $0.1) }
  }

  @Test func `events arrive and success is said`() throws {
    let (outcome, events) = try outcome(
      """
      echo '{"v":1,"event":"metric","name":"loss","step":3,"value":"nan"}' >&3
      echo '{"v":1,"event":"log","level":"info","message":"half way"}' >&3
      cat "$1" >/dev/null && echo '{"v":1,"event":"done"}' >&3
      """)
    #expect(outcome == .succeeded)
    #expect(events.count == 3)
    #expect(events.dropLast().last == .log(.info, "half way"))
    guard case .usage(let usage) = events.last else {
      Issue.record("nothing is known of what the process used")
      return
    }
    #expect(usage.peakMemory > 100_000 && usage.processorSeconds >= 0)
  }

  static let endings: [(String, String, String)] = [
    ("exit 3", "E401", "the stage's process ended with exit code 3 and no explanation"),
    ("kill -SEGV $$", "E402", "the stage's process crashed with SIGSEGV (invalid memory access)"),
    ("kill -KILL $$", "E403", "the stage's process was killed by signal 9 (SIGKILL)"),
    ("echo '{\"v\":2}' >&3", "E404", "the stage's process sent something that is no event: {\"v\":2}"),
    ("exit 0", "E404", "the stage's process ended without saying whether it succeeded"),
    (
      #"echo '{"v":1,"event":"failed","diagnostics":[{"code":"E501","title":"t","severity":"error","message":"loss is nan"}]}' >&3; exit 1"#,
      "E501", "loss is nan"
    ),
  ]

  @Test(arguments: endings) func `an ending is told by its cause`(
    _ script: String, _ code: String, _ message: String
  )
    throws
  {
    guard case .failed(let failure) = try outcome("echo last words\n\(script)").outcome else {
      Issue.record("the stage did not fail")
      return
    }
    #expect(failure.diagnostics.map(\.code.rawValue) == [code])
    #expect(failure.diagnostics.map(\.message) == [message])
    #expect(failure.logTail == "last words")
  }

  @Test func `a stage is asked to stop, and killed if it must be`() throws {
    let polite =
      #"trap 'echo "{\"v\":1,\"event\":\"cancelled\"}" >&3; exit 130' TERM; echo '{"v":1,"event":"log","level":"info","message":"on"}' >&3; while :; do sleep 0.05; done"#
    #expect(
      try outcome(polite) {
        usleep(300_000)
        $0.cancel()
      }.outcome == .cancelled)
    let deaf = "trap '' TERM; while :; do sleep 0.05; done"
    #expect(
      try outcome(deaf) {
        $0.cancel()
        $0.kill()
      }.outcome == .cancelled)
  }

  @Test func `a program that is not there cannot be started`() throws {
    let request = StageRequest(
      stage: "s", kind: "join", kindVersion: 1, configuration: .object([]), inputs: [],
      outputDirectory: shop.url, checkpointDirectory: shop.url, scoreDirectory: shop.url, threads: 1)
    #expect(throws: Diagnostic.self) {
      try ProcessExecutor(executable: "/nowhere", arguments: []).start(
        request, in: shop.url, onEvent: { _ in }, onEnd: { _ in })
    }
  }

  @Test func `requests and events survive the journey`() throws {
    let request = StageRequest(
      stage: "s", kind: "join", kindVersion: 2, configuration: ["a": [1, 2.5, nil]],
      inputs: [
        StageInput(
          port: "models", name: "sft", type: .model, digest: "ab", path: URL(fileURLWithPath: "/x/y"),
          label: "sft.model", originalPath: "../y")
      ], outputDirectory: URL(fileURLWithPath: "/o", isDirectory: true),
      checkpointDirectory: URL(fileURLWithPath: "/c", isDirectory: true),
      scoreDirectory: URL(fileURLWithPath: "/s", isDirectory: true), threads: 2)
    #expect(try StageRequest(json: JSON.parse(request.json.compact)) == request)
    let events: [StageEvent] = [
      .progress(StageProgress(done: 1, total: 9, unit: "steps", note: "loss 2.1")),
      .metric(name: "kl", step: 4, value: -.infinity), .metric(name: "loss", step: 1, value: 0.1),
      .log(.warning, "a \"b\"\n"), .describe(port: "model", facts: ["rows": 3]), .done, .cancelled,
      .usage(StageUsage(peakMemory: 3_000_000_000, processorSeconds: 1.5)),
      .failed([
        Diagnostic(
          .stageFailed, "m", at: SourceLocation(file: "f", line: 2, column: 3, length: 4, excerpt: "x"),
          hint: "h")
      ]),
    ]
    for event in events { #expect(StageEvent(json: try JSON.parse(event.json.compact)) == event) }
  }
}
