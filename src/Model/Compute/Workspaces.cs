using ActorSparse.Model.Networks;
using ActorSparse.Model.Operators.Linear;

namespace ActorSparse.Model.Compute;

/// <summary>
/// Room for predictions in batches of any size up to <see cref="BatchMax"/>: workspaces of a few capacities, each made when it is first
/// needed. Activations of few samples lie close together, without lanes for many. What comes out for a sample is the same bits in all of
/// them. One caller at a time.
/// </summary>
internal sealed class Workspaces : IDisposable
{
    /// <summary>Samples that go through a network together at most where there is nothing to train.</summary>
    public const int BatchMax = 128;

    private static readonly int[] s_capacities = [1, 4, 8, 16, BatchMax];

    private readonly NetworkSpec _spec;
    private readonly Workspace?[] _workspaces = new Workspace?[s_capacities.Length];
    private readonly int _smallest;

    /// <summary>Room for networks of the shape of <paramref name="spec"/>.</summary>
    public Workspaces(NetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        _spec = spec;
        // Other operators have no kernels for one sample.
        _smallest = spec.ToGraph().Nodes.All(node => node.Operator is LinearSpec) ? 0 : 1;
    }

    /// <summary>The workspace for batches of <paramref name="samples"/> samples, or of <see cref="BatchMax"/> if there are more.</summary>
    public Workspace For(int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        var index = _smallest;
        while (index < s_capacities.Length - 1 && s_capacities[index] < samples) index++;
        return _workspaces[index] ??= new(_spec, s_capacities[index]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var workspace in _workspaces) workspace?.Dispose();
    }
}
