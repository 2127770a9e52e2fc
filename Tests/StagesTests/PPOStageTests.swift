import JSONText
import Testing

@Suite struct PPOStageTests {
  @Test func `Defaults are without problems`() throws { #expect(try StageBench.problems("ppo", [:]) == []) }

  @Test(
    arguments: [
      (["kl_horizon": 100], "kl_horizon has no effect without `kl_target`"),
      (
        ["conventions": "trl", "kl_target": 6],
        "kl_target has no effect with `conventions: trl`, whose kl_coef is fixed"
      ),
      (
        ["conventions": "trl", "max_grad_norm": 2],
        "max_grad_norm has no effect with `conventions: trl`, which does not clip gradients"
      ),
      (
        ["stop_token": nil, "missing_eos_penalty": 1],
        "missing_eos_penalty has no effect with `stop_token: null`"
      ),
      (
        ["stop_token": nil, "missing_eos_score": -1],
        "missing_eos_score has no effect with `stop_token: null`"
      ),
      (
        ["missing_eos_penalty": 1, "missing_eos_score": -1],
        "missing_eos_penalty has no effect beside `missing_eos_score`"
      ),
      (
        ["num_ppo_epochs": 1, "cliprange": 0.1],
        "cliprange has no effect with one step per batch (`num_ppo_epochs: 1`, `num_mini_batches: 1`)"
      ),
      (
        ["num_ppo_epochs": 1, "clip_ratio_c": 3],
        "clip_ratio_c has no effect with one step per batch (`num_ppo_epochs: 1`, `num_mini_batches: 1`)"
      ),
      (["clip_ratio_c": 1.1], "clip_ratio_c is 1.1; it must be above 1 + cliprange (1.2)"),
      (["vf_coef": 0, "cliprange_value": 0.1], "cliprange_value has no effect with `vf_coef: 0`"),
      (["num_mini_batches": 3], "num_mini_batches is 3, which does not divide batch_size (8)"),
      (
        ["num_ppo_epochs": 1, "watchdogs": ["ratio": ["max": 3]]],
        "watchdogs.ratio has no effect with one step per batch, where the ratio is always 1"
      ),
      (["total_episodes": 8, "max_steps": 2], "total_episodes has no effect beside `max_steps`"),
      (
        ["total_episodes": 8, "num_train_epochs": 2], "num_train_epochs has no effect beside `total_episodes`"
      ),
    ] as [(JSON, String)])
  func `An option of PPO that has no effect is an error`(configuration: JSON, expected: String) throws {
    #expect(try StageBench.problems("ppo", configuration) == [expected])
  }
}
