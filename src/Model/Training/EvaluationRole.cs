using ActorSparse.Model.Data;

namespace ActorSparse.Model.Training;

/// <summary>Which samples epochs are evaluated on, and the best network is chosen by.</summary>
public enum EvaluationRole : byte
{
    /// <summary>The test samples themselves: there are no others.</summary>
    Test,

    /// <summary>Validation samples: the test samples are looked at once, at the end.</summary>
    Validation,
}

/// <summary>Names of roles, and which one data ask for.</summary>
internal static class EvaluationRoles
{
    /// <summary>The name for people, and what the names of columns begin with.</summary>
    public static string Name(this EvaluationRole role) => role == EvaluationRole.Validation ? "validation" : "test";

    /// <summary>The role of the samples that epochs are evaluated on.</summary>
    public static EvaluationRole Of(DataPair data) => data.Validation is null ? EvaluationRole.Test : EvaluationRole.Validation;
}
