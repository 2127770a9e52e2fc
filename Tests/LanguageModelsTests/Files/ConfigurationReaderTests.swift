import Diagnostics
import Foundation
import JSONText
import LanguageModels
import Testing

@Suite("Reading config.json")
struct ConfigurationReaderTests {
  private enum Activation: String, CaseIterable { case silu, gelu }

  private static let text = """
    {
      "hidden_size": 64,
      "rms_norm_eps": 1e-05,
      "act": "silu",
      "bad_act": "sliu",
      "bias": true,
      "head_dim": null,
      "eos_token_id": [2, 7],
      "bos_token_id": 1,
      "architectures": ["LlamaForCausalLM"],
      "rope_parameters": {"rope_theta": 10000, "rope_type": "default"},
      "layers": "many"
    }
    """

  private let reader: ConfigurationReader

  init() throws { reader = try ConfigurationReader(Array(Self.text.utf8), displayName: "m/config.json") }

  @Test("typed values are read; null counts as absent")
  func readsValues() throws {
    #expect(try reader.requiredInt("hidden_size", in: 1...1024) == 64)
    #expect(try reader.requiredDouble("rms_norm_eps", in: 0...1) == 1e-5)
    #expect(try reader.optionalDouble("hidden_size", in: 0...100) == 64)
    #expect(try reader.choice("act", Activation.self) == .silu)
    #expect(try reader.optionalInt("head_dim", in: 1...8) == nil)
    #expect(!reader.contains("head_dim"))
    #expect(try reader.optionalBool("bias") == true)
    #expect(try reader.tokenIDs("eos_token_id") == [2, 7])
    #expect(try reader.tokenIDs("bos_token_id") == [1])
    #expect(try reader.tokenIDs("pad_token_id") == [])
    #expect(try reader.strings("architectures") == ["LlamaForCausalLM"])
    #expect(try reader.nested("rope_parameters")?.requiredDouble("rope_theta", in: 1...1e9) == 10_000)
    #expect(try reader.nested("rope_scaling") == nil)
  }

  @Test("a wrong type names file, line, key, what was expected and what was found")
  func locatesMistakes() throws {
    let found = try #require(diagnostic { _ = try reader.requiredInt("layers", in: 1...100) })
    #expect(found.code == .invalidConfiguration)
    #expect(found.message == "layers must be an integer from 1 to 100; found \"many\"")
    #expect(found.location?.description == "m/config.json:12:3")
    #expect(found.location?.excerpt == "  \"layers\": \"many\"")
    #expect(found.location?.length == 8)
  }

  @Test("a value out of range is refused, nested keys by their whole path")
  func checksRanges() throws {
    let size = diagnostic { _ = try reader.requiredInt("hidden_size", in: 1...32) }
    #expect(size?.message == "hidden_size must be an integer from 1 to 32; found 64")
    let nested = try #require(try reader.nested("rope_parameters"))
    let theta = try #require(diagnostic { _ = try nested.requiredDouble("rope_theta", in: 1...100) })
    #expect(theta.message == "rope_parameters.rope_theta must be a number from 1.0 to 100.0; found 10000")
    #expect(theta.location?.description == "m/config.json:11:23")
  }

  @Test("a missing key is said to be missing")
  func namesMissingKeys() throws {
    let found = try #require(diagnostic { _ = try reader.requiredInt("vocab_size", in: 1...9) })
    #expect(found.message == "vocab_size is missing; expected an integer from 1 to 9")
    #expect(found.location?.description == "m/config.json")
  }

  @Test("an unsupported choice lists the choices and suggests the nearest")
  func suggestsChoices() throws {
    let found = try #require(diagnostic { _ = try reader.choice("bad_act", Activation.self) })
    #expect(found.code == .unsupportedConfiguration)
    #expect(found.message == "bad_act is \"sliu\"; supported: silu, gelu")
    #expect(found.hint == "did you mean \"silu\"?")
  }

  @Test("refuse passes the allowed values and absent keys only")
  func refusesUnsupportedValues() throws {
    try reader.refuse("bias", unless: true)
    try reader.refuse("absent", unless: 1)
    try reader.refuse("hidden_size", unless: 64.0)
    let found = diagnostic { try reader.refuse("bias", unless: false, reason: "every layer goes without") }
    #expect(found?.code == .unsupportedConfiguration)
    #expect(
      found?.message == "bias is true, which is not supported; only false is: every layer goes without")
  }

  @Test(
    "token ids are integers from 0 that fit 32 bits",
    arguments: ["-1", "2147483648", "1.5", "\"2\"", "[1, -2]", "[[1]]", "true"])
  func refusesTokenIDs(_ value: String) throws {
    let reader = try ConfigurationReader(Array("{\"eos_token_id\": \(value)}".utf8), displayName: "c")
    #expect(diagnostic { _ = try reader.tokenIDs("eos_token_id") }?.code == .invalidConfiguration)
  }

  @Test("a text that is no object is refused", arguments: ["[]", "1", "{", ""])
  func refusesOtherTexts(_ text: String) {
    #expect(diagnostic { _ = try ConfigurationReader(Array(text.utf8), displayName: "c") } != nil)
  }

  @Test("a directory without config.json is refused by name")
  func refusesMissingFile() throws {
    let folder = try TemporaryFolder()
    let found = diagnostic { _ = try ConfigurationReader(directory: folder.url, displayName: "m") }
    #expect(found?.code == .incompleteModel)
    #expect(found?.message.contains("config.json") == true)
  }
}
