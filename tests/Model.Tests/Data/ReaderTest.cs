using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;
using CsCheck;

namespace ActorSparse.Model.Tests.Data;

/// <summary>What tests of readers share: files in a folder of their own, features as read, one-line errors.</summary>
public abstract class ReaderTest : IDisposable
{
    private protected readonly TemporaryFolder Folder = new();

    /// <summary>Finite numbers: whole, short and of any bits.</summary>
    private protected static Gen<float> Number { get; } = Gen.OneOf(
        Gen.Int[-1000, 1000].Select(number => (float)number), Gen.Float[-2, 2],
        Gen.UInt.Uniform.Select(bits => BitConverter.UInt32BitsToSingle(bits & 0xBF7F_FFFF)));

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Loads <paramref name="train"/> and, if given, <paramref name="test"/> (else the same content) without standardisation.
    /// </summary>
    private protected DataPair Load(string train, string? test = null, DataOptions? options = null) =>
        DataSource.Load((options ?? new()) with
        {
            Standardize = StandardizationMode.None,
            Train = Folder.Write("train", train),
            Test = Folder.Write("test", test ?? train),
        });

    /// <summary>Asserts the whole message; in it, "{train}" and "{test}" stand for the files' paths.</summary>
    private protected void Refused(string message, string train, string? test = null, DataOptions? options = null)
    {
        var error = Assert.Throws<InvalidInputException>(() => Load(train, test, options));
        var shown = error.Message.Replace(Path.Combine(Folder.Root, "train"), "{train}", StringComparison.Ordinal)
            .Replace(Path.Combine(Folder.Root, "test"), "{test}", StringComparison.Ordinal);
        Assert.Equal(message, shown);
        Assert.DoesNotContain('\n', error.Message);
    }

    /// <summary>The features of one sample as a batch shows them.</summary>
    private protected static float[] Sample(Dataset dataset, int sample)
    {
        using var batch = new ActivationMatrix(dataset.FeatureCount, 1);
        dataset.FillBatch([sample], batch);
        return [.. Enumerable.Range(0, dataset.FeatureCount).Select(feature => batch.Row(feature)[0])];
    }

    private protected static float[][] Samples(Dataset dataset) =>
        [.. Enumerable.Range(0, dataset.SampleCount).Select(sample => Sample(dataset, sample))];
}
