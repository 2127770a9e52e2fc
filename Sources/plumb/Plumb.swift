import ArgumentParser

/// The command `plumb`: its subcommands in the order of its help.
struct Plumb: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "plumb",
    abstract: "Runs alignment pipelines: every artifact cached, every model's lineage known.",
    discussion: """
      A manifest declares the stages that turn a base model into an aligned one. 'plumb run' executes what \
      changed; every reading command takes --json.
      """,
    version: version, subcommands: [StageCommand.self],
    groupedSubcommands: [
      CommandGroup(
        name: "Pipeline",
        subcommands: [CheckCommand.self, PlanCommand.self, RunCommand.self, WhyCommand.self]),
      CommandGroup(
        name: "History",
        subcommands: [
          StatusCommand.self, RunsCommand.self, ShowCommand.self, LineageCommand.self, MetricsCommand.self,
          DiffCommand.self, CompareCommand.self,
        ]),
      CommandGroup(
        name: "Model",
        subcommands: [
          GenerateCommand.self, ClassifyCommand.self, TokenizeCommand.self, ExportCommand.self,
          TagCommand.self, TagsCommand.self, PromoteCommand.self,
        ]),
      CommandGroup(name: "Store", subcommands: [StoreCommand.self]),
      CommandGroup(
        name: "Reference",
        subcommands: [
          ExplainCommand.self, SchemaCommand.self, DoctorCommand.self, BenchCommand.self,
        ]),
    ])
}
