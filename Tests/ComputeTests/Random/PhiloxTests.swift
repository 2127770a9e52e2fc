import Compute
import Testing

@Suite struct PhiloxTests {
  /// `philox4x32 10` of Random123's `kat_vectors`.
  struct Vector: Sendable {
    let counter: SIMD4<UInt32>
    let key: SIMD2<UInt32>
    let block: SIMD4<UInt32>

    static let published = [
      Vector(
        counter: SIMD4(0, 0, 0, 0), key: SIMD2(0, 0),
        block: SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
      Vector(
        counter: SIMD4(repeating: 0xffff_ffff), key: SIMD2(repeating: 0xffff_ffff),
        block: SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
      Vector(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0),
        block: SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)),
    ]
  }

  @Test(.tags(.reference), arguments: Vector.published)
  func `Blocks equal Random123's known answers`(vector: Vector) {
    #expect(Philox.block(counter: vector.counter, key: vector.key) == vector.block)
  }

  @Test(arguments: [CounterRandom.Purpose.initialization, .sampling, .minibatch])
  func `Named numbers are blocks of their counter`(purpose: CounterRandom.Purpose) {
    let random = CounterRandom(seed: 0x0123_4567_89ab_cdef, purpose: purpose)
    let counter = SIMD4<UInt32>(0x5566_7788, 0x1122_3344, 0xddee_ff00, 0xcc | purpose.rawValue << 24)
    #expect(
      random.bits(stream: 0xcc_ddee_ff00, index: 0x1122_3344_5566_7788)
        == Philox.block(counter: counter, key: SIMD2(0x89ab_cdef, 0x0123_4567)))
  }
}
