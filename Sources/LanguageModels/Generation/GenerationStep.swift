/// The tokens that sequences under generation read at once.
struct GenerationStep {
  /// A sequence that gains a token.
  struct Member {
    let prompt: Int
    let slot: Int
    /// Which of the step's rows foretells its next token.
    let row: Int
    /// A slot that reads the same prompt, whose keys and values it takes over.
    let twin: Int?
  }

  private(set) var batch = TokenBatch()
  private(set) var members: [Member] = []
  /// Rows of the batch after which a token is chosen.
  private(set) var rows: [Int] = []
  /// The first member of each prompt that begins.
  private var beginners: [[Int32]: Member] = [:]

  /// Adds the token that was chosen last.
  mutating func `continue`(_ prompt: Int, slot: Int, past: Int, with token: Int32) {
    append([token], prompt, slot, past: past)
  }

  /// Adds a whole prompt, unless another member reads the same.
  mutating func begin(_ prompt: Int, slot: Int, ids: [Int32]) {
    if let twin = beginners[ids] {
      members.append(Member(prompt: prompt, slot: slot, row: twin.row, twin: twin.slot))
      return
    }
    beginners[ids] = append(ids, prompt, slot, past: 0)
  }

  @discardableResult
  private mutating func append(_ ids: [Int32], _ prompt: Int, _ slot: Int, past: Int) -> Member {
    let member = Member(prompt: prompt, slot: slot, row: rows.count, twin: nil)
    rows.append(batch.append(ids, past: past, slot: slot).upperBound - 1)
    members.append(member)
    return member
  }
}
