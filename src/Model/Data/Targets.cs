using System.Globalization;
using System.Security.Cryptography;

namespace ActorSparse.Model.Data;

/// <summary>What a network should say of every sample of a data set: a class, real numbers, or a set of labels.</summary>
public abstract class Targets
{
    /// <summary>Which of the three it is.</summary>
    public abstract TargetKind Kind { get; }

    /// <summary>Number of samples, N.</summary>
    public abstract int SampleCount { get; }

    /// <summary>Number of classes, of real targets or of labels.</summary>
    public abstract int Count { get; }

    /// <summary>Name of every class, real target or label (<see cref="Count"/> of them), if they have names.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Whether they are known; if not, all are 0.</summary>
    public bool AreKnown { get; init; } = true;

    /// <summary>Bytes held.</summary>
    public abstract long Bytes { get; }

    /// <summary>Name of a class, real target or label: its number where it has no name, as outputs beyond the classes of the data.</summary>
    public string NameOf(int index) => NameOf(Names, index);

    /// <summary>How many of what there are, as "10 classes".</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{Count} {Noun}{(Count == 1 ? "" : Plural)}");

    /// <summary>Those of <paramref name="samples"/>, in that order.</summary>
    public abstract Targets Select(ReadOnlySpan<int> samples);

    /// <summary>The name that <paramref name="names"/> have for <paramref name="index"/>, or else the number.</summary>
    internal static string NameOf(IReadOnlyList<string>? names, int index) =>
        index < names?.Count ? names[index] : index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Those of the samples of a batch, in <paramref name="buffer"/>, until that is used again.</summary>
    internal abstract BatchTargets Gather(ReadOnlySpan<int> samples, TargetBuffer buffer);

    /// <summary>What one of them is called.</summary>
    private protected abstract string Noun { get; }

    private protected virtual string Plural => "s";

    /// <summary>Adds all that a batch depends on to <paramref name="hash"/>, but for count and names.</summary>
    internal abstract void AppendTo(IncrementalHash hash);
}
