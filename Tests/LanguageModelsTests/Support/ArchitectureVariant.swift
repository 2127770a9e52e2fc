import Foundation
import JSONText
import TestSupport

/// A model directory of `vectors/architectures` and what `transformers` makes of it.
struct ArchitectureVariant {
  /// A copy of the directory with a tokenizer, which the fixture lacks.
  let folder: TemporaryFolder
  let expected: JSON
  let isClassifier: Bool

  private static let directory = Golden.fixtures.appendingPathComponent("vectors/architectures")

  static var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }
  }

  init(_ name: String) throws {
    let source = Self.directory.appendingPathComponent(name)
    let text = try Data(contentsOf: source.appendingPathComponent("expected.json"))
    expected = try JSON.parse([UInt8](text), file: name)
    isClassifier = name.hasSuffix("_classifier")
    folder = try TemporaryFolder()
    for file in ["config.json", "model.safetensors"] {
      try FileManager.default.copyItem(
        at: source.appendingPathComponent(file), to: folder.url.appendingPathComponent(file))
    }
    try folder.write(Self.tokenizer, to: "tokenizer.json")
  }

  /// Fits any vocabulary.
  private static let tokenizer = """
    {"version": "1.0", "added_tokens": [], "normalizer": null, "post_processor": null,
     "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
     "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
     "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}
    """
}
