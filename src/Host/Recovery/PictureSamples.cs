using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Data;
using ActorSparse.Model.Data.Formats.Images;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;

namespace ActorSparse.Host.Recovery;

/// <summary>
/// A picture as samples for a network: one for each number of each pixel, from 0 to 1. Its inputs are sine and cosine of 2 pi times its
/// coordinates (row, column, and with colours channel, as whole numbers), projected onto random directions (Tancik and others, "Fourier
/// features let networks learn high frequency functions", 2020; MLP-IHT, arXiv 2509.20323, implicit representations).
/// </summary>
internal sealed class PictureSamples : IRecoverySamples
{
    private const int Directions = 750, SideMax = 256;

    private readonly RecoveryPlan _plan;

    private PictureSamples(RecoveryPlan plan, string name, ImageShape shape, double[] values) =>
        (_plan, Name, Shape, Values) = (plan, name, shape, values);

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Its size.</summary>
    public ImageShape Shape { get; }

    /// <summary>Its values, in the order of the samples: channel by channel, row by row.</summary>
    public double[] Values { get; }

    /// <summary>Reads the picture that the options name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static PictureSamples Load(RecoveryPlan plan, Settings settings)
    {
        if (settings.Find("input") is { } file)
        {
            foreach (var name in (string[])["dataset", "picture"])
                if (settings.IsOnCommandLine(name)) throw new InvalidInputException($"--input and --{name}: expected one or the other");
            return OfFile(plan, file);
        }
        var dataset = settings.Text("dataset") is "files" ? "fashion-mnist" : settings.Text("dataset");
        if (dataset is not ("fashion-mnist" or "cifar-10"))
            throw new InvalidInputException($"--dataset {dataset}: has no pictures; expected fashion-mnist, cifar-10, or --input FILE");
        var shape = dataset == "cifar-10" ? new ImageShape(32, 32, 3) : new(28, 28);
        var schema = new DataSchema { FeatureCount = (int)shape.FeatureCount, ClassCount = 10, ImageShape = shape };
        using var test = (DenseDataset)DataSource.LoadTest(new() { Name = dataset, DataFolder = settings.FindPath("data-dir") }, schema);
        var index = settings.FindWhole("picture") ?? 0;
        if (index >= test.SampleCount) throw new InvalidInputException($"--picture {index}: expected 0 to {test.SampleCount - 1}");
        var pixels = new float[shape.FeatureCount];
        test.CopySample(index, pixels);
        return new(plan, string.Create(CultureInfo.InvariantCulture, $"{dataset}, test image {index}"), shape, [.. pixels.Select(pixel => pixel / 255.0)]);
    }

    /// <inheritdoc/>
    public string ContentHash => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(Values.AsSpan())));

    /// <inheritdoc/>
    public bool HasBias => false;

    /// <inheritdoc/>
    public RecoveryData Make(SampleSource source) => Make();

    /// <inheritdoc/>
    public RecoveryJob Job(ulong runId) => _plan.Job(runId, 2 * Directions, 1);

    /// <inheritdoc/>
    public void Dispose() { }

    /// <summary>The samples.</summary>
    public RecoveryData Make()
    {
        var directions = Draw((ulong)_plan.Seeds[0]);
        var data = new RecoveryData(Values.Length, 2 * Directions);
        Parallel.For(0, Values.Length, sample =>
        {
            var (channel, pixel) = Math.DivRem(sample, Shape.Height * Shape.Width);
            var (row, column) = Math.DivRem(pixel, Shape.Width);
            for (var direction = 0; direction < Directions; direction++)
            {
                var angle = 2 * Math.PI * (row * directions[direction].Row + column * directions[direction].Column + channel * directions[direction].Channel);
                data.Feature(sample, direction) = (float)Math.Sin(angle);
                data.Feature(sample, Directions + direction) = (float)Math.Cos(angle);
            }
            data.Target(sample) = Values[sample];
        });
        return data;
    }

    /// <summary>Writes the samples as NumPy's arrays X and y, which all commands read.</summary>
    public static void Save(RecoveryData data, string path) => AtomicFile.WriteStream(path, stream =>
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        using (var entry = archive.CreateEntry("X.npy", CompressionLevel.Fastest).Open())
        {
            NpyFormat.WriteHeader(entry, NpyFormat.Descriptor(TensorElement.F32), data.SampleCount, data.FeatureCount);
            var row = new float[data.FeatureCount];
            for (var sample = 0; sample < data.SampleCount; sample++)
            {
                for (var feature = 0; feature < row.Length; feature++) row[feature] = data.Feature(sample, feature);
                entry.Write(MemoryMarshal.AsBytes(row.AsSpan()));
            }
        }
        using var targets = archive.CreateEntry("y.npy", CompressionLevel.Fastest).Open();
        NpyFormat.WriteHeader(targets, NpyFormat.Descriptor(TensorElement.F32), data.SampleCount);
        for (var sample = 0; sample < data.SampleCount; sample++) targets.Write(BitConverter.GetBytes((float)data.Target(sample)));
    });

    private static PictureSamples OfFile(RecoveryPlan plan, string path)
    {
        var decoder = new ImageDecoder();
        decoder.Open(path);
        if (decoder.Size.Height > SideMax || decoder.Size.Width > SideMax)
            throw new InvalidInputException($"{path}: is {decoder.Size} pixels; expected at most {new ImageSize(SideMax, SideMax)}");
        var channels = decoder.IsGrey ? 1 : 3;
        var pixels = new byte[decoder.Size.Height * decoder.Size.Width * channels];
        decoder.CopyTo(pixels, channels, decoder.Size);
        return new(plan, Path.GetFileName(path), new(decoder.Size.Height, decoder.Size.Width, channels), [.. pixels.Select(pixel => pixel / 255.0)]);
    }

    private (double Row, double Column, double Channel)[] Draw(ulong seed)
    {
        const double Grey = 2, Colour = 5, Channel = 0.05;
        var stream = new RandomSource(seed).Stream("fourier-features");
        var deviation = Shape.Channels == 1 ? Grey : Colour;
        return [.. Enumerable.Range(0, Directions).Select(_ =>
            (deviation * stream.NextGaussian(), deviation * stream.NextGaussian(), Channel * stream.NextGaussian()))];
    }
}
