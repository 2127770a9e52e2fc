import Compute

extension LanguageModel {
  /// Sequences that are continued at a time.
  public static let generationSlots = 32

  /// Continues each prompt.
  ///
  /// Prompts enter a batch of at most `slots` sequences; one that ends gives its place to the next. A prompt is
  /// read in one pass, together with the single tokens of the sequences under way. What is chosen depends on the
  /// model, the prompts, the options and `slots`; not on threads.
  ///
  /// - Parameters:
  ///   - prompts: token ids, not empty. Prompt and answer together end at the model's last position.
  ///   - streams: one number per prompt that picks its random numbers; its index when nil.
  ///   - onToken: called with the prompt's index and each new token; returns whether to go on.
  public func generate(
    _ prompts: [[Int32]], options: GenerationOptions, workspace: Workspace, slots: Int = generationSlots,
    streams: [Int]? = nil, onToken: ((Int, Int32) -> Bool)? = nil
  ) -> [Generation] {
    var results = prompts.map { _ in Generation(ids: [], logProbabilities: [], finishReason: .length) }
    let budgets = prompts.map { min(options.maximumTokens, architecture.maximumPositions - $0.count) }
    var waiting = prompts.indices.filter { budgets[$0] > 0 && !prompts[$0].isEmpty }[...]
    guard !waiting.isEmpty else { return results }
    let capacity = waiting.map { prompts[$0].count + budgets[$0] }.max() ?? 0
    let cache = makeCache(slots: min(slots, waiting.count), capacity: capacity)
    let sampler = Sampler(options)
    /// The prompt that each slot works on.
    var active: [Int?] = Array(repeating: nil, count: cache.slots)
    while !waiting.isEmpty || active.contains(where: { $0 != nil }) {
      var batch = TokenBatch()
      var members: [(slot: Int, prompt: Int, lastRow: Int)] = []
      for slot in active.indices {
        if let prompt = active[slot], let token = results[prompt].ids.last {
          let rows = batch.append([token], past: cache.lengths[slot], slot: slot)
          members.append((slot, prompt, rows.upperBound - 1))
        } else if let prompt = waiting.popFirst() {
          active[slot] = prompt
          let rows = batch.append(prompts[prompt], past: 0, slot: slot)
          members.append((slot, prompt, rows.upperBound - 1))
        }
      }
      for (member, logits) in zip(members, nextLogits(batch, members.map(\.lastRow), cache, workspace)) {
        let prompt = member.prompt
        let choice = sampler.choose(
          logits, stream: streams?[prompt] ?? prompt, step: results[prompt].ids.count)
        results[prompt].ids.append(choice.token)
        results[prompt].logProbabilities.append(choice.logProbability)
        let goesOn = onToken?(prompt, choice.token) ?? true
        if options.endIDs.contains(choice.token) {
          results[prompt].finishReason = .stop
        } else if !goesOn {
          results[prompt].finishReason = .cancelled
        } else if results[prompt].ids.count < budgets[prompt] {
          continue
        }
        active[member.slot] = nil
        cache.clear(slot: member.slot)
      }
    }
    return results
  }

  /// Logits after the named rows of a batch.
  private func nextLogits(
    _ batch: TokenBatch, _ rows: [Int], _ cache: KeyValueCache, _ workspace: Workspace
  ) -> [[Float]] {
    let tape = Tape(parameters, workspace: workspace, recording: false)
    let hidden = tape.gatherRows(hiddenStates(tape, batch, cache: cache), rows)
    let logits = tape.logits(hidden, vocabularyWeight)
    let result = (0..<rows.count).map { logits.row($0) }
    workspace.arena.reset()
    return result
  }
}
