import Foundation
import Synchronization

/// Hands signals to a closure on a thread of its own, instead of the default action.
public enum SignalWatch {
  /// Takes SIGINT, SIGTERM and SIGHUP for the rest of the process's life; to be called once. A SIGHUP that is ignored
  /// (`nohup`) stays ignored.
  ///
  /// A handler rather than `sigwait`: libraries start threads before `main`, on which the signals are not blocked.
  /// It also undoes that shells start background jobs with SIGINT ignored, and that a parent had them blocked.
  ///
  /// - Parameter handle: called for every signal, with its number.
  public static func start(_ handle: @escaping @Sendable (Int32) -> Void) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    writingEnd.store(ends[1], ordering: .relaxed)
    let readingEnd = ends[0]
    Thread.detachNewThread {
      var number: UInt8 = 0
      while true {
        let count = read(readingEnd, &number, 1)
        if count == 1 { handle(Int32(number)) } else if count == 0 || errno != EINTR { return }
      }
    }
    let signals = [SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP])
    for signal in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { signal in
        // Only what is safe in a handler (signal-safety(7)), and errno kept for whoever was interrupted.
        let code = errno
        var number = UInt8(truncatingIfNeeded: signal)
        _ = write(writingEnd.load(ordering: .relaxed), &number, 1)
        errno = code
      }
      action.sa_flags = SA_RESTART
      sigaction(signal, &action, nil)
    }
    var taken = sigset_t()
    sigemptyset(&taken)
    for signal in signals { sigaddset(&taken, signal) }
    pthread_sigmask(SIG_UNBLOCK, &taken, nil)
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    sigaction(signal, nil, &action)
    // SIG_IGN is the address 1; a closure has no other way to be compared.
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  /// The name of a signal, such as `SIGSEGV`.
  static func name(of signal: Int32) -> String {
    switch signal {
    case SIGABRT: "SIGABRT (abort)"
    case SIGBUS: "SIGBUS (bus error)"
    case SIGFPE: "SIGFPE (arithmetic error)"
    case SIGHUP: "SIGHUP"
    case SIGILL: "SIGILL (trap)"
    case SIGINT: "SIGINT"
    case SIGKILL: "SIGKILL"
    case SIGPIPE: "SIGPIPE"
    case SIGQUIT: "SIGQUIT"
    case SIGSEGV: "SIGSEGV (invalid memory access)"
    case SIGTERM: "SIGTERM"
    case SIGTRAP: "SIGTRAP (trap)"
    case SIGXCPU: "SIGXCPU (limit of processor time)"
    case SIGXFSZ: "SIGXFSZ (limit of file size)"
    default: "signal \(signal)"
    }
  }
}

/// Where the handler writes the numbers of signals.
private let writingEnd = Atomic<Int32>(-1)
