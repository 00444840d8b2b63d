namespace ActorSparse.Model.Operators;

/// <summary>How the matrices that an operator works on may have their samples in memory: together, or in groups.</summary>
internal enum SampleLayout
{
    /// <summary>All together.</summary>
    Plain,

    /// <summary>All matrices in the same way.</summary>
    Same,

    /// <summary>Each as it likes.</summary>
    Any,
}
