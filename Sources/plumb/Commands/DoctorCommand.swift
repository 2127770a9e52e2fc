import ArgumentParser
import Diagnostics
import JSONText

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look at the machine and the store for what would get in the way.",
    discussion: "Exits with 1 if something is wrong.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let findings = Examination(store: store).findings
    output.write(
      json: ["schema": "plumb.doctor/1", "findings": .array(findings.map(\.json))],
      text: { style in
        let width = findings.map(\.subject.displayWidth).max() ?? 0
        return findings.map { finding in
          let mark =
            switch finding.verdict {
            case .fine: style.green("ok     ")
            case .doubtful: style.warning("warning")
            case .wrong: style.error("wrong  ")
            }
          let hint = finding.hint.map { "\n         \(style.cyan("hint")): \($0)" } ?? ""
          return "\(mark)  \(finding.subject.padded(to: width))  \(finding.text)\(hint)\n"
        }.joined()
      })
    if findings.contains(where: { $0.verdict == .wrong }) { throw ExitStatus.failed.code }
  }
}
