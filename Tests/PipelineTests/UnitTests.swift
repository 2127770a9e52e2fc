import Pipeline
import Testing

@Suite struct UnitTests {
  @Test(arguments: [
    ("4GB", 4_000_000_000), ("4GiB", 4 << 30), ("512MB", 512_000_000), ("1.5 kib", 1536), ("12", 12),
    ("2t", 2_000_000_000_000),
  ])
  func `sizes are read with units of 1000 and of 1024`(_ text: String, _ bytes: Int64) {
    #expect(ByteCount(text)?.bytes == bytes)
  }

  @Test(arguments: ["", "GB", "4 XB", "-1", "1e300TB", "nan", "4GBGB"])
  func `what is no size is refused`(_ text: String) { #expect(ByteCount(text) == nil) }

  @Test(arguments: [
    ("30m", 1800.0), ("1h30m", 5400), ("90", 90), ("1.5h", 5400), ("2d 1s", 172_801), ("0.5s", 0.5),
  ])
  func `times are read with units`(_ text: String, _ seconds: Double) {
    #expect(TimeSpan(text)?.seconds == seconds)
  }

  @Test(arguments: ["", "0", "-3m", "30m1h", "1h1h", "m", "soon", "inf", "nan", "1e12"])
  func `what is no time is refused`(_ text: String) { #expect(TimeSpan(text) == nil) }

  @Test func `sizes and times are told as a person would`() {
    #expect(
      ([0, 999, 1024, 1536 << 10, 37 << 20, 11 << 30] as [Int64]).map { "\(ByteCount(bytes: $0))" }
        == ["0 B", "999 B", "1 KiB", "1.5 MiB", "37 MiB", "11 GiB"])
    #expect(
      [90, 0.5, 5400, 86_400].compactMap { TimeSpan(seconds: $0)?.description }
        == ["1m 30s", "0.5s", "1h 30m", "1d"])
  }
}
