using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>Generators of some neurons, drawn for a pass over the samples: four neurons' numbers of a feature side by side.</summary>
internal sealed unsafe class DrawnGenerators : IDisposable
{
    private readonly NativeBuffer<float> _values;
    private readonly long _quadFloats;

    private DrawnGenerators(int neurons, int featureCount)
    {
        _quadFloats = (long)featureCount * TileKernels.Quad;
        _values = new((neurons + TileKernels.Quad - 1) / TileKernels.Quad * _quadFloats);
    }

    /// <summary>The generators of <paramref name="neurons"/>.</summary>
    public static DrawnGenerators Draw(Gates gates, int[] neurons, int featureCount, ThreadTeam team)
    {
        var drawn = new DrawnGenerators(neurons.Length, featureCount);
        team.Run((Drawn: drawn, Gates: gates, Neurons: neurons, Features: featureCount, team.Size), static (pass, member) =>
        {
            for (var place = member; place < pass.Neurons.Length; place += pass.Size)
            {
                var target = pass.Drawn.QuadOf(place) + place % TileKernels.Quad;
                pass.Gates.Draw(pass.Neurons[place], pass.Features,
                    new(target, (int)pass.Drawn._quadFloats - place % TileKernels.Quad), TileKernels.Quad);
            }
        });
        return drawn;
    }

    /// <summary>The generators of the four neurons that <paramref name="place"/> is among.</summary>
    public float* QuadOf(int place) => _values.Pointer + place / TileKernels.Quad * _quadFloats;

    /// <inheritdoc/>
    public void Dispose() => _values.Dispose();
}
