import Compute
import Foundation
import LanguageModels
import Testing

/// A real model from outside the repository; `PLUMBLINE_SHARED` names the directory that holds `models/stories260k`.
private let shared = ProcessInfo.processInfo.environment["PLUMBLINE_SHARED"].map {
  URL(fileURLWithPath: $0, isDirectory: true)
}

@Suite(.enabled(if: shared != nil)) struct StoriesTests {
  private func load() throws -> LanguageModel {
    let directory = try #require(shared).appendingPathComponent("models/stories260k")
    return try LanguageModel.load(directory: directory, head: .vocabulary)
  }

  @Test func `Greedy decoding tells the reference's story`() throws {
    let model = try load()
    let prompt = model.tokenizer.encode("Once upon a time, there was a little girl")
    let result = model.generate(
      [prompt], options: GenerationOptions(maximumTokens: 60, temperature: 0),
      workspace: Workspace(threads: 2))
    let text = model.tokenizer.decode(prompt + result[0].ids)
    #expect(
      text.contains(
        "girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball."))
  }

  @Test func `The likelihood of text equals transformers' to four decimals`() throws {
    let model = try load()
    let file = try #require(shared).appendingPathComponent("data/tinyshakespeare/input.txt")
    let text = String(try String(contentsOf: file, encoding: .utf8).prefix(2_000))
    let ids = Array(model.tokenizer.encode(text).prefix(512))
    let scores = model.tokenLogProbabilities([(ids, 1)], workspace: Workspace(threads: 2))[0]
    let loss = -scores.reduce(0.0) { $0 + Double($1) } / Double(scores.count)
    #expect(abs(loss - 3.900033047683194) < 1e-4)
  }
}
