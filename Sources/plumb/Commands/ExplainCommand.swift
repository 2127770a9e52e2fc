import ArgumentParser
import Diagnostics
import JSONText
import Pipeline
import Stages

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say what a kind of stage takes, makes, and can be told.",
    discussion: "Without a name, the kinds; with one, its inputs, outputs and keys; with 'KIND.KEY', one key."
  )

  @Argument(help: "A kind, such as 'sft', or one of its keys, such as 'sft.learning_rate'.")
  var name: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    guard let name else {
      let kinds = StageRegistry.builtIn.kinds
      return output.write(
        json: ["schema": "plumb.kinds/1", "kinds": .array(kinds.map { KindView($0).json })],
        text: { style in
          var table = TextTable([("KIND", .left), ("DOES", .left), ("INPUTS", .left), ("OUTPUTS", .left)])
          for kind in kinds {
            table.add([
              style.bold(kind.name), kind.summary,
              kind.inputs.map { $0.arity == .optional ? "\($0.name)?" : $0.name }.joined(separator: " "),
              kind.outputs.map(\.name).joined(separator: " "),
            ])
          }
          return table.render(style)
        })
    }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    let view = KindView(try kind(parts.first ?? ""))
    guard parts.count == 2 else { return output.write(json: view.json, text: view.text) }
    let field = try view.field(parts[1])
    output.write(json: KindView.json(field), text: { KindView.text([field], $0) })
  }

  private func kind(_ name: String) throws -> any StageKind.Type {
    if let kind = StageRegistry.builtIn[name] { return kind }
    let names = StageRegistry.builtIn.names
    throw Diagnostic(
      .unknownKind, "there is no stage kind '\(name)'",
      hint: nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
        ?? "the kinds are: \(names.joined(separator: ", "))")
  }
}
