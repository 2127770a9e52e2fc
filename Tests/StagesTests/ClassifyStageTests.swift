import Diagnostics
import Foundation
import JSONText
import LanguageModels
import Pipeline
import TestSupport
import Testing

@Suite struct ClassifyStageTests {
  private static let model = Golden.committed.appendingPathComponent("models/llama")
  private static let quick: [JSON.Member] = [
    JSON.Member("max_steps", 30), JSON.Member("batch_size", 6), JSON.Member("learning_rate", 0.01),
  ]
  private let bench: StageBench

  init() throws { bench = try StageBench() }

  /// Complaints about one of three things; a number makes each text another.
  private static func rows(_ range: Range<Int>, labels: [String] = ["export", "billing", "login"]) -> String {
    let openings = ["my export stops", "the invoice is wrong", "I cannot log in"]
    return "text,label\n"
      + range.map { "\"\(openings[$0 % 3]), ticket \($0)\",\(labels[$0 % 3])\n" }.joined()
  }

  private func inputs(
    _ data: String = Self.rows(0..<36), validation: String? = Self.rows(36..<48), model: StageInput? = nil
  ) throws -> [StageInput] {
    let model = model ?? bench.input(Self.model, port: "model", type: .model)
    let data = try bench.file(data, name: "data.csv", port: "data", type: .labels)
    let held = try validation.map {
      try bench.file($0, name: "held.csv", port: "validation", type: .labels)
    }
    return [model, data] + (held.map { [$0] } ?? [])
  }

  private func run(
    _ inputs: [StageInput], _ settings: [JSON.Member] = [], threads: Int = 1
  ) throws -> (events: RecordedEvents, outputs: URL) {
    let quick = Self.quick.filter { member in !settings.contains { $0.key == member.key } }
    return try bench.run("classify", .object(quick + settings), inputs: inputs, threads: threads)
  }

  private func report(_ outputs: URL) throws -> JSON {
    let url = outputs.appendingPathComponent("report/report.json")
    return try JSON.parse([UInt8](Data(contentsOf: url)), file: "report.json")
  }

  /// Expects the audit to find an error, and a run to be refused with it.
  private func expectRefused(
    _ message: String, line: Int? = nil, hint: String? = nil, inputs: [StageInput],
    _ settings: [JSON.Member] = [],
    at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let found = try StageBench.audit("classify", .object(settings), inputs: inputs).diagnostics
    #expect(found.map(\.message) == [message], sourceLocation: location)
    #expect(found.first?.location?.line == line && found.first?.hint == hint, sourceLocation: location)
    #expect(throws: (any Error).self, sourceLocation: location) { try run(inputs, settings) }
  }

  @Test(
    arguments: [
      (
        ["validation_split": 0.2], ["validation"],
        "validation_split has no effect beside a `validation` input"
      ),
      (["baselines": ["naive_bayes", "naive_bayes"]], [], "baselines names a classifier twice"),
      (
        ["baselines": ["logistic_regression"], "naive_bayes": ["alpha": 1]], [],
        "naive_bayes.alpha has no effect without `naive_bayes` among the baselines"
      ),
      (
        ["baselines": [], "logistic_regression": ["C": 1]], [],
        "logistic_regression.C has no effect without `logistic_regression` among the baselines"
      ),
      (
        ["load_best_model_at_end": true], [],
        "load_best_model_at_end has no effect without `eval_steps`: validation comes at the end only"
      ),
    ] as [(JSON, Set<String>, String)])
  func `Options without effect are errors at their keys`(
    configuration: JSON, connected: Set<String>, message: String
  ) throws {
    #expect(try StageBench.problems("classify", configuration, connected: connected) == [message])
  }

  @Test func `Three kinds of complaints are learnt, reported and laid beside the baselines`() throws {
    let (events, outputs) = try run(inputs())
    #expect(events.values("eval_accuracy").last == 1 && events.values("eval_macro_f1").last == 1)
    #expect(
      events.values("naive_bayes.accuracy") == [1] && events.values("logistic_regression.macro_f1") == [1])
    #expect(events.values("accuracy_vs_logistic_regression") == [0])
    let report = try report(outputs)
    #expect(report["labels"] == ["billing", "export", "login"])
    #expect(report["rows"] == ["trained": 36, "held_out": 12])
    let entries = try #require(report["classifiers"]?.arrayValue)
    #expect(entries.map { $0["name"] } == ["model", "naive_bayes", "logistic_regression"])
    #expect(entries[0]["confusion"] == [[4, 0, 0], [0, 4, 0], [0, 0, 4]])
    #expect(
      entries[1]["accuracy_lead_interval"] == [0.0, 0.0] && entries[0]["accuracy_lead"]?.isNull == true)
    let loss = try #require(entries[0]["loss"]?.doubleValue)
    #expect(abs(loss - (events.values("eval_loss").last ?? .nan)) < 1e-6)
    let text = try String(contentsOf: outputs.appendingPathComponent("report/report.txt"), encoding: .utf8)
    #expect(text.hasPrefix("12 held-out rows of 3 labels, trained on 36 rows\n"))
    for part in ["logistic_regression    1.0000", "precision", "0 billing  4  ·  ·"] {
      #expect(text.contains(part), "\(text)")
    }
    let head = try LanguageModel.Head.classifier(in: outputs.appendingPathComponent("model"))
    #expect(head.labels == ["billing", "export", "login"])
  }

  @Test func `Two threads write the same bytes as one`() throws {
    let inputs = try inputs(validation: nil)
    let (one, two) = (try run(inputs, threads: 1).outputs, try run(inputs, threads: 2).outputs)
    for name in ["model/model.safetensors", "model/config.json", "report/report.json", "report/report.txt"] {
      let bytes = try Data(contentsOf: one.appendingPathComponent(name))
      #expect(try Data(contentsOf: two.appendingPathComponent(name)) == bytes, "\(name)")
    }
  }

  @Test func `Without validation a share of each label is held out`() throws {
    let tenth = try report(run(inputs(validation: nil)).outputs)
    #expect(tenth["rows"] == ["trained": 33, "held_out": 3])
    let third = try report(run(inputs(validation: nil), [JSON.Member("validation_split", 0.34)]).outputs)
    #expect(third["rows"] == ["trained": 24, "held_out": 12])
  }

  @Test func `Numbered labels are ordered by value`() throws {
    let data = Self.rows(0..<36, labels: ["10", "9", "-1"])
    let (_, outputs) = try run(inputs(data, validation: nil), [JSON.Member("baselines", [])])
    #expect(try report(outputs)["labels"] == ["-1", "9", "10"])
    #expect(try report(outputs)["classifiers"]?.arrayValue?.count == 1)
  }

  @Test func `A classifier is trained on with its own labels, more of them than the rows have`() throws {
    let first = try run(inputs()).outputs.appendingPathComponent("model")
    let classifier = bench.input(first, port: "model", type: .classifier)
    let two = Self.rows(0..<36).split(separator: "\n").filter { !$0.contains("login") }.joined(
      separator: "\n")
    let next = try run(inputs(two, validation: nil, model: classifier), [JSON.Member("max_steps", 1)])
    #expect(try report(next.outputs)["labels"] == ["billing", "export", "login"])
    #expect(next.events.values("accuracy").first ?? 0 > 0.9, "the head was kept")
    try expectRefused(
      "\"logins\" is not a label of the classifier that is trained on", line: 3,
      hint: "did you mean \"login\"?",
      inputs: inputs("text,label\na,billing\nb,logins\n", validation: nil, model: classifier))
  }

  @Test func `A label that training lacks is an error at its line`() throws {
    try expectRefused(
      "\"exports\" is not a label of the training rows", line: 3, hint: "did you mean \"export\"?",
      inputs: inputs(validation: "text,label\nmy export,export\nmine too,exports\n"))
  }

  @Test func `Rows of one label, or too few to hold one out, are an error`() throws {
    try expectRefused(
      "all rows have the label \"x\": there is nothing to tell apart",
      inputs: inputs("text,label\na,x\nb,x\n", validation: nil))
    try expectRefused(
      "validation_split 0.1 holds out no row: no label has enough of them",
      hint: "raise validation_split, or give a `validation` input",
      inputs: inputs("text,label\na,x\nb,y\n", validation: nil))
  }

  @Test func `A reward model or a classifier given as another kind of model is refused`() throws {
    let reward = Golden.committed.appendingPathComponent("models/llama_reward")
    for (type, part) in [
      (PortType.classifier, "it is a reward model; a classifier was expected"),
      (.model, "a language model was expected"),
    ] {
      let found = try StageBench.audit(
        "classify", [:], inputs: inputs(model: bench.input(reward, port: "model", type: type)))
      #expect(found.diagnostics.contains { $0.message.contains(part) }, "\(found.diagnostics)")
    }
  }

  @Test func `The audit counts labels, shows rows and warns of held-out texts that are trained on`() throws {
    let audit = try StageBench.audit(
      "classify", [:], inputs: inputs(validation: "text,label\n\"My  export stops, ticket 0\",export\n"))
    #expect(audit.inputs.map(\.rows) == [36, 1])
    #expect(audit.inputs[0].samples.count == 3 && audit.inputs[0].samples[0].texts[0].label == "export")
    #expect(audit.inputs[0].counts["labels"] == ["billing": 12, "export": 12, "login": 12])
    #expect(audit.inputs[0].distributions.map(\.name) == ["text"])
    #expect(audit.notes.contains("36 rows are trained on, 1 are held out"))
    #expect(audit.diagnostics.map(\.severity) == [.warning])
    #expect(
      audit.diagnostics.first?.message
        == "1 of 1 held-out rows have a text that is trained on too: the figures are too good")
  }

  @Test func `A report says that the best weights were chosen by its rows`() throws {
    let best: [JSON.Member] = [
      JSON.Member("eval_steps", 10), JSON.Member("load_best_model_at_end", true),
      JSON.Member("metric_for_best_model", "macro_f1"), JSON.Member("baselines", []),
    ]
    let (events, outputs) = try run(inputs(), best)
    #expect(try report(outputs)["weights_chosen_by_held_out"] == true)
    #expect(events.values("eval_macro_f1").count == 3 && events.values("best_eval_macro_f1") == [1])
  }

  @Test func `Balanced weights change the training of a rare label`() throws {
    let many = Self.rows(0..<60).split(separator: "\n").filter { !$0.contains("login") }
    let data = (many + Self.rows(0..<9).split(separator: "\n").dropFirst()).joined(separator: "\n")
    func loss(_ settings: [JSON.Member]) throws -> [Double] {
      try run(inputs(data, validation: nil), settings + [JSON.Member("baselines", [])]).events.values("loss")
    }
    #expect(try loss([]) != loss([JSON.Member("class_weights", "balanced")]))
  }
}
