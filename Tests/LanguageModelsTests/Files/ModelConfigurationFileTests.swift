import Diagnostics
import Foundation
import JSONText
import LanguageModels
import Testing

@Suite("Writing configurations")
struct ModelConfigurationFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("unknown keys keep their place; the element type becomes float32")
  func keepsUnknownKeys() throws {
    let original: JSON = [
      "torch_dtype": "bfloat16", "novel": [1, 2.5], "vocab_size": 512, "id2label": nil,
    ]
    try ModelConfigurationFile.write(
      original, changing: [("vocab_size", 600), ("novel_flag", true)], to: folder.url)
    let reader = try ConfigurationReader(directory: folder.url)
    #expect(
      reader.json == [
        "torch_dtype": "float32", "novel": [1, 2.5], "vocab_size": 600, "id2label": nil, "novel_flag": true,
      ])
    #expect(try folder.contents == ["config.json"])
  }

  @Test("null removes a key, and dtype is the name where both spellings stand")
  func removesKeys() throws {
    try ModelConfigurationFile.write(
      ["a": 1, "torch_dtype": "float16", "dtype": "float16"], changing: [("a", nil)], to: folder.url)
    #expect(try ConfigurationReader(directory: folder.url).json == ["dtype": "float32"])
  }

  @Test("generation settings come from generation_config.json, then config.json, and are kept when written")
  func generationSettings() throws {
    try folder.write(#"{"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}"#, to: "config.json")
    let configuration = try ConfigurationReader(directory: folder.url)
    let plain = try GenerationConfiguration(directory: folder.url, configuration: configuration)
    #expect(plain.beginID == 1 && plain.endIDs == [2] && plain.paddingID == 0)

    try folder.write(#"{"eos_token_id": [2, 5], "temperature": 0.6}"#, to: "generation_config.json")
    var both = try GenerationConfiguration(directory: folder.url, configuration: configuration)
    #expect(both.beginID == 1 && both.endIDs == [2, 5] && both.paddingID == 0)

    both.endIDs = [5]
    try both.write(to: folder.url)
    let written = try ConfigurationReader(directory: folder.url, fileName: "generation_config.json")
    #expect(
      written.json == ["eos_token_id": 5, "temperature": 0.6, "bos_token_id": 1, "pad_token_id": 0])
  }

  @Test("no end token is written as no key")
  func omitsAbsentIDs() throws {
    try GenerationConfiguration().write(to: folder.url)
    #expect(try ConfigurationReader(directory: folder.url, fileName: "generation_config.json").json == [:])
  }
}
