namespace ActorSparse.Host.Configuration;

/// <summary>Names of the commands.</summary>
internal static class Verbs
{
    /// <summary>Trains a network.</summary>
    public const string Train = "train";

    /// <summary>Trains on several machines.</summary>
    public const string Cluster = "cluster";

    /// <summary>Measures a checkpoint on test data.</summary>
    public const string Evaluate = "evaluate";

    /// <summary>Writes a checkpoint's predictions.</summary>
    public const string Predict = "predict";

    /// <summary>Answers requests with a checkpoint's predictions.</summary>
    public const string Serve = "serve";

    /// <summary>Prunes unimportant neurons of a checkpoint.</summary>
    public const string Prune = "prune";

    /// <summary>Rewrites a checkpoint without its dead neurons.</summary>
    public const string Compact = "compact";

    /// <summary>Describes a checkpoint.</summary>
    public const string Inspect = "inspect";

    /// <summary>Writes a checkpoint for other programs.</summary>
    public const string Export = "export";

    /// <summary>Describes a data set.</summary>
    public const string Data = "data";

    /// <summary>Trains with several topology rules and compares them.</summary>
    public const string Compare = "compare";

    /// <summary>Recovers sparse networks by hard thresholding.</summary>
    public const string Recover = "recover";

    /// <summary>Measures this machine.</summary>
    public const string Bench = "bench";
}
