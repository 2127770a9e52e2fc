import Foundation

/// Which runs keep their artifacts when garbage is collected. Live runs, tags and pins always do, and so does the
/// newest run of each pipeline.
public struct RetentionPolicy: Sendable, Hashable {
  /// So many of the newest runs of each pipeline.
  public var runsPerPipeline: Int
  /// Seconds; runs that started longer ago do not count, however few there are.
  public var maximumAge: Double?
  /// Bytes the store may hold: older runs are let go of until it fits.
  public var maximumBytes: Int64?

  public init(runsPerPipeline: Int = 10, maximumAge: Double? = nil, maximumBytes: Int64? = nil) {
    self.runsPerPipeline = runsPerPipeline
    self.maximumAge = maximumAge
    self.maximumBytes = maximumBytes
  }
}
