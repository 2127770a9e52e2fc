import Testing

extension Tag {
  /// Compares an analytic gradient with differences of the loss.
  @Tag static var gradient: Self
  /// Demands the same bytes from different schedules of threads or repeated runs.
  @Tag static var determinism: Self
  /// Demands agreement with what TRL computed.
  @Tag static var golden: Self
}
