import Artifacts
import JSONText
import Lineage

/// A damaged object and what depends on it.
struct DamageView: Sendable {
  /// An artifact that holds the object.
  struct User: Sendable {
    var artifact: Artifact
    /// As `stage.port` or `sources.name`.
    var name: String
    /// How to get it back: a command, or what a source is taken from.
    var remedy: String?
    /// What was made from it.
    var downstream: [String]
  }

  private let damage: ObjectDamage
  private let users: [User]

  init(_ damage: ObjectDamage, users: [User]) {
    self.damage = damage
    self.users = users
  }

  var json: JSON {
    [
      "object": .string(damage.digest.text), "problem": .string(problem),
      "artifacts": .array(
        users.map { user in
          [
            "digest": .string(user.artifact.digest.text), "type": .string(user.artifact.type),
            "name": .string(user.name), "downstream": .array(user.downstream.map(JSON.string)),
            "remedy": JSON(user.remedy),
          ]
        }),
    ]
  }

  func text(_ style: Style, withRemedy: Bool) -> String {
    var text = "\(style.error("damaged")): object \(damage.digest): \(problem)\n"
    for user in users {
      text +=
        "  in \(style.bold(user.name))  \(style.dim("\(user.artifact.type) \(user.artifact.digest.short)"))\n"
      if !user.downstream.isEmpty { text += "    used for \(user.downstream.joined(separator: ", "))\n" }
    }
    if users.isEmpty { text += "  in nothing that is recorded\n" }
    guard withRemedy else { return text }
    for remedy in Set(users.compactMap(\.remedy)).sorted() { text += "\(style.cyan("hint")): \(remedy)\n" }
    return text
  }

  private var problem: String {
    switch damage.problem {
    case .contents(let actual): "its bytes have the digest \(actual)"
    case .unreadable(let cause): cause
    case .missing: "missing"
    }
  }
}
