import JSONText
import Pipeline
import Testing

@Suite struct FieldTests {
  @Test func `defaults are expanded in field order, with groups lifted`() {
    let (value, problems) = SampleOptions.decode(["shape": ["layers": 3], "learning_rate": 1])
    #expect(problems.isEmpty)
    #expect(value.shape.width == 64 && value.shape.layers == 3)
    #expect(
      value.canonical.compact
        == #"{"max_steps":10,"shape":{"width":64,"layers":3},"mode":"fast","betas":[0.9,0.999],"limit":null,"#
        + #""learning_rate":1.0,"warmup":0,"tags":{}}"#)
  }

  @Test func `every problem is collected with its path`() {
    let (_, problems) = SampleOptions.decode([
      "max_stps": 3, "max_steps": 1.0, "shape": ["width": "4", "depth": 1], "mode": "fats",
      "betas": [0.5, true], "limit": 0, "learning_rate": 0, "warmup": true,
    ])
    #expect(
      problems.map { "\($0.pathDescription): \($0.message)\($0.hint.map { " (\($0))" } ?? "")" } == [
        "max_stps: is not a known key (did you mean 'max_steps'?)",
        "max_steps: must be an integer of at least 1, not 1.0",
        #"shape.width: must be an integer of at least 1, not the string "4""#,
        "shape.depth: is not a known key (the keys are: width, layers)",
        "mode: must be one of fast, exact, not the string \"fats\" (did you mean 'fast'?)",
        "betas[1]: must be a number between 0 and 1, not true",
        "limit: must be an integer of at least 1, not 0",
        "learning_rate: must be a number greater than 0, not 0",
        "warmup: must be an integer, not true",
      ])
  }

  @Test(arguments: [(Double.nan, "NaN"), (.infinity, "infinity"), (-.infinity, "minus infinity")])
  func `numbers that JSON cannot write are named`(value: Double, name: String) {
    let (_, problems) = SampleOptions.decode(["learning_rate": .number(value)])
    #expect(problems.map(\.message) == ["must be a number greater than 0, not \(name)"])
  }

  @Test func `components are one typed value per leaf`() {
    let (value, _) = SampleOptions.decode(["tags": ["a.b": "x", "c": "y"], "betas": [] as JSON])
    let leaves = value.components.map { "\($0.path)=\($0.value.compact)" }
    #expect(
      leaves == [
        "max_steps=10", "shape.width=64", "shape.layers=2", "mode=\"fast\"", "betas=[]", "limit=null",
        "learning_rate=0.1", "warmup=0", "tags.\"a.b\"=\"x\"", "tags.c=\"y\"",
      ])
  }

  @Test func `equal numbers have one canonical form`() throws {
    let texts = ["1e-3", "0.001", "1.0E-3", "0.00100"]
    let forms = try texts.map {
      SampleOptions.decode(["learning_rate": try JSON.parse($0)]).0.canonical.compact
    }
    #expect(Set(forms).count == 1)
  }
}

struct SampleShape: Configurable {
  var width = 64
  var layers = 2
  static var fields: [Field<Self>] {
    [
      .integer("width", \.width, in: 1...Int.max, "Width."),
      .integer("layers", \.layers, in: 1...100, "Layers."),
    ]
  }
}

struct SampleTraining: Configurable {
  var learningRate = 0.5
  var warmup = 0
  var tags: [String: String] = [:]
  static var fields: [Field<Self>] {
    [
      .number("learning_rate", \.learningRate, in: .leastNonzeroMagnitude...Double.infinity, "Rate."),
      .integer("warmup", \.warmup, "Steps."),
      .map("tags", \.tags, of: .string, "Tags."),
    ]
  }
}

struct SampleOptions: Configurable {
  enum Mode: String, CaseIterable, Sendable { case fast, exact }
  var maxSteps = 10
  var shape = SampleShape()
  var mode = Mode.fast
  var betas = [0.9, 0.999]
  var limit: Int?
  var training = SampleTraining()

  init() { training.learningRate = 0.1 }

  static var fields: [Field<Self>] {
    [
      .integer("max_steps", \.maxSteps, in: 1...Int.max, "Steps."),
      .object("shape", \.shape, "Shape."),
      .choice("mode", \.mode, "Mode."),
      .list("betas", \.betas, of: .number(in: 0...1), "Betas."),
      .optional("limit", \.limit, .integer(in: 1...), "Limit."),
      .group(\.training),
    ]
  }
}
