import Pipeline
import Testing

@Suite struct ManifestFuzzTests {
  /// A small generator whose sequence a seed decides (splitmix64, Steele et al. 2014).
  struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  static let scraps = [
    "${", "}", "${params.", "&a ", "*a", "<<: ", "- ", ": ", "{", "[", "\"", "'", "\n", "\t", "|\n", ">-\n",
    "? ", "!!x ",
    "~", ".inf", "1e999", "-", "\u{0}", "é", "\u{2028}", "\u{FEFF}", "%YAML 1.2\n", "---\n", "#",
  ]

  static func mutated(_ text: String, _ random: inout Random) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let at = Int.random(in: 0..<scalars.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: scalars.remove(at: at)
      case 1:
        scalars.insert(
          contentsOf: scraps[Int.random(in: 0..<scraps.count, using: &random)].unicodeScalars, at: at)
      case 2: scalars.swapAt(at, Int.random(in: 0..<scalars.count, using: &random))
      default:
        let end = min(scalars.count, at + Int.random(in: 1...40, using: &random))
        scalars.insert(contentsOf: scalars[at..<end], at: Int.random(in: 0..<scalars.count, using: &random))
      }
    }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars)
    return String(result)
  }

  @Test(arguments: 0..<8 as Range<UInt64>) func `no manifest traps, and every error has a place`(
    _ seed: UInt64
  )
    throws
  {
    let directory = try ManifestDirectory()
    var random = Random(state: seed)
    for round in 0..<100 {
      let text = Self.mutated(supportManifest, &random)
      for diagnostic in directory.problems(text) {
        #expect(diagnostic.location?.file == "m.yaml", "seed \(seed), round \(round): \(diagnostic)")
        #expect(diagnostic.location?.column ?? 1 >= 1)
      }
    }
  }
}
