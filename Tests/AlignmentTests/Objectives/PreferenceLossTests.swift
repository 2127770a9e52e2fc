import Alignment
import TestSupport
import Testing

/// Values computed by hand in Float64 from the formulas of TRL 1.16 and the papers: one pair with c = 0.5, r = -0.3,
/// answers of 3 and 2 tokens, β = 0.1, ε = 0.1 where a loss reads it, τ = 0.05.
@Suite struct PreferenceLossTests {
  private func value(_ options: PreferenceOptions, chosen: Double = 0.5, rejected: Double = -0.3) -> Double {
    let pair = PreferencePair(
      chosen: .init(policy: chosen, score: options.divergence(chosen).score, length: 3),
      rejected: .init(policy: rejected, score: options.divergence(rejected).score, length: 2))
    return options.loss(PreferenceBatch([pair])).reduce(0) { $0 + $1.loss }
  }

  private func options(_ name: String, smoothing: Double = 0) throws -> PreferenceOptions {
    var options = PreferenceOptions()
    options.lossTypes = [try #require(PreferenceLossType.all.first { $0.name == name })]
    options.labelSmoothing = smoothing
    return options
  }

  @Test(arguments: [
    ("sigmoid", 0.0, 0.653946967), ("sigmoid", 0.1, 0.661946967), ("hinge", 0, 0.92),
    ("ipo", 0, 21.933611111), ("exo_pair", 0.1, 0.467703915), ("nca_pair", 0, 1.366819310),
    ("robust", 0.1, 0.643946967), ("bco_pair", 0, 1.346719324), ("sppo_hard", 0, 42.34),
    ("apo_zero", 0, 0.980003166), ("apo_down", 0, 0.992508056), ("discopop", 0, 0.877900839),
    ("sigmoid_norm", 0, 0.677439189), ("aot", 0, 0.653946967), ("aot_unpaired", 0.1, 0.661946967),
  ])
  func `A loss of one pair`(name: String, smoothing: Double, expected: Double) throws {
    #expect(abs(value(try options(name, smoothing: smoothing)) - expected) < 1e-9)
  }

  @Test(arguments: [
    (FDivergence.Kind.forwardKL, 0.656671285), (.jensenShannon, 0.674314021), (.alpha, 0.655577228),
  ])
  func `The sigmoid loss under another divergence`(kind: FDivergence.Kind, expected: Double) {
    var options = PreferenceOptions()
    options.divergenceType = kind
    #expect(abs(value(options) - expected) < 1e-9)
  }

  @Test func `TRL's sigmoid loss smooths no labels`() {
    var options = PreferenceOptions()
    options.labelSmoothing = 0.1
    options.conventions = .trl
    #expect(abs(value(options) - 0.653946967) < 1e-9)
  }

  @Test func `Losses are added up with their weights`() {
    var options = PreferenceOptions()
    options.lossTypes = PreferenceLossType.all.filter { ["hinge", "sppo_hard"].contains($0.name) }
    options.lossWeights = [0.5, 2]
    #expect(abs(value(options) - (0.5 * 0.92 + 2 * 42.34)) < 1e-9)
  }

  @Test func `The likelihood term is a mean over tokens of the batch`() throws {
    let pairs = [(-6.0, 3), (-4.0, 5)].map { sum, length in
      PreferencePair(
        chosen: .init(policy: sum, length: length), rejected: .init(policy: 0), weight: 1, likelihood: sum)
    }
    let parts = LikelihoodLoss()(PreferenceBatch(pairs, likelihoodTokens: 8))
    #expect(parts.reduce(0) { $0 + $1.loss } == 10.0 / 8)
    #expect(parts.allSatisfy { $0.likelihood == -0.125 && $0.chosen == 0 })
  }

  @Test func `Optimal transport compares sorted lists and sends derivatives back to where they came from`() {
    // Policy margins 3, 1 against reference margins 0, 2: sorted (1, 3) against (0, 2).
    let pairs = [(3.0, 0.0), (1.0, 2.0)].map { policy, reference in
      PreferencePair(
        chosen: .init(policy: policy, reference: reference), rejected: .init(policy: 0, reference: 0))
    }
    let parts = OptimalTransportLoss(beta: 1, isPaired: true)(PreferenceBatch(pairs))
    #expect(parts.allSatisfy { abs($0.loss - 0.5 * 0.313261688) < 1e-9 })
    // Unpaired: chosen log-ratios (3, -1) against rejected (0, 0): -1 and 3 each against 0.
    let unpaired = OptimalTransportLoss(beta: 1, isPaired: false)(PreferenceBatch(pairs))
    #expect(abs(unpaired[0].loss - 0.5 * 0.048587352) < 1e-9)
    #expect(abs(unpaired[1].loss - 0.5 * 1.313261688) < 1e-9)
  }

  @Test(arguments: PreferenceLossType.all.map(\.name), [-2000.0, -40, 0, 40, 2000])
  func `Losses of extreme log-ratios are finite`(name: String, difference: Double) throws {
    let options = try options(name, smoothing: 0.1)
    let pair = PreferencePair(chosen: .init(policy: difference), rejected: .init(policy: 0))
    for part in options.loss(PreferenceBatch([pair])) {
      #expect(part.loss.isFinite && part.chosen.isFinite && part.rejected.isFinite)
    }
  }

  @Test(arguments: [(true, 0.0, 0.487502604), (true, 0.2, 0.492500562), (false, 0.2, 0.507499438)])
  func `KTO's loss of one answer`(isDesirable: Bool, divergence: Double, expected: Double) {
    let result = ProspectLoss()(logRatio: 0.5, isDesirable: isDesirable, divergence: divergence)
    #expect(abs(result.loss - expected) < 1e-9)
  }

  @Test func `KTO weighs each side and its anchored form leaves the divergence out`() {
    let weighted = ProspectLoss(desirableWeight: 2, undesirableWeight: 3)
    #expect(abs(weighted(logRatio: 0.5, isDesirable: true, divergence: 0.2).loss - 2 * 0.492500562) < 1e-8)
    #expect(abs(weighted(logRatio: 0.5, isDesirable: false, divergence: 0.2).loss - 3 * 0.507499438) < 1e-8)
    let anchored = ProspectLoss(form: .apoZeroUnpaired)
    #expect(abs(anchored(logRatio: 0.5, isDesirable: true, divergence: 9).loss - 0.487502604) < 1e-9)
  }
}
