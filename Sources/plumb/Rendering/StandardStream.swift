import Foundation
import Synchronization

/// The two streams of the program: data on standard output, everything else on standard error.
enum StandardStream: Int32 {
  case output = 1
  case error = 2

  var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Whether colour is wanted here: a terminal, and no word against it (https://no-color.org).
  var allowsColor: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// Columns of the terminal; 100 where there is none.
  var width: Int {
    if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 {
      return columns
    }
    var size = winsize()
    guard ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return Int(size.ws_col)
  }

  /// Writes text at once.
  ///
  /// What is lost on standard output is told when the program ends; what is lost on standard error is lost: a run goes
  /// on though nobody reads its progress any more.
  func write(_ text: String) {
    guard self == .error || Self.outputFailure == nil else { return }
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Foundation.write(rawValue, rest.baseAddress, rest.count)
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno == EAGAIN {
          usleep(1000)
        } else if errno != EINTR {
          if self == .output { outputError.store(errno, ordering: .relaxed) }
          return
        }
      }
    }
  }

  func writeLine(_ line: String = "") { write(line + "\n") }

  /// The error (errno(3)) that kept standard output from being written whole; nil if there was none.
  static var outputFailure: Int32? {
    let code = outputError.load(ordering: .relaxed)
    return code == 0 ? nil : code
  }

  /// Makes the streams safe to write to: a pipe without a reader is an error rather than the end of the process, and a
  /// stream that was closed is not given to the next file that is opened.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }
}

/// The first error of standard output; 0 if there was none.
private let outputError = Atomic<Int32>(0)
