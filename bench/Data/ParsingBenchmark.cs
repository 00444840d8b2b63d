using System.Globalization;
using System.IO.Compression;
using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;
using BenchmarkDotNet.Attributes;

namespace ActorSparse.Bench.Data;

/// <summary>Reading one file of about 100 MB of text (IDX: 47 MB of content), standardisation left out.</summary>
public class ParsingBenchmark
{
    private const long TextBytes = 100_000_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("actorsparse-bench-").FullName;
    private DataOptions _options = new();

    /// <summary>Format of the file.</summary>
    [Params("csv-bytes", "csv-6-digits", "csv-18-digits", "libsvm", "idx.gz")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var random = new RandomSource(1).Stream("bench");
        var path = Path.Combine(_folder, "data");
        _options = new() { Train = path, Standardize = StandardizationMode.None, HoldOut = 0.01 };
        if (Format == "idx.gz")
        {
            WriteIdx(path, random);
            return;
        }
        using var writer = new StreamWriter(path);
        for (long written = 0, line = 0; written < TextBytes; line++)
        {
            var fields = string.Create(CultureInfo.InvariantCulture,
                $"{string.Join(Format == "libsvm" ? ' ' : ',', Enumerable.Range(1, 100).Select(index => Field(index, random)))}");
            var text = Format == "libsvm" ? $"{line % 2} {fields}" : $"{fields},{line % 2}";
            writer.WriteLine(text);
            written += text.Length + 1;
        }
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public int Read()
    {
        using var data = DataSource.Load(_options);
        return data.Train.SampleCount;
    }

    private string Field(int index, RandomStream random) => Format switch
    {
        "csv-bytes" => (random.NextUInt32() & 255).ToString(CultureInfo.InvariantCulture),
        "csv-6-digits" => random.NextDouble().ToString("F6", CultureInfo.InvariantCulture),
        "csv-18-digits" => ((double)random.NextSingle()).ToString("e18", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{index * 37}:{random.NextDouble():F6}"),
    };

    private void WriteIdx(string path, RandomStream random)
    {
        const int Count = 60_000, Side = 28;
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Optimal))
        {
            gzip.Write([0, 0, 8, 3, 0, 0, Count >> 8, Count & 255, 0, 0, 0, Side, 0, 0, 0, Side]);
            // Half of the pixels are background, as in pictures of clothes.
            for (var index = 0; index < Count * Side * Side; index++)
                gzip.WriteByte((byte)(index / 14 % 2 == 0 ? 0 : random.NextUInt32() & 127));
        }
        var labels = path + "-labels";
        File.WriteAllBytes(labels, [0, 0, 8, 1, 0, 0, Count >> 8, Count & 255,
            .. Enumerable.Range(0, Count).Select(index => (byte)(index % 10))]);
        _options = _options with { TrainLabels = labels };
    }
}
