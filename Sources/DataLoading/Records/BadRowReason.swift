import Diagnostics

/// Why a row cannot be used. The raw value is its name in counts.
public enum BadRowReason: String, Sendable, Hashable, CaseIterable {
  case invalidJSON = "invalid_json"
  case invalidCSV = "invalid_csv"
  case notUTF8 = "not_utf8"
  case unknownShape = "unknown_shape"
  case wrongType = "wrong_type"
  case emptyPrompt = "empty_prompt"
  case emptyAnswer = "empty_answer"
  case identicalPair = "identical_pair"
  case differentPrompts = "different_prompts"
  case noRanking = "no_ranking"
  case unknownRole = "unknown_role"
  case noAssistantTurn = "no_assistant_turn"
  case overlong
  case truncatedAway = "truncated_away"
  case doubledBOS = "doubled_bos"
  case doubledEOS = "doubled_eos"
  case endedPrompt = "ended_prompt"

  var code: DiagnosticCode {
    switch self {
    case .invalidJSON: .invalidJSON
    case .invalidCSV: .invalidCSV
    case .notUTF8: .notUTF8
    case .unknownShape: .unknownRowShape
    case .wrongType: .wrongFieldType
    case .emptyPrompt: .emptyPrompt
    case .emptyAnswer: .emptyAnswer
    case .identicalPair: .identicalPair
    case .differentPrompts: .differentPrompts
    case .noRanking: .noRanking
    case .unknownRole: .unknownRole
    case .noAssistantTurn: .noAssistantTurn
    case .overlong: .overlongRow
    case .truncatedAway: .truncatedAway
    case .doubledBOS: .doubledBOS
    case .doubledEOS: .doubledEOS
    case .endedPrompt: .endedPrompt
    }
  }
}
