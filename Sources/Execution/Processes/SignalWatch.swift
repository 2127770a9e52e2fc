import Foundation

/// Hands signals to a closure on a thread of its own, instead of the default action.
public enum SignalWatch {
  /// Takes SIGINT and SIGTERM for the rest of the process's life.
  ///
  /// To be called before other threads start: they inherit that the signals are blocked.
  ///
  /// - Parameter handle: called for every signal, with its number.
  public static func start(_ handle: @escaping @Sendable (Int32) -> Void) {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Thread.detachNewThread {
      var watched = sigset_t()
      sigemptyset(&watched)
      sigaddset(&watched, SIGINT)
      sigaddset(&watched, SIGTERM)
      while true {
        var signal: Int32 = 0
        if sigwait(&watched, &signal) == 0 { handle(signal) }
      }
    }
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
