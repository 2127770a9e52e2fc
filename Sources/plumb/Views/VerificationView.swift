import JSONText

/// What a check of every object found, and what was done about it.
struct VerificationView {
  let objects: Int
  let bytes: Int64
  let damage: [DamageView]
  /// nil unless it was asked for.
  var repair: RepairView?

  /// Whether no damage is left.
  var isSound: Bool { damage.isEmpty || repair?.remaining == 0 }

  var json: JSON {
    var members: [JSON.Member] = [
      .init("schema", "plumb.verify/1"), .init("objects", .integer(objects)),
      .init("bytes", .integer(Int(bytes))), .init("damaged", .array(damage.map(\.json))),
    ]
    if let repair { members.append(.init("repair", repair.json)) }
    return .object(members)
  }

  func text(_ style: Style) -> String {
    let count = "\(objects) objects, \(Figures.bytes(bytes))"
    guard !damage.isEmpty else { return "\(style.state("intact")): \(count)\n" }
    let found = damage.map { $0.text(style, withRemedy: repair == nil) }.joined()
    let sum = "\(style.error("\(damage.count) damaged")) of \(count)\n"
    guard let repair else {
      return found + sum + "\(style.cyan("hint")): plumb store verify --repair makes again what can be made\n"
    }
    return found + sum + repair.text(style)
  }
}
