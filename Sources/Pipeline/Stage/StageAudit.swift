import Diagnostics
import JSONText

/// What a look at a stage's inputs found.
public struct StageAudit: Sendable {
  public var diagnostics: [Diagnostic]
  /// What each data input holds, in the order of the manifest.
  public var inputs: [InputAudit]
  /// Sentences about the stage as a whole, such as what will be checked once a model is there.
  public var notes: [String]
  /// Counts of rows by input, for machines.
  public var details: JSON { .object(inputs.map { JSON.Member($0.label, $0.counts) }) }

  public init(diagnostics: [Diagnostic] = [], inputs: [InputAudit] = [], notes: [String] = []) {
    self.diagnostics = diagnostics
    self.inputs = inputs
    self.notes = notes
  }

  /// Adds what another look found; what both say is said once.
  public mutating func add(_ other: StageAudit) {
    diagnostics += other.diagnostics.filter { !diagnostics.contains($0) }
    inputs += other.inputs
    notes += other.notes.filter { !notes.contains($0) }
  }
}

/// What one data input holds: how many rows, how long they are, and some of them as a model sees them.
public struct InputAudit: Sendable {
  /// What the user calls it in the manifest, such as `sources.demos`.
  public var label: String
  public var port: String
  /// Usable rows.
  public var rows: Int
  /// Rows that are left out, by reason.
  public var dropped: [(reason: String, count: Int)] = []
  /// Rows that are used and of which something is worth knowing: a name, and what holds for them in words.
  public var remarks: [(name: String, text: String, count: Int)] = []
  /// The same counts for machines.
  public var counts: JSON
  /// What the marked tokens of the samples are, such as `trained`; nil where none are marked.
  public var marks: String?
  public var distributions: [Distribution] = []
  public var samples: [RowSample] = []

  public init(label: String, port: String, rows: Int, counts: JSON) {
    self.label = label
    self.port = port
    self.rows = rows
    self.counts = counts
  }
}

/// One row as a model sees it.
public struct RowSample: Sendable, Hashable {
  /// 1-based line of the file.
  public var line: Int
  /// The row's texts, such as the answers of a ranking, best first.
  public var texts: [MarkedText]

  public init(line: Int, texts: [MarkedText]) {
    self.line = line
    self.texts = texts
  }
}

/// A decoded text, token by token.
public struct MarkedText: Sendable, Hashable {
  public struct Token: Sendable, Hashable {
    public var id: Int32
    /// What the token adds to the text; empty while it only starts a character.
    public var text: String
    /// Whether it is of those that `InputAudit.marks` names.
    public var isMarked: Bool
    /// Whether it stands for no text of its own, such as EOS.
    public var isSpecial: Bool

    public init(id: Int32, text: String, isMarked: Bool, isSpecial: Bool) {
      self.id = id
      self.text = text
      self.isMarked = isMarked
      self.isSpecial = isSpecial
    }
  }

  /// What the text is in its row, such as `chosen`; nil where the row has one text.
  public var label: String?
  public var tokens: [Token]

  public init(label: String? = nil, tokens: [Token]) {
    self.label = label
    self.tokens = tokens
  }

  /// Consecutive tokens with the same mark.
  public var spans: [ArraySlice<Token>] {
    var spans: [ArraySlice<Token>] = []
    var start = 0
    for index in tokens.indices where index > 0 && tokens[index].isMarked != tokens[index - 1].isMarked {
      spans.append(tokens[start..<index])
      start = index
    }
    if start < tokens.count { spans.append(tokens[start...]) }
    return spans
  }
}
