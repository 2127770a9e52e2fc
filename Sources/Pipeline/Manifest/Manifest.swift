import Foundation
import JSONText

/// What the user wrote: declarations with their places in the text, nothing resolved.
struct Manifest: Sendable {
  struct Parameter: Sendable {
    var name: String
    var nameSpan: SourceSpan
    var value: YAMLNode
  }

  struct Source: Sendable {
    var name: String
    var nameSpan: SourceSpan
    var path: YAMLNode?
    var type: PortType?
  }

  /// A stage, or a choice between several.
  struct Stage: Sendable {
    var name: String
    var nameSpan: SourceSpan
    /// One for a stage, one per option for a choice.
    var bodies: [Body]
    /// The option that the manifest selects; nil for a stage that is no choice.
    var defaultOption: String?
    var isChoice: Bool
  }

  struct Body: Sendable {
    /// Nil for a stage that is no choice.
    var option: String?
    var span: SourceSpan
    var kind: String?
    var kindSpan: SourceSpan
    /// Inputs and configuration, without reserved keys.
    var entries: [YAMLEntry]
    var requirements: [YAMLEntry]
  }

  /// The supported version of the format.
  static let formatVersion = 1

  var file: URL
  var source: SourceText
  var name: String
  var parameters: [Parameter] = []
  var sources: [Source] = []
  var stages: [Stage] = []
}
