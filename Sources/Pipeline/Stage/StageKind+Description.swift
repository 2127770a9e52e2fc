extension StageKind {
  /// The keys of the configuration with what they take and their defaults.
  public static var describedFields: [FieldDescription] { Configuration.describedFields }
}
