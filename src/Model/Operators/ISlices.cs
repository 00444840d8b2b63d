using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators;

/// <summary>A matrix seen as the many small ones that one map works on.</summary>
internal interface ISlices
{
    /// <summary>The slices of <paramref name="matrix"/>; null if it is.</summary>
    ActivationMatrix[]? Of(ActivationMatrix? matrix);
}
