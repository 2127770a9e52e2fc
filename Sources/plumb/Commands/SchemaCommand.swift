import ArgumentParser
import Pipeline
import Stages

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of manifests, for editors.",
    discussion: """
      Save it, and begin a manifest with '# yaml-language-server: $schema=plumbline.schema.json' to have keys \
      completed and checked as you type.
      """)

  @OptionGroup var output: OutputOptions

  func run() {
    let schema = ManifestSchema(.builtIn).json
    output.write(json: schema, text: { _ in schema.pretty + "\n" })
  }
}
