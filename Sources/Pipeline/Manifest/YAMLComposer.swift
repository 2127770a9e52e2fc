// The C parser that Yams carries, used by its events: Yams' own nodes know where a value starts but not where it
// ends, stop at the first duplicate key, and resolve scalars by YAML 1.1.
internal import CYaml
import Diagnostics

/// Builds the nodes of a YAML document from libyaml's events.
final class YAMLComposer {
  /// Limits that a hand-written or generated manifest does not reach; beyond them the text is refused.
  private static let maximumDepth = 100
  private static let maximumNodes = 2_000_000
  private static let maximumAliasedNodes = 200_000

  private let source: SourceText
  private var parser = yaml_parser_t()
  private var event = yaml_event_t()
  private var anchors: [String: YAMLNode] = [:]
  private var nodes = 0
  private var aliasedNodes = 0
  private var depth = 0
  /// Duplicate keys; the rest of the document is still worth reading.
  private(set) var problems: [Diagnostic] = []

  /// Parses the one document of a text.
  ///
  /// - Returns: the root, nil for a text without a document, and what is wrong with its keys.
  /// - Throws: `Diagnostic` at the first syntax error.
  static func compose(_ text: String, source: SourceText) throws(Diagnostic) -> (YAMLNode?, [Diagnostic]) {
    let composer = YAMLComposer(source: source)
    var copy = text
    let result: Result<YAMLNode?, Diagnostic> = copy.withUTF8 { bytes in
      composer.start(bytes)
      do throws(Diagnostic) { return .success(try composer.composeDocument()) } catch {
        return .failure(error)
      }
    }
    return (try result.get(), composer.problems)
  }

  private init(source: SourceText) {
    self.source = source
    yaml_parser_initialize(&parser)
  }

  deinit {
    yaml_event_delete(&event)
    yaml_parser_delete(&parser)
  }

  private func start(_ bytes: UnsafeBufferPointer<UInt8>) {
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
  }

  private func composeDocument() throws(Diagnostic) -> YAMLNode? {
    try advance()  // stream start
    try advance()
    if event.type == YAML_STREAM_END_EVENT { return nil }
    try advance()  // document start
    let root = try composeNode()
    try advance()  // document end
    try advance()
    guard event.type == YAML_STREAM_END_EVENT else {
      throw Diagnostic(
        .yamlSyntax, "a manifest is one YAML document, but a second one starts here",
        at: source.location(span), hint: "put it into a file of its own")
    }
    return root
  }

  /// The node that the current event starts.
  private func composeNode() throws(Diagnostic) -> YAMLNode {
    let start = span
    try count(1)
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw Diagnostic(
        .yamlTooLarge, "values are nested deeper than \(Self.maximumDepth) levels", at: source.location(start)
      )
    }
    switch event.type {
    case YAML_ALIAS_EVENT: return try composeAlias(at: start)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let hasTag = scalar.tag != nil
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && !hasTag
      let node = YAMLNode(content: .scalar(text, isPlain: isPlain), span: start, size: 1)
      register(scalar.anchor, node)
      return node
    case YAML_SEQUENCE_START_EVENT:
      let anchor = name(event.data.sequence_start.anchor)
      var elements: [YAMLNode] = []
      var size = 1
      try advance()
      while event.type != YAML_SEQUENCE_END_EVENT {
        elements.append(try composeNode())
        size += elements[elements.count - 1].size
        try advance()
      }
      let node = YAMLNode(content: .sequence(elements), span: start, size: size)
      if let anchor { anchors[anchor] = node }
      return node
    default: return try composeMapping(at: start)
    }
  }

  private func composeMapping(at start: SourceSpan) throws(Diagnostic) -> YAMLNode {
    let anchor = name(event.data.mapping_start.anchor)
    var entries: [YAMLEntry] = []
    var places: [String: SourceSpan] = [:]
    var merged: [YAMLEntry] = []
    try advance()
    while event.type != YAML_MAPPING_END_EVENT {
      let key = try composeNode()
      try advance()
      let value = try composeNode()
      try advance()
      guard case .scalar(let text, let isPlain) = key.content else {
        problems.append(Diagnostic(.yamlSyntax, "a key must be a scalar", at: source.location(key.span)))
        continue
      }
      if text == "<<", isPlain {
        merged += mergedEntries(value)
      } else if let first = places[text] {
        problems.append(
          Diagnostic(
            .duplicateName, "'\(text)' is given twice; the first is in line \(first.line)",
            at: source.location(key.span), hint: "remove one of them or give it another name"))
      } else {
        places[text] = key.span
        entries.append(YAMLEntry(key: text, keySpan: key.span, value: value))
      }
    }
    for entry in merged where places[entry.key] == nil {
      places[entry.key] = entry.keySpan
      entries.append(entry)
    }
    let node = YAMLNode(
      content: .mapping(entries), span: start, size: entries.reduce(1) { $0 + 1 + $1.value.size })
    if let anchor { anchors[anchor] = node }
    return node
  }

  /// What `<<: *defaults` or `<<: [*a, *b]` brings in; keys that are given directly win, then earlier mappings.
  private func mergedEntries(_ value: YAMLNode) -> [YAMLEntry] {
    let mappings = value.elements ?? [value]
    guard mappings.allSatisfy({ $0.entries != nil }) else {
      problems.append(
        Diagnostic(
          .yamlSyntax, "'<<' merges mappings, such as the alias of one", at: source.location(value.span)))
      return []
    }
    return mappings.flatMap { $0.entries ?? [] }
  }

  private func composeAlias(at start: SourceSpan) throws(Diagnostic) -> YAMLNode {
    let anchor = name(event.data.alias.anchor) ?? ""
    guard let node = anchors[anchor] else {
      let near = nearestName(to: anchor, among: anchors.keys).map { "did you mean '*\($0)'?" }
      throw Diagnostic(
        .yamlSyntax, "the alias '*\(anchor)' stands for nothing: no anchor '&\(anchor)' comes before it",
        at: source.location(start), hint: near)
    }
    try count(node.size)
    aliasedNodes += node.size
    guard aliasedNodes <= Self.maximumAliasedNodes else {
      throw Diagnostic(
        .yamlTooLarge, "aliases repeat more than \(Self.maximumAliasedNodes) values",
        at: source.location(start))
    }
    return node
  }

  private func register(_ anchor: UnsafeMutablePointer<yaml_char_t>?, _ node: YAMLNode) {
    if let anchor = name(anchor) { anchors[anchor] = node }
  }

  private func name(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func count(_ amount: Int) throws(Diagnostic) {
    nodes += amount
    guard nodes <= Self.maximumNodes else {
      throw Diagnostic(
        .yamlTooLarge, "the manifest has more than \(Self.maximumNodes) values", at: source.location(span))
    }
  }

  /// Where the current event stands in the text.
  private var span: SourceSpan {
    let start = event.start_mark
    let end = event.end_mark
    let line = Int(start.line) + 1
    let column = Int(start.column) + 1
    let isScalar = event.type == YAML_SCALAR_EVENT || event.type == YAML_ALIAS_EVENT
    let length =
      !isScalar
      ? 1
      : end.line == start.line
        ? Int(end.column) - Int(start.column)
        : source.length(ofLine: line) - column + 1
    return SourceSpan(line: line, column: column, length: max(1, length))
  }

  private func advance() throws(Diagnostic) {
    yaml_event_delete(&event)
    event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else { throw syntaxError() }
  }

  private func syntaxError() -> Diagnostic {
    let problem = parser.problem.map { String(cString: $0) } ?? "the text cannot be read"
    let context = parser.context.map { String(cString: $0) }
    let message = "invalid YAML: " + [problem, context].compactMap { $0 }.joined(separator: " ")
    // Errors of the reader (a control character) carry no mark; the scanner stands near them.
    let mark = parser.error == YAML_READER_ERROR ? parser.mark : parser.problem_mark
    return Diagnostic(
      .yamlSyntax, message,
      at: source.location(SourceSpan(line: Int(mark.line) + 1, column: Int(mark.column) + 1, length: 1)),
      hint: problem.contains("found character that cannot start any token")
        ? "indent with spaces, not tabs, and quote values that begin with a special character" : nil)
  }
}
