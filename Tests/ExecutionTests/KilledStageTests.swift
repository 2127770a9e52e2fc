import Execution
import Pipeline
import Testing

@Suite struct KilledStageTests {
  private func stage(peak: Int?, kills: Int = 0, saved: StageProgress? = nil, retries: Bool = false)
    -> KilledStage
  {
    KilledStage(
      peakMemory: peak, expectedMemory: 1 << 30, machineMemory: 8 << 30, memoryKills: kills, saved: saved,
      hasRetries: retries)
  }

  @Test func `memory is blamed only where something speaks for it`() {
    let known = stage(peak: 2 << 30).diagnostic
    #expect(
      known.message
        == "the stage's process was killed by signal 9 (SIGKILL); it had 2 GiB, 1 GiB were expected")
    #expect(known.hint?.contains("memory") == false)
    let large = stage(peak: 15 << 29).diagnostic
    #expect(large.message.contains("probably because memory ran out; it had 7.5 GiB of 8 GiB"))
    let counted = stage(peak: nil, kills: 1).diagnostic
    #expect(counted.message.contains("the system ended a process meanwhile because memory ran out"))
    for diagnostic in [large, counted] {
      #expect(diagnostic.hint?.hasPrefix("lower 'micro_batch_size'") == true)
    }
  }

  @Test func `the hint says what is left and what would have helped`() {
    let saved = StageProgress(done: 40, total: 100, unit: "steps")
    #expect(
      stage(peak: nil, saved: saved).diagnostic.hint
        == "the next run goes on from its checkpoint, at 40 of 100 steps; with 'retries: 1' the stage is tried"
        + " again by itself")
    #expect(
      stage(peak: nil, retries: true).diagnostic.hint == "it had no checkpoint: the next run begins it anew")
  }
}
