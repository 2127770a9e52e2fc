import DataLoading

/// A tokenised row as the audit measures and shows it.
protocol SurveyedRow {
  var line: Int { get }
  /// What of the row is marked in samples; nil for nothing.
  static var marks: String? { get }
  /// The row's texts, with what each is where there are several.
  var texts: [(label: String?, sequence: TokenizedSequence)] { get }
}

extension TokenizedSequence: SurveyedRow {
  static var marks: String? { "trained" }
  var texts: [(label: String?, sequence: TokenizedSequence)] { [(nil, self)] }
}

extension TokenizedPair: SurveyedRow {
  static var marks: String? { "trained" }
  var texts: [(label: String?, sequence: TokenizedSequence)] {
    [("chosen", chosen), ("rejected", rejected)]
  }
}

extension TokenizedRanking: SurveyedRow {
  static var marks: String? { "answer, scored after its last token" }
  var texts: [(label: String?, sequence: TokenizedSequence)] {
    candidates.indices.map { index in
      let loses = pairs.contains { $0.loser == index }
      return (loses ? "rejected" : "chosen", candidates[index])
    }
  }
}

extension TokenizedFeedback: SurveyedRow {
  static var marks: String? { "trained" }
  var line: Int { sequence.line }
  var texts: [(label: String?, sequence: TokenizedSequence)] {
    [(isDesirable ? "desirable" : "undesirable", sequence)]
  }
}

extension LabelledText: SurveyedRow {
  static var marks: String? { nil }
  var texts: [(label: String?, sequence: TokenizedSequence)] {
    [(label, TokenizedSequence(ids: ids, completionStart: ids.count, line: line))]
  }
}

extension TokenizedPrompt: SurveyedRow {
  static var marks: String? { nil }
  var texts: [(label: String?, sequence: TokenizedSequence)] {
    [(nil, TokenizedSequence(ids: ids, completionStart: ids.count, line: line))]
  }
}
