import Pipeline

extension StageRegistry {
  /// The stage kinds that come with Plumbline. A new kind is a file in `Kinds` and a line here.
  public static let builtIn = StageRegistry([
    TokenizerStage.self,
    PretrainStage.self,
    SFTStage.self,
    RewardStage.self,
    DPOStage.self,
    KTOStage.self,
    ORPOStage.self,
    SimPOStage.self,
    PPOStage.self,
    GRPOStage.self,
    RLOOStage.self,
    ClassifyStage.self,
    MergeStage.self,
    EvaluateStage.self,
  ])
}
