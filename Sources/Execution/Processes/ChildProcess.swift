import Diagnostics
import Foundation
import Synchronization

/// A child with an event pipe, a log file, and a lifeline: a pipe that closes when this process dies.
final class ChildProcess: RunningStage {
  private struct State {
    var isReaped = false
    var wasKilled = false
  }

  /// Where events are read from.
  let events: Int32
  private let lifeline: Int32
  private let identifier: pid_t
  private let state = Mutex(State())

  var processID: Int32? { identifier }
  var wasKilled: Bool { state.withLock { $0.wasKilled } }

  /// Starts a program in a process group of its own, so that a terminal's signals reach only this process, which
  /// passes them on.
  init(executable: String, arguments: [String], log: String) throws(Diagnostic) {
    let life = try Pipe()
    let told = try Pipe()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, life.reading, STDIN_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    posix_spawn_file_actions_adddup2(&actions, told.writing, EventWriter.descriptor)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

    var child: pid_t = 0
    let words = ([executable] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let code = posix_spawn(&child, executable, &actions, &attributes, words, environ)
    close(life.reading)
    close(told.writing)
    guard code == 0 else {
      close(life.writing)
      close(told.reading)
      throw Diagnostic(.cannotStart, "cannot start '\(executable)': \(String(cString: strerror(code)))")
    }
    identifier = child
    lifeline = life.writing
    events = told.reading
  }

  deinit {
    close(lifeline)
    close(events)
  }

  /// Waits for the end of the process; to be called once.
  ///
  /// - Returns: how it ended, and what it used (getrusage(2)). A child starts with the peak of its parent, so that the
  ///   peak is too great where the parent's is greater; what a stage says of itself is exact.
  func wait() -> (status: StageEnding.Status, usage: StageUsage) {
    var information = siginfo_t()
    // Wait without reaping first: until it is reaped, its number cannot be another process's.
    while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    return state.withLock { state in
      var status: Int32 = 0
      var usage = rusage()
      while wait4(identifier, &status, 0, &usage) < 0, errno == EINTR {}
      state.isReaped = true
      let signal = status & 0x7F
      return (
        signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal),
        StageUsage(usage, peakMemory: usage.ru_maxrss * 1024)
      )
    }
  }

  func cancel() { send(SIGTERM) }

  func kill() {
    state.withLock { $0.wasKilled = true }
    send(SIGKILL)
  }

  private func send(_ signal: Int32) {
    state.withLock { state in
      if !state.isReaped { _ = Foundation.kill(identifier, signal) }
    }
  }
}

/// The two ends of a pipe that children do not inherit unless they are told to.
private struct Pipe {
  let reading: Int32
  let writing: Int32

  init() throws(Diagnostic) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw Diagnostic(.cannotStart, "cannot open a pipe: \(String(cString: strerror(errno)))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }
}
