import Diagnostics

extension ManifestReader {
  /// Reads the section of stages and choices.
  mutating func readStages(_ section: YAMLEntry) {
    let entries = mapping(section)
    if entries.isEmpty, section.value.entries != nil || section.value.text == "" {
      report(.missingKey, "the manifest declares no stages", section.keySpan)
    }
    for entry in entries where checkName(entry, what: "stage") {
      if Reference.reservedNames.contains(entry.key) {
        report(
          .invalidName, "a stage cannot be called '\(entry.key)': references to \(entry.key) begin with it",
          entry.keySpan, hint: "give the stage another name")
        continue
      }
      let members = mapping(entry)
      guard entry.value.entries != nil else { continue }
      let isChoice = members.contains { $0.key == "choose" || $0.key == "options" }
      manifest.stages.append(isChoice ? readChoice(entry, members) : readStage(entry, members))
    }
  }

  private mutating func readStage(_ entry: YAMLEntry, _ members: [YAMLEntry]) -> Manifest.Stage {
    let body = readBody(entry, members, option: nil)
    return Manifest.Stage(
      name: entry.key, nameSpan: entry.keySpan, bodies: [body], defaultOption: nil, isChoice: false,
      matrix: members.first { $0.key == "matrix" })
  }

  private mutating func readChoice(_ entry: YAMLEntry, _ members: [YAMLEntry]) -> Manifest.Stage {
    var stage = Manifest.Stage(
      name: entry.key, nameSpan: entry.keySpan, bodies: [], defaultOption: nil, isChoice: true)
    var requirements: [YAMLEntry] = []
    for member in members {
      switch member.key {
      case "require": requirements = mapping(member)
      case "matrix": stage.matrix = member
      case "choose": stage.defaultOption = member.value.text
      case "options":
        for option in mapping(member) where checkName(option, what: "option") {
          let optionMembers = mapping(option)
          if option.value.entries != nil {
            stage.bodies.append(readBody(option, optionMembers, option: option.key))
          }
        }
      default: reportUnknown(member, known: ["choose", "options", "matrix", "require"], of: "a choice")
      }
    }
    for index in stage.bodies.indices { stage.bodies[index].requirements += requirements }
    checkChoice(stage, members)
    return stage
  }

  private mutating func checkChoice(_ stage: Manifest.Stage, _ members: [YAMLEntry]) {
    let options = stage.bodies.compactMap(\.option)
    guard members.contains(where: { $0.key == "options" }) else {
      report(.missingKey, "the choice '\(stage.name)' has no 'options'", stage.nameSpan)
      return
    }
    guard let choose = members.first(where: { $0.key == "choose" }) else {
      report(
        .missingKey, "the choice '\(stage.name)' does not say which option it takes", stage.nameSpan,
        hint: options.first.map { "add 'choose: \($0)'" })
      return
    }
    guard let chosen = choose.value.text, options.contains(chosen) else {
      let near = choose.value.text.flatMap { nearestName(to: $0, among: options) }
      report(
        .unknownOption, "'\(stage.name)' has no option '\(choose.value.text ?? "")'", choose.value.span,
        hint: near.map { "did you mean '\($0)'?" } ?? "the options are: \(options.joined(separator: ", "))")
      return
    }
  }

  private mutating func readBody(_ entry: YAMLEntry, _ members: [YAMLEntry], option: String?) -> Manifest.Body
  {
    var body = Manifest.Body(
      option: option, span: entry.keySpan, kind: nil, kindSpan: entry.keySpan, entries: [], requirements: [])
    for member in members {
      switch member.key {
      case "kind":
        body.kindSpan = member.value.span
        body.kind = member.value.text
        if body.kind == nil {
          report(.invalidValue, "'kind' must be the name of a stage kind", member.value.span)
        }
      case "require": body.requirements = mapping(member)
      case "matrix" where option == nil: break
      case "matrix":
        report(
          .unknownKey, "an option has no matrix of its own", member.keySpan,
          hint: "put 'matrix:' beside 'choose:', for all options")
      default: body.entries.append(member)
      }
    }
    if entry.value.entries != nil, !members.contains(where: { $0.key == "kind" }) {
      report(
        .missingKey, "the \(option == nil ? "stage" : "option") '\(entry.key)' has no 'kind'", entry.keySpan)
    }
    return body
  }
}
