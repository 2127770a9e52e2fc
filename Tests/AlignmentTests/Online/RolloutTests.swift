import Alignment
import Testing

@Suite struct RolloutTests {
  @Test func `An answer counts up to and with its first end token`() {
    let rollout = Rollout(query: [1, 2], response: [5, 9, 6, 9], endIDs: [9])
    #expect(rollout.length == 2 && rollout.endTokens == 2 && rollout.endsWithEOS)
    #expect(rollout.scoredText == [1, 2, 5, 9])
  }

  @Test func `An answer without end counts whole`() {
    let rollout = Rollout(query: [1], response: [5, 6], endIDs: [9])
    #expect(rollout.length == 2 && !rollout.endsWithEOS)
    #expect(Rollout(query: [1], response: [5, 9, 6], endIDs: []).length == 3)
  }

  @Test func `KL estimates of counted tokens: the log-ratio, and its non-negative form`() {
    var rollout = Rollout(query: [1], response: [5, 9, 6], endIDs: [9])
    rollout.logProbabilities = [-1, -2, -7]
    rollout.referenceLogProbabilities = [-1.5, -1.75, -1]
    #expect(rollout.divergence(.k1) == 0.25)
    let expected = (0.60653065971 - 1 + 0.5) + (1.28402541669 - 1 - 0.25)
    #expect(abs(rollout.divergence(.k3) - expected) < 1e-9)
  }
}
