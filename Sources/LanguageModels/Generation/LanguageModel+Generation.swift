import Compute

extension LanguageModel {
  /// Sequences that are continued at a time.
  public static let generationSlots = 32

  /// Continues each prompt.
  ///
  /// Prompts enter a batch of at most `slots` sequences; one that ends gives its place to the next. A prompt is
  /// read in one pass, together with the single tokens of the sequences under way; prompts that enter together and are
  /// the same are read once. What is chosen depends on the model, the prompts, the options and `slots`; not on threads.
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
      var step = GenerationStep()
      for slot in active.indices {
        if let prompt = active[slot], let token = results[prompt].ids.last {
          step.continue(prompt, slot: slot, past: cache.lengths[slot], with: token)
        } else if let prompt = waiting.popFirst() {
          active[slot] = prompt
          step.begin(prompt, slot: slot, ids: prompts[prompt])
        }
      }
      let choices = choose(step, by: sampler, cache, workspace) { prompt in
        (streams?[prompt] ?? prompt, results[prompt].ids.count)
      }
      for (member, choice) in zip(step.members, choices) {
        let prompt = member.prompt
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

  /// Reads the tokens of a step and chooses the next one of each member.
  ///
  /// - Parameter place: the stream and the number of a prompt's next token.
  private func choose(
    _ step: GenerationStep, by sampler: Sampler, _ cache: KeyValueCache, _ workspace: Workspace,
    place: (Int) -> (stream: Int, step: Int)
  ) -> [Sampler.Choice] {
    let tape = Tape(parameters, workspace: workspace, recording: false)
    let hidden = hiddenStates(tape, step.batch, of: step.rows, cache: cache)
    let logits = tape.logits(hidden, vocabularyWeight)
    for member in step.members {
      if let twin = member.twin { cache.copy(slot: twin, to: member.slot) }
    }
    let places = step.members.map { place($0.prompt) }
    var choices = Array(repeating: Sampler.Choice(token: 0, logProbability: 0), count: places.count)
    choices.withUnsafeMutableBufferPointer { choices in
      workspace.team.run(places.count) { index, _ in
        choices[index] = logits.withRow(step.members[index].row) { line in
          sampler.choose(line, stream: places[index].stream, step: places[index].step)
        }
      }
    }
    workspace.arena.reset()
    return choices
  }
}
