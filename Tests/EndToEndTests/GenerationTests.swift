import Foundation
import JSONText
import Testing

@Suite struct GenerationTests {
  private static let greedy = ["--prompt", "How do I open", "--temperature", "0", "--max-tokens", "12"]

  @Test func `Temperature 0 gives the same text every time, whatever the seed and the threads`() throws {
    let project = try Project.finished()
    let texts = try [["--seed", "1"], ["--seed", "2"], ["--threads", "1"], ["--threads", "2"]].map { more in
      try Plumb.run(["generate", "sft.model"] + Self.greedy + more, in: project.directory).output
    }
    #expect(Set(texts).count == 1 && texts[0].count > 1)
  }

  @Test func `A seed fixes what is sampled, and another one samples other text`() throws {
    let project = try Project.finished()
    func tokens(_ seed: String) throws -> JSON? {
      try project.json("generate", "base.model", "--prompt", "How", "--max-tokens", "20", "--seed", seed)[
        "tokens"]
    }
    #expect(try tokens("1") == tokens("1"))
    #expect(try tokens("1") != tokens("2"))
  }

  @Test func `The streamed text is the text of the JSON, which holds tokens and log-probabilities`() throws {
    let project = try Project.finished()
    let arguments = [
      "generate", "sft.model", "--prompt", "How", "--max-tokens", "16", "--seed", "3", "--logprobs",
    ]
    let streamed = try Plumb.run(arguments, in: project.directory)
    let json = try Plumb.run(arguments + ["--json"], in: project.directory).json()
    #expect(streamed.output == (json["text"]?.stringValue ?? "") + "\n")
    #expect(json["finish_reason"] == "length")
    let logprobs = try #require(json["logprobs"]?.arrayValue?.compactMap { $0.doubleValue })
    #expect(json["tokens"]?.arrayValue?.count == 16 && logprobs.count == 16)
    #expect(logprobs.allSatisfy { $0 < 0 && $0.isFinite })
    #expect(streamed.errors.split(separator: "\n").count == 16, "log-probabilities are no part of the text")
    let silent = try Plumb.run(Array(arguments.dropLast()) + ["--json"], in: project.directory).json()
    #expect(silent["logprobs"]?.isNull == true)
  }

  @Test func `A stop text ends the answer before it`() throws {
    let project = try Project.finished()
    let whole = try project.json(
      "generate", "base.model", "--prompt", "How", "--max-tokens", "24", "--seed", "5")
    let text = try #require(whole["text"]?.stringValue)
    let stop = String(text.dropFirst(text.count / 2).prefix(2))
    let cut = try project.json(
      "generate", "base.model", "--prompt", "How", "--max-tokens", "24", "--seed", "5", "--stop", stop)
    let end = try #require(text.firstRange(of: stop)?.lowerBound)
    #expect(cut["text"]?.stringValue == String(text[..<end]))
    #expect(cut["finish_reason"] == "stop")
    let streamed = try project.plumb(
      "generate", "base.model", "--prompt", "How", "--max-tokens", "24", "--seed", "5", "--stop", stop)
    #expect(streamed.output == String(text[..<end]) + "\n")
  }

  @Test func `A prompt may be empty or begin with a dash, and one that is too long is refused`() throws {
    let project = try Project.finished()
    for prompt in ["", "- one", "--help", "é ☃ 😀"] {
      let result = try project.plumb("generate", "sft.model", "--prompt", prompt, "--max-tokens", "2")
      #expect(result.status == 0, "\(result.errors)")
    }
    let long = String(repeating: "x ", count: 400)
    let report = try ErrorReport(project.plumb("generate", "sft.model", "--prompt", long, "--json"))
    #expect(report.status == 1 && report.entries[0].message.contains("the model takes 1 to 127"))
  }

  @Test func `Generation ends at the last position of the model`() throws {
    let project = try Project.finished()
    let json = try project.json(
      "generate", "base.model", "--prompt", "Ho", "--max-tokens", "100000", "--seed", "1")
    #expect((json["tokens"]?.arrayValue?.count ?? 0) <= 127)
    #expect(["length", "stop"].contains(json["finish_reason"]?.stringValue))
  }

  @Test func `A chat prompt goes through the model's template`() throws {
    let project = try Project.finished()
    let json = try project.json("generate", "sft.model", "--chat", "--prompt", "Hello", "--max-tokens", "2")
    #expect(json["tokens"]?.arrayValue?.isEmpty == false)
  }

  @Test func `An exported model gives the text of the artifact`() throws {
    let project = try Project.finished()
    let exported = try project.json("export", "sft.model", "out/model")
    #expect(exported["path"]?.stringValue == project.path("out/model").path)
    let files = try FileManager.default.contentsOfDirectory(atPath: project.path("out/model").path)
    for name in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
      #expect(files.contains(name))
    }
    let artifact = try Plumb.run(["generate", "sft.model"] + Self.greedy, in: project.directory)
    let directory = try Plumb.run(["generate", "out/model"] + Self.greedy, in: project.directory)
    #expect(artifact.output == directory.output)
    let again = try project.plumb("export", "sft.model", "out/model")
    #expect(again.status == 1 && again.errors.contains("exists already; nothing was written"))
    // What was exported is the user's own: it may be changed and removed, and the store does not mind.
    try project.write("{}", to: "out/model/config.json")
    #expect(try project.isStoreIntact())
  }

  @Test func `An exported report and exported answers are files that can be read`() throws {
    let project = try Project.finished()
    #expect(try project.plumb("export", "report", "report").status == 0)
    let report = try JSON.parse(Array(project.read("report/report.json").utf8), file: "report.json")
    #expect(report["schema"] == "plumb.report/1" && report["metrics"]?["aligned.reward"] != nil)
    #expect(try project.read("report/report.txt").contains("win rate by reward model"))
    #expect(try project.plumb("export", "align.rollouts", ".").status == 0)
    let lines = try project.read("rollouts").split(separator: "\n")
    #expect(lines.count == 8)
    for line in lines {
      let row = try JSON.parse(Array(line.utf8), file: "rollouts")
      #expect(row["prompt"]?.stringValue != nil && row["completion"]?.stringValue != nil)
      #expect(row["reward"]?.doubleValue != nil)
    }
  }

  @Test func `An artifact of another type is refused by name`() throws {
    let project = try Project.finished()
    for (name, type) in [
      ("reward", "reward_model"), ("report", "report"), ("sources.demos", "demonstrations"),
    ] {
      let result = try project.plumb("generate", name, "--prompt", "hi")
      #expect(result.status == 1)
      #expect(result.errors.contains("'\(name)' is of type \(type)"), "\(result.errors)")
    }
    #expect(try project.plumb("export", "reward", "rm").status == 0)
    let directory = try project.plumb("generate", "rm", "--prompt", "hi")
    #expect(directory.status == 3)
    #expect(directory.errors.contains("sequence classifier") && directory.errors.contains("--> rm"))
    let tokenize = try project.plumb("tokenize", "report", "--text", "hi")
    #expect(tokenize.status == 1 && tokenize.errors.contains("'report' is of type report"))
  }
}
