import Artifacts
import JSONText
import Lineage

extension ModelCard {
  /// Answers that are shown.
  private static let shownSamples = 4

  var text: String {
    [frontMatter, "# \(name)\n\n", introduction, loading, data, making, metrics, answers, promotions, hashes]
      .joined()
  }

  /// https://huggingface.co/docs/hub/model-cards#model-card-metadata
  private var frontMatter: String {
    guard let use = Self.use(of: type) else { return "" }
    var tags = ["plumbline"]
    for kind in executions.map(\.kind) where !tags.contains(kind) { tags.append(kind) }
    return "---\nlibrary_name: \(use.library)\npipeline_tag: \(use.task)\ntags:\n"
      + tags.map { "- \(JSON.string($0).compact)\n" }.joined() + "---\n\n"
  }

  private var introduction: String {
    guard let maker = executions.last, let pipeline else {
      return "A \(type.rawValue) that entered the pipeline from outside.\n\n"
    }
    return
      "The \(type.rawValue) of the stage \(Markdown.code(maker.stage)) (\(Markdown.code(maker.kind))) of the "
      + "pipeline \(Markdown.code(pipeline)), made by Plumbline \(Plumb.version).\n\n"
  }

  private var loading: String {
    guard let use = Self.use(of: type) else { return "" }
    let imports =
      use.library == "transformers"
      ? "from transformers import \(use.className), AutoTokenizer"
      : "from \(use.library) import \(use.className)\nfrom transformers import AutoTokenizer"
    return "## How to load it\n\n"
      + Markdown.block(
        """
        \(imports)

        tokenizer = AutoTokenizer.from_pretrained(".")
        model = \(use.className).from_pretrained(".")
        """, language: "python")
  }

  private var data: String {
    let table = Markdown.table(
      ["source", "type", "path", "bytes", "SHA-256"],
      sources.map { source in
        [
          source.names.map(Markdown.code).joined(separator: ", "), source.artifact.type,
          source.paths.map(Markdown.code).joined(separator: ", "), "\(source.artifact.object.size)",
          Markdown.code(source.artifact.digest.text),
        ]
      })
    return table.isEmpty ? "" : "## Data\n\n\(table)"
  }

  private var making: String {
    guard !executions.isEmpty else { return "" }
    let table = Markdown.table(
      ["stage", "kind", "made from", "key"],
      executions.map { execution in
        let version = execution.key.flatMap { kindVersions[$0] }.map { " (version \($0))" } ?? ""
        return [
          Markdown.code(execution.stage), execution.kind + version,
          execution.inputs.map { Markdown.code($0.label) }.joined(separator: ", "),
          execution.key.map { Markdown.code($0.short) } ?? "",
        ]
      })
    let settings = executions.reversed().map { execution in
      "<details\(execution.id == executions.last?.id ? " open" : "")><summary>"
        + "\(execution.stage.escapedForHTML) (\(execution.kind))</summary>\n\n"
        + Markdown.block(execution.configuration.pretty, language: "json") + "</details>\n\n"
    }
    return "## How it was made\n\n\(table)### Configuration\n\n" + settings.joined()
  }

  private var metrics: String {
    let training = executions.last?.metrics ?? []
    let own = evaluation?.ownMetrics ?? []
    let sections = [
      ("Training", training),
      (
        "Evaluation by \(Markdown.code(evaluation?.stage ?? ""))",
        evaluation?.execution == executions.last?.id ? [] : own
      ),
    ]
    let text = sections.map { title, metrics in
      let table = Markdown.table(
        ["metric", "value"], metrics.map { [Markdown.code($0.name), Figures.metric($0.value)] })
      return table.isEmpty ? "" : "### \(title)\n\n\(table)"
    }
    return text.allSatisfy(\.isEmpty) ? "" : "## Metrics\n\n" + text.joined()
  }

  private var answers: String {
    guard !samples.isEmpty else { return "" }
    return "## Samples\n\n"
      + samples.prefix(Self.shownSamples).map { sample in
        "Prompt:\n\n" + Markdown.block(sample.prompt) + "Answer:\n\n" + Markdown.block(sample.answer)
      }.joined()
  }

  private var promotions: String {
    let lines = tags.map { tag in
      let figures = (tag.evidence?.figures ?? []).map { figure in
        Markdown.code("\(figure.metric) \(figure.condition)") + " (it is \(Figures.metric(figure.value)))"
      }
      let by = tag.author.isEmpty ? "" : " by \(Markdown.code(tag.author))"
      let reason = figures.isEmpty ? "" : ": " + figures.joined(separator: ", ")
      let note = tag.note.isEmpty ? "" : "; \(Markdown.code(tag.note))"
      return "- \(Markdown.code(tag.name)) since \(Figures.timestamp(tag.movedAt)), "
        + "\(tag.manner.rawValue)\(by)\(reason)\(note)\n"
    }
    return lines.isEmpty ? "" : "## Tags\n\n" + lines.joined() + "\n"
  }

  private var hashes: String {
    "## Hashes\n\nArtifact: \(Markdown.code(artifact.digest.text))\n\n"
      + Markdown.table(
        ["file", "bytes", "SHA-256"],
        files.map { [Markdown.code($0.name), "\($0.object.size)", Markdown.code($0.object.digest.text)] })
  }
}

extension String {
  fileprivate var escapedForHTML: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
