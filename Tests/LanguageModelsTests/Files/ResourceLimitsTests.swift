import Diagnostics
import LanguageModels
import Testing

@Suite("Resource limits")
struct ResourceLimitsTests {
  private let limits = ResourceLimits(memory: 1 << 30)

  private func message(_ shapes: [[Int]], copies: Int = 1) -> String? {
    diagnostic {
      try limits.check(shapes: shapes, copies: copies, purpose: "training the model", file: "m/config.json")
    }?.message
  }

  @Test("what fits passes; what does not is refused with both figures")
  func comparesMemory() {
    #expect(message([[1 << 14, 1 << 14]]) == nil)
    #expect(
      message([[1 << 14, 1 << 14], [1]])
        == "training the model needs 1.1 GiB of memory; this process may have 1.0 GiB")
    #expect(message([[1 << 14, 1 << 14]], copies: 4)?.contains("4.0 GiB") == true)
  }

  @Test(
    "sizes that overflow are refused",
    arguments: [[[1 << 40, 1 << 40]], [[Int.max], [Int.max]], [[Int.max]], [[1 << 61], [1 << 61]]])
  func refusesOverflow(_ shapes: [[Int]]) {
    #expect(message(shapes)?.contains("more than 2^63") == true)
  }

  @Test("a product is nil once it overflows")
  func multiplies() {
    #expect(checkedProduct([]) == 1)
    #expect(checkedProduct([3, 0, 5]) == 0)
    #expect(checkedProduct([1 << 32, 1 << 32]) == nil)
    #expect(ResourceLimits.machine.memory > 0)
  }
}
