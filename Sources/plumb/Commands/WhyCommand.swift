import ArgumentParser
import Diagnostics
import Execution
import Pipeline

struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Name the change that makes a stage run, or made it run the last time.")

  @OptionGroup var pipeline: PipelineOptions

  @Argument(help: "The stage to explain.")
  var stage: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let graph = try pipeline.graph(targets: [stage])
    let layout = pipeline.layout
    let explanation = try StorePlan.make(graph, layout: layout).explain(stage, layout: layout)
    output.write(json: explanation.json, text: { text(explanation, $0) })
  }

  private func text(_ explanation: Explanation, _ style: Style) -> String {
    let name = style.bold(explanation.stage)
    if explanation.causes.isEmpty {
      return explanation.isPending
        ? "\(name) would run: \(explanation.reason)\n"
        : "\(name) is cached; it was never run with anything else\n"
    }
    let verb =
      switch explanation.decision {
      case .cached: "is cached; it last ran because of"
      case .maybe: "may run because of"
      case .run, .blocked: "would run because of"
      }
    return "\(name) \(verb)\n" + explanation.causes.map { self.text($0, style) }.joined()
  }

  private func text(_ cause: Explanation.Cause, _ style: Style) -> String {
    let old = cause.change.old?.valueText ?? "(nothing)"
    let new = cause.change.new?.valueText ?? "(nothing)"
    let head =
      if let source = cause.source {
        "sources.\(source)" + (cause.file.map { " (\($0))" } ?? "")
      } else {
        "\(cause.stage): \(cause.change.name)"
      }
    var text = "  \(style.yellow(head))\n    \(style.dim("old")) \(old)\n    \(style.dim("new")) \(new)\n"
    if cause.through.count > 1 {
      text += "    \(style.dim("through")) \(cause.through.joined(separator: " → "))\n"
    }
    return text
  }
}
