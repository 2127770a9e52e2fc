import Pages
import Testing

@Suite struct AxisTests {
  func labels(_ values: [Double], scale: Scale = .linear) -> [String] {
    Axis(values, scale: scale).ticks.map(\.label)
  }

  @Test func `Ticks are round and enclose the values`() {
    #expect(labels([0.13, 0.97]) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels([3, 47]) == ["0", "10", "20", "30", "40", "50"])
    #expect(labels([-1.5, 1]) == ["−1.5", "−1.0", "−0.5", "0.0", "0.5", "1.0"])
    #expect(labels([0, 1_200_000]).last == "1.5e+06")
    #expect(labels([1e-7, 9e-7]).contains("2e-07"))
  }

  @Test(arguments: [[1.00001, 1.00004], [0.99999, 1], [12_345_678, 12_345_681], [-4.000001, -4.000003]])
  func `Ticks of a narrow range are told apart`(values: [Double]) {
    let found = labels(values)
    #expect(Set(found).count == found.count, "\(found)")
  }

  @Test func `One value, no value and values that are not finite have an axis too`() {
    #expect(Axis([2, 2]).range == 1...3)
    #expect(Axis([0]).range == -1...1)
    #expect(Axis([]).range == 0...1)
    #expect(Axis([.nan, .infinity, 1, 2]).range == 1...2)
  }

  @Test func `A logarithmic axis has powers of ten`() {
    #expect(Scale.fitting([1e-5, 1e-2]) == .logarithmic)
    #expect(Scale.fitting([0, 1000]) == .linear)
    #expect(Scale.fitting([1, 50]) == .linear)
    #expect(labels([1, 1000], scale: .logarithmic) == ["1", "10", "100", "1000"])
    let axis = Axis([1, 100], scale: .logarithmic)
    #expect(abs(axis.position(10) - 0.5) < 1e-12)
    #expect(axis.ticks.map(\.value).contains(20))
    #expect(Axis([-1, 10], scale: .logarithmic).scale == .linear)
  }

  @Test(arguments: [0.001, 0.37, 1, 12.5, 99_999])
  func `Every value lies between the ends`(size: Double) {
    var number = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let values = (0..<3).map { _ in Double.random(in: -size...size, using: &number) }
      let axis = Axis(values)
      for value in values { #expect((-1e-9...1 + 1e-9).contains(axis.position(value)), "\(values)") }
      #expect((2...8).contains(axis.ticks.count), "\(values)")
    }
  }
}
