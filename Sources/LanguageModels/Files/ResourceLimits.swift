import Diagnostics
import Foundation

/// Returns the product of sizes that are not negative; nil if it overflows on the way.
public func checkedProduct(_ factors: some Sequence<Int>) -> Int? {
  var product = 1
  for factor in factors {
    let (value, overflow) = product.multipliedReportingOverflow(by: factor)
    if overflow { return nil }
    product = value
  }
  return product
}

/// How much memory a model may ask for, so that a slip in a configuration is an error and not a killed process.
public struct ResourceLimits: Sendable, Hashable {
  /// Bytes that may be allocated.
  public var memory: Int

  public init(memory: Int) { self.memory = memory }

  /// The physical memory of this machine, or what this process may still address (`ulimit -v`) if that is less.
  public static var machine: ResourceLimits {
    ResourceLimits(
      memory: min(Int(clamping: ProcessInfo.processInfo.physicalMemory), addressable ?? .max))
  }

  /// Addresses that threads' stacks and the allocator's heaps take besides.
  private static let unaccounted = 256 << 20

  /// Bytes that this process may address beside those that it does, its mapped files among them; nil without a limit.
  private static var addressable: Int? {
    #if os(Linux)
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < Int.max else {
        return nil
      }
      // The first number is the size in pages, proc(5).
      let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
        .prefix { $0 != " " }
      let used = pages.flatMap { Int($0) } ?? 0
      return max(0, Int(limit.rlim_cur) - used * Int(getpagesize()) - unaccounted)
    #else
      return nil
    #endif
  }

  /// Refuses tensors that cannot fit.
  ///
  /// - Parameters:
  ///   - shapes: of everything that will be allocated as `Float`, each once.
  ///   - copies: how often each is held: 1 for weights, 4 with a gradient and two optimiser moments.
  ///   - purpose: completes "… needs", such as `the model` or `training the model`.
  ///   - file: the file that declares the sizes, for the error.
  /// - Throws: `Diagnostic` with the memory needed and the memory there is.
  public func check(
    shapes: some Sequence<[Int]>, copies: Int = 1, purpose: String, file: String
  ) throws(Diagnostic) {
    var elements = 0
    for shape in shapes {
      guard let count = checkedProduct(shape) else {
        throw tooLarge("more than 2^63 elements", purpose, file)
      }
      let (sum, overflow) = elements.addingReportingOverflow(count)
      if overflow { throw tooLarge("more than 2^63 elements", purpose, file) }
      elements = sum
    }
    guard let bytes = checkedProduct([elements, copies, MemoryLayout<Float>.stride]) else {
      throw tooLarge("more than 2^63 bytes", purpose, file)
    }
    if bytes > memory { throw tooLarge("\(Self.gibibytes(bytes)) of memory", purpose, file) }
  }

  private func tooLarge(_ need: String, _ purpose: String, _ file: String) -> Diagnostic {
    Diagnostic(
      .modelTooLarge, "\(purpose) needs \(need); this process may have \(Self.gibibytes(memory))",
      at: SourceLocation(file: file))
  }

  private static func gibibytes(_ bytes: Int) -> String {
    let tenths = (Double(bytes) / 0x1p30 * 10).rounded(.up)
    return "\(tenths / 10) GiB"
  }
}
