import Testing

@Suite struct CommandLineTests {
  @Test func `The version is one line on standard output`() throws {
    let result = try Plumb.run(["--version"])
    #expect(result.status == 0)
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test func `Help is on standard output and names every command`() throws {
    let result = try Plumb.run(["--help"])
    #expect(result.status == 0 && result.errors.isEmpty)
    let commands = [
      "check", "plan", "run", "why", "status", "runs", "show", "lineage", "metrics", "generate", "tokenize",
      "export", "store",
    ]
    for command in commands {
      #expect(result.output.contains("  \(command) "))
      #expect(try Plumb.run([command, "--help"]).status == 0)
    }
    #expect(!result.output.contains("stage REQUEST"), "what is not for people is not shown")
  }

  @Test(
    arguments: [
      (["pln", "x.yaml"], "there is no command 'plumb pln'", "did you mean 'plumb plan'?"),
      (["frobnicate"], "there is no command 'plumb frobnicate'", "plumb --help"),
      (["store", "verfy"], "there is no command 'plumb store verfy'", "did you mean 'plumb store verify'?"),
      (["run", "x.yaml", "--theads", "2"], "unknown option '--theads'", "did you mean '--threads'?"),
      (["run", "x.yaml", "--nope"], "unknown option '--nope'", "plumb run --help"),
      (["run"], "missing expected argument '<manifest>'", "plumb run --help"),
      (
        ["generate", "m", "--prompt", "a", "--temperature", "-1"], "--temperature must be 0", "plumb generate"
      ),
      (
        ["generate", "m", "--prompt", "a", "--top-k", "-3"], "--top-k must be 0 or more",
        "plumb generate --help"
      ),
      (
        ["generate", "m", "--prompt", "a", "--top-p", "0"], "--top-p must be above 0", "plumb generate --help"
      ),
      (
        ["generate", "m", "--prompt", "a", "--max-tokens", "0"], "--max-tokens must be at least 1",
        "plumb generate"
      ),
      (
        ["generate", "m", "--prompt", "a", "--seed", "x"], "the value 'x' is invalid for '--seed",
        "plumb generate"
      ),
      (["run", "x.yaml", "--jobs", "100000"], "--jobs must be 1 to 1024", "plumb run --help"),
      (["plan", "x.yaml", "--threads", "9223372036854775807"], "--threads must be 1 to 1024", "plumb plan"),
      (["run", "x.yaml", "--store", "host:/x"], "names another machine", "plumb run --help"),
      (["runs", "--store", ""], "--store must not be empty", "plumb runs --help"),
      (["tokenize", "m"], "give one of --text, --file and --decode", "plumb tokenize --help"),
      (["metrics", "a", "--csv", "--json"], "exclude each other", "plumb metrics --help"),
      (["run", "x.yaml", "--quiet", "--verbose"], "exclude each other", "plumb run --help"),
    ] as [([String], String, String)])
  func `A command line that is not valid says so and what helps`(
    arguments: [String], message: String, hint: String
  ) throws {
    let result = try Plumb.run(arguments)
    #expect(result.status == 64)
    if arguments.contains("--json") {
      #expect(try ErrorReport(result).entries[0].message.contains(message))
      return
    }
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("error[E901]: ") && result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.contains("hint: \(hint)"), "\(result.errors)")
  }
}
