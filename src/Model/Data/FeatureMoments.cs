namespace ActorSparse.Model.Data;

/// <summary>Mean and population variance of one feature.</summary>
internal readonly record struct FeatureMoments(double Mean, double Variance);
