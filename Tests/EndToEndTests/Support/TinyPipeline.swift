/// A pipeline that runs in about a second: its manifest and its data.
enum TinyPipeline {
  /// The stages that make a base model, to stand below `stages:`; settings of `base` may follow.
  static let baseStages = """
      tokenizer: {kind: tokenizer, corpus: "${sources.corpus}", vocab_size: 300}
    \(base(named: "base"))
    """

  /// A stage that makes a base model; settings of it may follow.
  static func base(named name: String) -> String {
    """
      \(name):
        kind: pretrain
        tokenizer: "${tokenizer.tokenizer}"
        corpus: "${sources.corpus}"
        model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 128}
        max_length: 64
        batch_size: 4
        max_steps: 6
        learning_rate: 0.01
    """
  }

  static let manifest = """
    plumbline: 1
    name: tiny
    params: {seed: 7, beta: 0.1}
    sources:
      corpus: {path: corpus.txt, type: text}
      demos: {path: demos.jsonl, type: demonstrations}
      ranked: {path: ranked.jsonl, type: preferences}
      tickets: {path: prompts.jsonl, type: prompts}
    stages:
    \(baseStages)
        seed: "${params.seed}"
      sft:
        kind: sft
        model: "${base.model}"
        data: "${sources.demos}"
        num_train_epochs: 1
        batch_size: 4
        learning_rate: 0.001
        seed: "${params.seed}"
      reward:
        kind: reward
        model: "${base.model}"
        data: "${sources.ranked}"
        num_train_epochs: 1
        batch_size: 4
        learning_rate: 0.001
        seed: "${params.seed}"
      align:
        choose: ppo
        options:
          ppo:
            kind: ppo
            model: "${sft.model}"
            reward_model: "${reward.reward_model}"
            prompts: "${sources.tickets}"
            batch_size: 8
            num_mini_batches: 2
            num_ppo_epochs: 1
            num_train_epochs: 1
            response_length: 8
            learning_rate: 0.001
            seed: "${params.seed}"
          dpo:
            kind: dpo
            model: "${sft.model}"
            data: "${sources.ranked}"
            beta: "${params.beta}"
            num_train_epochs: 1
            batch_size: 4
            learning_rate: 0.001
            seed: "${params.seed}"
      report:
        kind: evaluate
        models: {base: "${base.model}", sft: "${sft.model}", aligned: "${align.model}"}
        baseline: sft
        reward_model: "${reward.reward_model}"
        prompts: "${sources.tickets}"
        data: "${sources.demos}"
        corpus: "${sources.corpus}"
        max_new_tokens: 8

    """

  static let stages = ["tokenizer", "base", "sft", "reward", "align", "report"]

  static let corpus = pairs(48).map { verb, thing in
    "Customer: How do I \(verb) \(thing)?\nAgent: Thank you. Please choose \(verb) and pick \(thing).\n"
  }.joined(separator: "\n")

  static let demonstrations = rows(12) { verb, thing in
    #"{"prompt": "How do I \#(verb) \#(thing)?", "completion": " Thank you. Choose \#(verb), pick \#(thing)."}"#
  }

  static let rankings = rows(12) { verb, thing in
    #"{"prompt": "How do I \#(verb) \#(thing)?", "chosen": " Thank you. Choose \#(verb).", "#
      + #""rejected": " Not my problem."}"#
  }

  static let prompts = rows(8) { verb, thing in #"{"prompt": "How do I \#(verb) \#(thing)?"}"# }

  private static let verbs = ["open", "close", "check", "print", "save", "share", "move", "find"]
  private static let things = ["the report", "my invoice", "a folder", "the chart", "our plan", "that form"]

  /// Different combinations of a verb and a thing.
  private static func pairs(_ count: Int) -> [(verb: String, thing: String)] {
    (0..<count).map { (verbs[$0 % verbs.count], things[($0 / verbs.count + $0) % things.count]) }
  }

  private static func rows(_ count: Int, _ row: (String, String) -> String) -> String {
    pairs(count).map { row($0.verb, $0.thing) + "\n" }.joined()
  }
}
