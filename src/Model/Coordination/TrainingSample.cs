using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Coordination;

/// <summary>The training samples on which averages are measured: the same for a whole run.</summary>
internal static class TrainingSample
{
    /// <summary>
    /// Enough that the mean loss of a sample of them is within a few per cent of that of all; a pass over them takes no time worth naming.
    /// </summary>
    public const int SizeMax = 2_048;

    /// <summary>
    /// The numbers of the samples, ascending: <paramref name="sizeMax"/> distinct ones, any set of them as likely as any other, or all if
    /// there are no more.
    /// </summary>
    public static int[] Draw(int sampleCount, RandomSource random, int sizeMax = SizeMax)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (sampleCount <= sizeMax) return [.. Enumerable.Range(0, sampleCount)];
        // R. W. Floyd's algorithm: one number is drawn for each that is wanted.
        var (stream, drawn) = (random.Stream("average-sample"), new HashSet<int>(sizeMax));
        for (var last = sampleCount - sizeMax; last < sampleCount; last++)
            if (!drawn.Add(stream.NextInt32(last + 1))) drawn.Add(last);
        return [.. drawn.Order()];
    }

    /// <summary>Those samples in a data set of their own; the training set itself if they are all of it.</summary>
    public static Dataset Of(TrainingJob job) => job.TrainingSet.SampleCount <= SizeMax
        ? job.TrainingSet
        : job.TrainingSet.Select(Draw(job.TrainingSet.SampleCount, job.Random));
}
