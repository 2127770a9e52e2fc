import Testing

@Suite struct OptionsWithoutEffectTests {
  @Test func `An option of PPO that has no effect is an error`() throws {
    #expect(
      try StageBench.problems("ppo", ["kl_horizon": 100]) == ["kl_horizon has no effect without `kl_target`"])
  }
}
