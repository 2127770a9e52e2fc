import ArgumentParser
import Diagnostics

/// What is wrong with a command line, said like every other error.
struct UsageProblem {
  private let message: String
  private let arguments: [String]

  /// - Parameter message: the parser's sentence.
  init(_ message: String, _ arguments: [String]) {
    self.message = message
    self.arguments = arguments
  }

  var diagnostic: Diagnostic {
    var commands: [any ParsableCommand.Type] = [Plumb.self]
    for word in arguments.prefix(while: { !$0.hasPrefix("-") }) {
      let choices = commands[commands.count - 1].shownSubcommands
      guard !choices.isEmpty else { break }
      guard let next = choices.first(where: { $0.configuration.commandName == word }) else {
        return unknown(word, of: commands.path, choices)
      }
      commands.append(next)
    }
    return Diagnostic(.usage, sentence, hint: suggestion ?? "\(commands.path) --help")
  }

  private func unknown(
    _ word: String, of path: String, _ choices: [any ParsableCommand.Type]
  ) -> Diagnostic {
    let near = nearestName(to: word, among: choices.compactMap { $0.configuration.commandName })
    return Diagnostic(
      .usage, "there is no command '\(path) \(word)'",
      hint: near.map { "did you mean '\(path) \($0)'?" } ?? "\(path) --help")
  }

  /// The parser's sentence without its suggestion, beginning like other messages do.
  private var sentence: String {
    let sentence = message[..<(message.firstRange(of: ". Did you mean")?.lowerBound ?? message.endIndex)]
    guard let first = sentence.first else { return "the command line is not valid" }
    return first.lowercased() + sentence.dropFirst()
  }

  /// What the parser thinks was meant, if it is near what was typed.
  private var suggestion: String? {
    let quoted = message.split(separator: "'", omittingEmptySubsequences: false).map(String.init)
    guard message.contains(". Did you mean"), quoted.count == 5 else { return nil }
    return nearestName(to: quoted[1], among: [quoted[3]]).map { "did you mean '\($0)'?" }
  }
}

extension ParsableCommand {
  /// The commands below this one, but for those that are not for people.
  fileprivate static var shownSubcommands: [any ParsableCommand.Type] {
    (configuration.subcommands + configuration.groupedSubcommands.flatMap { $0.subcommands })
      .filter { $0.configuration.shouldDisplay }
  }
}

extension [any ParsableCommand.Type] {
  /// As it is typed, such as `plumb store verify`.
  fileprivate var path: String { compactMap { $0.configuration.commandName }.joined(separator: " ") }
}
