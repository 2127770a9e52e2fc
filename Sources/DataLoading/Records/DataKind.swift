/// What a file is used for, which decides the shapes its rows may have.
public enum DataKind: String, Sendable, Hashable, CaseIterable {
  /// Documents to learn language from.
  case text
  /// Rows that show the wanted answer.
  case demonstrations
  /// Rows with answers ordered by preference.
  case preferences
  /// Rows with an answer each that was found desirable or not.
  case feedback
  case prompts
  /// Texts with a class each.
  case labels

  /// The accepted shapes, tried in this order: those with more keys before those whose keys are among them.
  var shapes: [RecordShape] {
    switch self {
    case .text: [.text]
    case .demonstrations: [.promptCompletion, .messages, .alpaca, .questionAnswer, .text]
    case .preferences: [.ranked, .completionsWithRanks, .preference, .implicitPreference]
    case .feedback: [.feedback]
    case .prompts: [.prompt, .questionAnswer]
    case .labels: [.labelled, .categorised]
    }
  }
}

/// What to do with a file that has bad rows.
public enum OnBadRow: String, Sendable, Hashable, CaseIterable {
  /// Refuse the file and list them.
  case error
  /// Leave them out, count them and go on.
  case drop
}

/// What to do with a row that has more tokens than allowed.
public enum OnOverlong: String, Sendable, Hashable, CaseIterable {
  /// Keep the first tokens.
  case truncate
  /// Leave the row out and count it.
  case drop
  /// Refuse the file.
  case error
}
