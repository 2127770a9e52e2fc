import Stages
import Testing

@Suite struct FigureTests {
  @Test(arguments: [
    (-0.004, "0.00"), (-0.0, "0.00"), (0.004, "0.00"), (-0.006, "-0.01"), (-1.25, "-1.25"),
  ])
  func `what rounds to zero has no sign`(value: Double, text: String) {
    #expect(fixed(value, digits: 2) == text)
  }
}
