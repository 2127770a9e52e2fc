import Diagnostics
import JSONText

extension GraphBuilder {
  /// Greatest number of instances of one stage.
  private static let instanceLimit = 10_000

  private typealias Coordinate = Manifest.Instance.Coordinate

  /// Puts the instances of each stage with a matrix in its place.
  mutating func expandMatrices() {
    guard manifest.stages.contains(where: { $0.matrix != nil }) else { return }
    var stages: [Manifest.Stage] = []
    for stage in manifest.stages {
      guard let matrix = stage.matrix else {
        stages.append(stage)
        continue
      }
      let expanded = expand(stage, matrix)
      instances[stage.name] = expanded.map(\.name)
      stages += expanded
    }
    manifest.stages = stages
    declaredStages = Dictionary(stages.map { ($0.name, $0) }) { first, _ in first }
  }

  private mutating func expand(_ stage: Manifest.Stage, _ matrix: YAMLEntry) -> [Manifest.Stage] {
    guard let entries = matrix.value.entries, !entries.isEmpty else {
      report(
        .invalidMatrix, "a matrix is a map from axes to lists of values", matrix.value.span,
        hint: "matrix: {beta: [0.05, 0.1], seed: [1, 2]}")
      return []
    }
    let before = diagnostics.count
    let axes = entries.filter { !["include", "exclude"].contains($0.key) }
    let values = axes.map { axis in coordinates(of: axis) }
    guard !axes.isEmpty, diagnostics.count == before else {
      if axes.isEmpty { report(.invalidMatrix, "the matrix has no axis", matrix.keySpan) }
      return []
    }
    // Stops at the limit, so that the product of long axes does not overflow.
    let limit = Self.instanceLimit
    let count = values.reduce(1) { $0 > limit ? $0 : $0 * Swift.min($1.count, limit + 1) }
    guard count <= limit else {
      report(.invalidMatrix, "the matrix has more than \(Self.instanceLimit) points", matrix.keySpan)
      return []
    }
    var points = values.reduce([[]]) { points, axis in points.flatMap { point in axis.map { point + [$0] } } }
    for entry in entries where entry.key == "exclude" { exclude(entry, from: &points, axes: axes) }
    for entry in entries where entry.key == "include" { include(entry, in: &points, axes: axes) }
    if points.isEmpty { report(.invalidMatrix, "the matrix has no point left", matrix.keySpan) }
    checkUse(of: axes, in: stage)
    return points.map { makeInstance(of: stage, at: $0) }
  }

  private mutating func coordinates(of axis: YAMLEntry) -> [Coordinate] {
    guard let elements = axis.value.elements, !elements.isEmpty else {
      report(.invalidMatrix, "the axis '\(axis.key)' must be a list of values", axis.value.span)
      return []
    }
    let coordinates = elements.compactMap { coordinate(axis.key, $0) }
    var seen: Set<String> = []
    for coordinate in coordinates where !seen.insert(coordinate.label).inserted {
      report(
        .invalidMatrix, "the axis '\(axis.key)' has '\(coordinate.label)' twice", coordinate.node.span)
    }
    return coordinates
  }

  private mutating func coordinate(_ axis: String, _ node: YAMLNode) -> Coordinate? {
    guard let value = resolve(node) else { return nil }
    switch value.json {
    case .array, .object, .null:
      report(
        .invalidMatrix,
        "the axis '\(axis)' takes numbers, texts and booleans, not \(value.json.foundDescription)",
        node.span)
      return nil
    case .string(let text):
      return Coordinate(axis: axis, value: value, label: Self.label(text), node: node)
    case let scalar: return Coordinate(axis: axis, value: value, label: scalar.compact, node: node)
    }
  }

  /// A text as it can stand in a name: without what separates coordinates, ports and folders.
  private static func label(_ text: String) -> String {
    String(text.map { $0.isLetter || $0.isNumber || "_-+".contains($0) ? $0 : "_" })
  }

  // MARK: Points to leave out and to add

  private mutating func exclude(_ entry: YAMLEntry, from points: inout [[Coordinate]], axes: [YAMLEntry]) {
    for element in entry.value.elements ?? [entry.value] {
      guard let pattern = point(element, axes: axes) else { continue }
      let count = points.count
      points.removeAll { point in
        pattern.allSatisfy { wanted in
          point.contains { $0.axis == wanted.axis && $0.value.json == wanted.value.json }
        }
      }
      if points.count == count {
        report(.invalidMatrix, "this point is not in the matrix, so that it cannot be left out", element.span)
      }
    }
  }

  private mutating func include(_ entry: YAMLEntry, in points: inout [[Coordinate]], axes: [YAMLEntry]) {
    for element in entry.value.elements ?? [entry.value] {
      guard let added = point(element, axes: axes) else { continue }
      let ordered = axes.compactMap { axis in added.first { $0.axis == axis.key } }
      guard ordered.count == axes.count else {
        let missing = axes.map(\.key).filter { axis in !ordered.contains { $0.axis == axis } }
        report(
          .invalidMatrix, "a point to add names every axis; \(missing.joined(separator: ", ")) is missing",
          element.span)
        continue
      }
      if points.contains(where: { $0.map(\.label) == ordered.map(\.label) }) {
        report(.invalidMatrix, "this point is in the matrix already", element.span)
      } else {
        points.append(ordered)
      }
    }
  }

  private mutating func point(_ node: YAMLNode, axes: [YAMLEntry]) -> [Coordinate]? {
    guard let entries = node.entries, !entries.isEmpty else {
      report(.invalidMatrix, "a point is a map from axes to values", node.span)
      return nil
    }
    let coordinates = entries.compactMap { entry -> Coordinate? in
      guard axes.contains(where: { $0.key == entry.key }) else {
        reportUnknownAxis(entry.key, among: axes.map(\.key), entry.keySpan)
        return nil
      }
      return coordinate(entry.key, entry.value)
    }
    return coordinates.count == entries.count ? coordinates : nil
  }

  mutating func reportUnknownAxis(_ name: String, among axes: [String], _ span: SourceSpan) {
    report(
      .unknownName, "there is no axis '\(name)' here", span,
      hint: axes.isEmpty
        ? "${matrix.AXIS} stands in a stage that has a matrix"
        : nearestName(to: name, among: axes).map { "did you mean '\($0)'?" }
          ?? "the axes are: \(axes.joined(separator: ", "))")
  }

  // MARK: Instances

  /// An axis with the name of a setting sets it, unless the body says itself what to do with the axis.
  private mutating func makeInstance(of stage: Manifest.Stage, at point: [Coordinate]) -> Manifest.Stage {
    var copy = stage
    let instance = Manifest.Instance(stage: stage.name, point: point)
    copy.instance = instance
    copy.name = instance.name
    for index in copy.bodies.indices {
      let body = copy.bodies[index]
      let names = body.kind.flatMap { registry[$0] }.map { settings(of: $0).names } ?? []
      for coordinate in point where names.contains(coordinate.axis) {
        if body.entries.contains(where: { $0.key == coordinate.axis }) { continue }
        copy.bodies[index].entries.append(
          YAMLEntry(key: coordinate.axis, keySpan: coordinate.node.span, value: coordinate.node))
      }
    }
    return copy
  }

  /// Reports an axis that changes nothing: no setting has its name, nothing refers to it, and no stage that the
  /// bodies refer to has it.
  private mutating func checkUse(of axes: [YAMLEntry], in stage: Manifest.Stage) {
    for axis in axes {
      let isUsed = stage.bodies.contains { body in
        let names = body.kind.flatMap { registry[$0] }.map { settings(of: $0).names } ?? []
        let isSetting = names.contains(axis.key) && !body.entries.contains { $0.key == axis.key }
        return isSetting || body.kind == nil || body.entries.contains { mentions(axis.key, $0.value) }
      }
      if !isUsed {
        report(
          .noEffect, "the axis '\(axis.key)' changes nothing in '\(stage.name)'", axis.keySpan,
          hint: "name it as the setting it gives, or use ${matrix.\(axis.key)} in a value")
      }
    }
  }

  private func mentions(_ axis: String, _ node: YAMLNode) -> Bool {
    switch node.content {
    case .scalar(let text, _):
      guard let template = try? Template(text) else { return true }
      return template.segments.contains { segment in
        guard case .reference(let reference, _) = segment else { return false }
        switch reference {
        case .axis(let name): return name == axis
        case .stage(let name, _):
          let other = manifest.stages.first { $0.name == name }
          return other?.matrix?.value.entries?.contains { $0.key == axis } == true
        case .parameter, .source, .environment: return false
        }
      }
    case .sequence(let elements): return elements.contains { mentions(axis, $0) }
    case .mapping(let entries): return entries.contains { mentions(axis, $0.value) }
    }
  }

  // MARK: References to instances

  /// The instances that a reference such as `dpo@*` or `dpo@beta=0.1,*` collects; nil for one that names one stage.
  func collection(_ name: String) -> [Manifest.Stage]? {
    guard let at = name.firstIndex(of: "@"), let all = instances[String(name[..<at])] else { return nil }
    let parts = name[name.index(after: at)...].split(separator: ",").map(String.init)
    guard parts.contains("*") else { return nil }
    return all.compactMap { declaredStages[$0] }.filter { stage in
      parts.allSatisfy { part in
        part == "*" || stage.instance?.point.contains { "\($0.axis)=\($0.label)" == part } == true
      }
    }
  }

  /// The one instance that a reference to a stage with a matrix means: the one it names, or the one that agrees with
  /// the point of the stage that refers to it.
  ///
  /// - Returns: nil if the reference has nothing to do with a matrix; an inner nil if that was reported.
  mutating func matrixInstance(_ name: String, port: String?, _ place: SourceSpan) -> Manifest.Stage?? {
    guard declaredStages[name] == nil else { return nil }
    let at = name.firstIndex(of: "@")
    let base = at.map { String(name[..<$0]) } ?? name
    guard let all = instances[base] else { return nil }
    let parts = at.map { name[name.index(after: $0)...].split(separator: ",").map(String.init) } ?? []
    let candidates = all.compactMap { declaredStages[$0] }.filter { stage in
      guard let point = stage.instance?.point else { return false }
      let isNamed = parts.allSatisfy { part in point.contains { "\($0.axis)=\($0.label)" == part } }
      return isNamed
        && point.allSatisfy { own in
          parts.contains { $0.hasPrefix("\(own.axis)=") }
            || instance?[own.axis].map { $0.value.json == own.value.json } ?? true
        }
    }
    if candidates.count == 1 { return candidates[0] }
    let suffix = port.map { ".\($0)" } ?? ""
    if candidates.isEmpty {
      report(
        .unknownName, "'\(base)' has no instance '\(name)'", place,
        hint: nearestName(to: name, among: all).map { "did you mean '${\($0)\(suffix)}'?" }
          ?? "the instances are: \(all.prefix(8).joined(separator: ", "))")
    } else {
      report(
        .severalInstances, "'\(name)' means \(candidates.count) instances of '\(base)'", place,
        hint:
          "name one, such as ${\(candidates[0].name)\(suffix)}, or collect them with ${\(base)@*\(suffix)} where "
          + "an input takes several")
    }
    return .some(nil)
  }
}
