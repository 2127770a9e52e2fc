// swift-tools-version: 6.2
import PackageDescription

/// Links the Swift runtime and Foundation into the command, for its start-up time; tests stay dynamic and share
/// its build.
let staticRuntime: [LinkerSetting] = [
  .unsafeFlags(
    ["-static-stdlib"]
      + [
        "Foundation", "CoreFoundation", "FoundationInternationalization", "FoundationEssentials",
        "_FoundationCollections", "_FoundationCShims", "_FoundationICU",
      ].map { "-l\($0)" },
    .when(platforms: [.linux]))
]

/// Links OpenBLAS into what computes: its tables of kernels are 14,000 symbols, which a dynamic linker would look up at
/// the start of every command.
let staticOpenBLAS: [LinkerSetting] = [
  .unsafeFlags(["-l:libopenblas.a"], .when(platforms: [.linux])),
  .linkedLibrary("openblas", .when(platforms: [.macOS])),
]

/// One room of the house: a library target, what it may import, and whether it has a test target.
/// The arrows are the design; `ArchitectureTests` holds them against the `import` lines.
let package = Package(
  name: "plumbline",
  products: [.executable(name: "plumb", targets: ["plumb"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    // System libraries.
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // Leaf loops; optimised in debug builds too, so that tests run at speed.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-fno-math-errno"])]),

    // What every room may use.
    .target(name: "Diagnostics"),
    .target(name: "JSONText", dependencies: ["Diagnostics"]),

    // Engine and models.
    .target(
      name: "Compute", dependencies: ["CKernels", "COpenBLAS"], linkerSettings: staticOpenBLAS),
    .target(name: "Tokenization", dependencies: ["Diagnostics", "JSONText"]),
    .target(name: "DataLoading", dependencies: ["Tokenization", "Diagnostics", "JSONText", "CZlib"]),
    .target(
      name: "LanguageModels", dependencies: ["Compute", "Tokenization", "Diagnostics", "JSONText"]),
    .target(
      name: "Alignment",
      dependencies: ["LanguageModels", "DataLoading", "Compute", "Tokenization", "Diagnostics", "JSONText"]),

    // Pipeline core.
    .target(name: "Artifacts", dependencies: ["CLibCrypto", "Diagnostics"]),
    .target(
      name: "Pipeline",
      dependencies: ["Artifacts", "Diagnostics", "JSONText", .product(name: "Yams", package: "Yams")]),
    .target(
      name: "Lineage",
      dependencies: [
        "Artifacts", "Diagnostics", "JSONText", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "Execution", dependencies: ["Pipeline", "Artifacts", "Lineage", "Diagnostics", "JSONText"]),

    // Documents for people.
    .target(name: "Pages"),

    // The built-in stage kinds and the command.
    .target(
      name: "Stages",
      dependencies: [
        "Pipeline", "Artifacts", "Alignment", "LanguageModels", "DataLoading", "Tokenization", "Compute",
        "Diagnostics", "JSONText",
      ]),
    .executableTarget(
      name: "plumb",
      dependencies: [
        "Execution", "Pipeline", "Artifacts", "Lineage", "Stages", "LanguageModels", "Tokenization",
        "DataLoading", "Compute", "Pages", "Diagnostics", "JSONText",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      linkerSettings: staticRuntime),

    // Tests; `TestSupport` holds what they share.
    .target(
      name: "TestSupport", dependencies: ["Compute", "Diagnostics", "JSONText", "CZlib"],
      path: "Tests/TestSupport"),
    .testTarget(name: "ArchitectureTests"),
    .testTarget(name: "ComputeTests", dependencies: ["Compute", "CKernels", "TestSupport"]),
    .testTarget(
      name: "TokenizationTests", dependencies: ["Tokenization", "Diagnostics", "JSONText", "TestSupport"]),
    .testTarget(
      name: "DataLoadingTests",
      dependencies: ["DataLoading", "Tokenization", "Diagnostics", "JSONText", "CZlib", "TestSupport"]),
    .testTarget(
      name: "LanguageModelsTests",
      dependencies: ["LanguageModels", "Tokenization", "Compute", "Diagnostics", "JSONText", "TestSupport"]),
    .testTarget(
      name: "AlignmentTests",
      dependencies: [
        "Alignment", "LanguageModels", "DataLoading", "Tokenization", "Compute", "Diagnostics", "JSONText",
        "TestSupport",
      ]),
    .testTarget(name: "ArtifactsTests", dependencies: ["Artifacts", "Diagnostics", "TestSupport"]),
    .testTarget(
      name: "LineageTests",
      dependencies: [
        "Lineage", "Artifacts", "Diagnostics", "JSONText", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "PipelineTests",
      dependencies: ["Pipeline", "Artifacts", "Diagnostics", "JSONText", "TestSupport"]),
    .testTarget(
      name: "ExecutionTests",
      dependencies: [
        "Execution", "Pipeline", "Lineage", "Artifacts", "Diagnostics", "JSONText", "TestSupport",
      ]),
    .testTarget(
      name: "StagesTests",
      dependencies: [
        "Stages", "Pipeline", "Alignment", "LanguageModels", "DataLoading", "Tokenization", "Compute",
        "Diagnostics", "JSONText", "TestSupport",
      ]),
    .testTarget(name: "PagesTests", dependencies: ["Pages"]),
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "Execution", "Pipeline", "Artifacts", "Stages", "LanguageModels", "Tokenization", "DataLoading",
        "Diagnostics", "JSONText", "TestSupport",
      ]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["Diagnostics", "JSONText", "Artifacts", "LanguageModels", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
