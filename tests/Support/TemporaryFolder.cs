using System.Globalization;
using System.Text;

namespace ActorSparse.Tests.Support;

/// <summary>A folder of its own for a test, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("actorsparse-host-").FullName;

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public string Write(string name, string content)
    {
        File.WriteAllText(At(name), content);
        return At(name);
    }

    /// <summary>
    /// A table of two features and two classes that a small network learns in a few updates: the class is the sign of the first, and there
    /// is a gap between them.
    /// </summary>
    public string WriteSamples(string name, int count, int seed = 1)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var sample = 0; sample < count; sample++)
        {
            var (x, y) = (random.NextDouble() - 0.5, random.NextDouble() * 2 - 1);
            text.Append(CultureInfo.InvariantCulture, $"{x + Math.Sign(x) * 0.5:0.0000},{y:0.0000},{(x > 0 ? 1 : 0)}\n");
        }
        return Write(name, text.ToString());
    }

    /// <summary>
    /// A table of images of 4 x 4 pixels, noise and in it a bright row, column or diagonal (which goes on at the other side), at one of four
    /// places: a small network with convolutions tells them apart, a guess is right in one of three.
    /// </summary>
    public string WriteBars(string name, int count, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var sample = 0; sample < count; sample++)
        {
            var (kind, place) = (random.Next(3), random.Next(4));
            for (var pixel = 0; pixel < 16; pixel++)
            {
                var (y, x) = (pixel / 4, pixel % 4);
                var isBright = kind switch { 0 => y, 1 => x, _ => (x - y + 4) % 4 } == place;
                text.Append(CultureInfo.InvariantCulture, $"{(isBright ? 1 : 0) + random.NextDouble() * 0.8 - 0.4:0.000},");
            }
            text.Append(kind switch { 0 => "row", 1 => "column", _ => "diagonal" }).Append('\n');
        }
        return Write(name, text.ToString());
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
