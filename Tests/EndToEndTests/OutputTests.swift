import Foundation
import JSONText
import Testing

@Suite struct OutputTests {
  static let schemas: [(command: [String], schema: String)] = [
    (["check", "pipeline.yaml"], "plumb.check/1"), (["plan", "pipeline.yaml"], "plumb.plan/1"),
    (["run", "pipeline.yaml"], "plumb.run/1"), (["run", "pipeline.yaml", "--force", "sft"], "plumb.run/1"),
    (["why", "pipeline.yaml", "sft"], "plumb.why/1"), (["status"], "plumb.status/1"),
    (["status", "pipeline.yaml"], "plumb.status/1"), (["runs"], "plumb.runs/1"),
    (["show", "latest"], "plumb.show/1"), (["show", "sft"], "plumb.show/1"),
    (["show", "sft.model"], "plumb.show/1"), (["show", "sources.demos"], "plumb.show/1"),
    (["lineage", "sft"], "plumb.lineage/1"), (["metrics", "sft"], "plumb.metrics/1"),
    (["generate", "sft.model", "--prompt", "How", "--max-tokens", "3"], "plumb.generate/1"),
    (["tokenize", "sft.model", "--text", "How"], "plumb.tokenize/1"),
    (["tokenize", "sft.model", "--decode", "5 6"], "plumb.tokenize/1"),
    (["export", "sft.model", "out"], "plumb.export/1"), (["store", "verify"], "plumb.verify/1"),
    (["store", "path", "sft.model"], "plumb.path/1"),
  ]

  @Test(arguments: schemas.indices)
  func `22: Standard output of a command with --json is one JSON object and nothing else`(index: Int) throws {
    let (command, schema) = Self.schemas[index]
    let project = try Project.finished()
    let result = try Plumb.run(command + ["--json"], in: project.directory)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try result.json()["schema"]?.stringValue == schema)
    #expect(result.output.hasSuffix("}\n") && result.output.count { $0 == "\n" } == 1)
  }

  @Test func `22: The schema of manifests is one JSON object, on one line or to be read`() throws {
    let compact = try Plumb.run(["schema", "--json"])
    #expect(compact.output.count { $0 == "\n" } == 1)
    #expect(try compact.json() == Plumb.run(["schema"]).json())
  }

  static let mistakes: [(command: [String], code: String, status: Int32)] = [
    (["run", "none.yaml"], "E001", 3), (["plan", "pipeline.yaml", "none"], "E026", 3),
    (["frobnicate"], "E901", 64), (["pln", "pipeline.yaml"], "E901", 64), (["store", "verfy"], "E901", 64),
    (["run"], "E901", 64), (["run", "pipeline.yaml", "--nope"], "E901", 64),
    (["run", "pipeline.yaml", "--set", "seed"], "E901", 64),
    (["run", "pipeline.yaml", "--jobs", "0"], "E901", 64),
    (["show", "nothing"], "E313", 1), (["metrics", "sft.model"], "E313", 1),
    (["status", "--store", "no"], "E903", 1),
    (["generate", "nothing", "--prompt", "a"], "E904", 1), (["generate", "sft.model"], "E901", 64),
    (["export", "align", "out"], "E314", 1), (["export", "sft.model", "pipeline.yaml"], "E311", 1),
    (["tokenize", "sft.model", "--decode", "x"], "E905", 1),
    (["store", "path", "sft.model", "--file", "config.jso"], "E313", 1),
  ]

  @Test(arguments: mistakes.indices)
  func `22: Errors of a command with --json are JSON with a code and a remedy`(index: Int) throws {
    let (command, code, status) = Self.mistakes[index]
    let project = try Project.finished()
    let result = try Plumb.run(command + ["--json"], in: project.directory)
    let report = try ErrorReport(result)
    #expect(report.status == status)
    #expect(report.entries.map(\.code) == [code], "\(report.entries)")
    #expect(result.errors.isEmpty, "\(result.errors)")
    let text = try Plumb.run(command, in: project.directory)
    #expect(text.status == status && text.output.isEmpty)
    #expect(text.errors.hasPrefix("error[\(code)]: \(report.entries[0].message)"), "\(text.errors)")
  }

  @Test func `22: A failed run is JSON with the failure of its stage`() throws {
    let project = try Project.finished()
    try project.replace(
      "    num_train_epochs: 1\n    batch_size: 4\n    learning_rate: 0.001",
      with: "    num_train_epochs: 9\n    batch_size: 4\n    learning_rate: 1000")
    let run = try project.run(status: 1)
    let error = try #require(run["sft"]?.json["errors"]?[0])
    #expect(error["code"] == "E501" && error["hint"]?.stringValue?.contains("learning_rate") == true)
    #expect(run["sft"]?.json["log_tail"]?.stringValue?.contains("1/27 steps") == true)
  }

  @Test(arguments: [
    "show latest", "store path sft.model", "plan pipeline.yaml --force base", "run pipeline.yaml --force sft",
    "lineage report.report", "metrics base --csv", "generate base.model --prompt How --max-tokens 100",
  ])
  func `22: A closed pipe is quiet`(command: String) throws {
    let project = try Project.finished()
    // What is started after the reader has gone writes into a closed pipe for certain.
    let line = "{ sleep 0.2; \"$PLUMB\" \(command) 2> errors.txt; echo $? > status.txt; } | true"
    _ = try Plumb.shell(line, in: project.directory)
    let errors = try project.read("errors.txt")
    #expect(!errors.contains("error") && !errors.lowercased().contains("broken pipe"), "\(errors)")
    #expect(try project.read("status.txt") == "141\n", "as a shell reports SIGPIPE")
  }

  @Test(arguments: [
    "runs", "runs --json", "plan pipeline.yaml", "metrics base --csv", "--help", "nosuch --json",
  ])
  func `22: Output that cannot be written is an error`(command: String) throws {
    let project = try Project.finished()
    // Nothing can be written to what was opened to be read, or is closed.
    for stream in ["1< pipeline.yaml", "1>&-"] {
      let result = try Plumb.shell("\"$PLUMB\" \(command) \(stream)", in: project.directory)
      #expect(result.status == (command.hasPrefix("nosuch") ? 64 : 1), "\(stream)")
      #expect(
        result.errors.hasPrefix("error[E908]: standard output could not be written"), "\(result.errors)")
    }
    #expect(try project.isStoreIntact())
  }

  @Test func `A run goes on though nobody reads its progress any more`() throws {
    let project = try Project()
    let line = "{ \"$PLUMB\" run pipeline.yaml > out.txt; echo $? > status.txt; } 2>&1 | true"
    _ = try Plumb.shell(line, in: project.directory)
    #expect(try project.read("status.txt") == "0\n")
    #expect(try project.plan().status == 0)
  }

  @Test func `Colour is for terminals that want it`() throws {
    let project = try Project.finished()
    func onTerminal(_ environment: String) throws -> String {
      try Plumb.shell(
        "\(environment) script -qec '\"$PLUMB\" plan pipeline.yaml --force sft' /dev/null",
        in: project.directory
      )
      .output
    }
    #expect(!(try project.plumb("plan", "pipeline.yaml", "--force", "sft").output.contains("\u{1B}[")))
    #expect(!(try onTerminal("NO_COLOR=1").contains("\u{1B}[")))
    #expect(!(try onTerminal("TERM=dumb").contains("\u{1B}[")))
    if try Plumb.shell("command -v script").status == 0 {
      #expect(try onTerminal("NO_COLOR= TERM=xterm").contains("\u{1B}[36mrun\u{1B}[0m"))
    }
  }

  @Test func `A quiet run says nothing, and a verbose one what its stages say`() throws {
    let project = try Project.finished()
    let quiet = try project.plumb("run", "pipeline.yaml", "--quiet", "--force", "base")
    #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.errors.isEmpty)
    let verbose = try project.plumb("run", "pipeline.yaml", "--verbose", "--force", "base")
    #expect(verbose.errors.contains("base: ") && verbose.errors.contains("parameters"), "\(verbose.errors)")
  }

  @Test func `Progress goes to standard error, and the table and the report to standard output`() throws {
    let project = try Project()
    let result = try project.plumb("run", "pipeline.yaml")
    #expect(result.errors.contains("Running base (never run)") && result.errors.contains("Finished report"))
    #expect(!result.output.contains("Running"))
    for part in ["STAGE", "succeeded", "win rate by reward model", "prompt  How do I"] {
      #expect(result.output.contains(part), "\(result.output)")
    }
    #expect(try columnsLineUp(result.output))
  }

  /// Whether the second column of the first table starts at the same place in every line.
  private func columnsLineUp(_ text: String) throws -> Bool {
    let lines = text.split(separator: "\n")
    let head = try #require(lines.firstIndex { $0.hasPrefix("STAGE") })
    let column = try #require(lines[head].firstRange(of: "STATE")).lowerBound
    let offset = lines[head].distance(from: lines[head].startIndex, to: column)
    return lines[(head + 1)...(head + 6)].allSatisfy { $0.dropFirst(offset).hasPrefix("succeeded") }
  }

  @Test func `Metrics are a table, lines of CSV and curves`() throws {
    let project = try Project.finished()
    let csv = try project.plumb("metrics", "base", "--csv").output.split(separator: "\n")
    #expect(csv.first == "name,step,value" && csv.contains { $0.hasPrefix("loss,6,") })
    #expect(try project.plumb("metrics", "base").output.contains("METRIC"))
    #expect(try project.plumb("metrics", "base", "--plot").output.contains("┤"))
    let json = try project.json("metrics", "base")
    let loss = try #require(json["series"]?.arrayValue?.first { $0["name"] == "loss" })
    #expect(loss["points"]?.arrayValue?.count == 6 && loss["points"]?[5]?[0] == 6)
    #expect(try project.plumb("metrics", "base", "--filter", "nothing").output.contains("no such metrics"))
  }
}
