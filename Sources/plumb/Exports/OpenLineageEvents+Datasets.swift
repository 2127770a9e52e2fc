import Artifacts
import JSONText
import Lineage

extension OpenLineageEvents {
  func input(_ input: InputRecord, of execution: ExecutionDetail) -> JSON {
    dataset(
      names.input(input, of: execution), input.artifact, path: names.path(of: input, in: execution),
      own: .init(
        "inputFacets",
        .object([
          .facet(
            "inputStatistics", "InputStatisticsInputDatasetFacet", "1-0-0",
            statistics(input.artifact, rows: execution.rows(of: input)))
        ])))
  }

  func output(_ output: OutputRecord, of execution: ExecutionDetail) -> JSON {
    dataset(
      names.output(output, of: execution), output.artifact, path: nil,
      own: .init(
        "outputFacets",
        .object([
          .facet(
            "outputStatistics", "OutputStatisticsOutputDatasetFacet", "1-0-2",
            statistics(output.artifact, rows: output.facts["rows"]?.intValue))
        ])))
  }

  private func statistics(_ artifact: Artifact, rows: Int?) -> JSON {
    .object(
      (rows.map { [JSON.Member("rowCount", .integer($0))] } ?? [])
        + [.init("size", .integer(Int(artifact.object.size)))])
  }

  private func dataset(_ name: String, _ artifact: Artifact, path: String?, own: JSON.Member) -> JSON {
    let digest = artifact.digest.text
    return .object([
      .init("namespace", .string(Self.namespace)), .init("name", .string(name)),
      .init(
        "facets",
        .object([
          .facet("version", "DatasetVersionDatasetFacet", "1-0-1", ["datasetVersion": .string(digest)]),
          .facet(
            "datasetType", "DatasetTypeDatasetFacet", "1-0-1",
            ["datasetType": .string(artifact.type.uppercased())]),
          .ownFacet(
            "artifact", "ArtifactDatasetFacet",
            [
              "type": .string(artifact.type), "sha256": .string(digest),
              "content": .string(artifact.object.kind.rawValue), "path": JSON(path),
            ]),
        ])),
      own,
    ])
  }
}
