extension StageKind {
  /// The keys of the configuration with what they take and their defaults.
  public static var describedFields: [FieldDescription] { Configuration.describedFields }

  /// The keys that a stage of any kind accepts beside `kind`, its inputs, its configuration and `require`.
  public static var commonFields: [FieldDescription] { ExecutionPolicy.describedFields }
}
