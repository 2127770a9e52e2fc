import Artifacts
import Diagnostics
import Foundation
import Pipeline

/// The inside of `plumb stage`: runs one stage as its request says and tells how it went.
public enum StageProcess {
  /// Runs the stage of a request and returns the exit code of the process.
  ///
  /// Standard input is a pipe whose other end the parent holds: when it closes, the parent is dead and this process
  /// ends at once. SIGTERM and SIGINT ask the stage to stop; a second one ends it.
  ///
  /// - Throws: `Diagnostic` if there is nobody to tell.
  public static func main(request file: URL, registry: StageRegistry) throws(Diagnostic) -> Int32 {
    guard fcntl(EventWriter.descriptor, F_GETFD) >= 0 else {
      throw Diagnostic(
        .invalidRequest, "nobody listens to this stage: 'plumb stage' is started by 'plumb run', not by hand",
        hint: "plumb run --help")
    }
    let cancellation = StageCancellation()
    SignalWatch.start { _ in
      if cancellation.isRequested { _exit(130) }
      cancellation.request()
    }
    signal(SIGPIPE, SIG_IGN)
    endWithParent()
    let events = EventWriter(descriptor: EventWriter.descriptor)
    var inputs: [StageInput] = []
    defer { if let usage = StageUsage.own { events.send(.usage(usage)) } }
    do {
      let request = try StageRequest(contentsOf: file)
      keepPrivate(request.checkpointDirectory)
      inputs = request.inputs
      try run(request, registry, StageLog(passingOnTo: events), cancellation)
      events.send(.done)
      return 0
    } catch is StageCancelled {
      events.send(.cancelled)
      return 130
    } catch let error as Diagnostic {
      events.send(.failed([error.naming(inputs)]))
    } catch let error as DiagnosticList {
      events.send(.failed(error.diagnostics.map { $0.naming(inputs) }))
    } catch {
      events.send(.failed([Diagnostic(.stageFailed, "the stage failed: \(error)")]))
    }
    return 1
  }

  private static func run(
    _ request: StageRequest, _ registry: StageRegistry, _ events: any StageEventSink,
    _ cancellation: StageCancellation
  ) throws {
    guard let kind = registry[request.kind], kind.version == request.kindVersion else {
      throw Diagnostic(
        .invalidRequest,
        "this plumb does not have version \(request.kindVersion) of the stage kind '\(request.kind)'",
        hint: "the program was replaced during the run; run the same command again")
    }
    let context = StageContext(
      stage: request.stage, inputs: request.inputs, outputDirectory: request.outputDirectory,
      checkpointDirectory: request.checkpointDirectory, scoreDirectory: request.scoreDirectory,
      threads: request.threads, events: events, cancellation: cancellation)
    try kind.run(canonical: request.configuration, in: context)
  }

  /// What the stage writes is its user's, or its group's where the store is shared.
  private static func keepPrivate(_ directory: URL) {
    let mask = StorePermissions(in: directory.path).umask
    umask(umask(mask) | mask)
  }

  private static func endWithParent() {
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { _exit(125) }
      }
    }
  }
}
