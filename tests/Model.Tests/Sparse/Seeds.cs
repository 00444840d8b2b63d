namespace ActorSparse.Model.Tests.Sparse;

/// <summary>Properties over random cases, each made from its seed.</summary>
internal static class Seeds
{
    /// <summary>
    /// Checks <paramref name="property"/> for seeds 1 to <paramref name="count"/>; a failure names the seed that replays it.
    /// </summary>
    public static void Check(int count, Action<ulong> property)
    {
        for (ulong seed = 1; seed <= (ulong)count; seed++)
        {
            try
            {
                property(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
            }
        }
    }
}
