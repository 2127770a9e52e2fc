import Foundation

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

  /// Writes text at once. Where nobody reads any more (`| head`), the program ends as SIGPIPE would end it.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Foundation.write(rawValue, rest.baseAddress, rest.count)
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno == EPIPE {
          _exit(128 + SIGPIPE)
        } else if errno == EAGAIN {
          usleep(1000)
        } else if errno != EINTR {
          return
        }
      }
    }
  }

  func writeLine(_ line: String = "") { write(line + "\n") }
}
