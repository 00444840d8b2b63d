using System.Text;
using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Data;

/// <summary>Whatever a file holds, a data set or one line of error comes out, never another exception.</summary>
public sealed class FuzzTests : IDisposable
{
    private const int Trials = 600;
    private static readonly byte[] s_interesting = [.. "0159.,;:-+eE\"# \t\r\nnNaN\0\u007f"u8, 0x1F, 0x8B, 0xFF, 0xC3];

    private static readonly Gen<(int Place, int Kind, byte Value, int Length)[]> s_mutations =
        (from place in Gen.Int[0, 9999]
         from kind in Gen.Int[0, 4]
         from value in Gen.OneOf(Gen.Byte, Gen.OneOf(s_interesting))
         from length in Gen.Int[0, 99]
         select (place, kind, value, length)).Array[1, 3];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Files() => ["idx", "idx-floats", "idx.gz", "csv", "csv-quoted", "blanks", "libsvm", "csv.gz"];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_mutated_file_is_read_or_refused(string kind)
    {
        var valid = Valid(kind);
        var labels = _folder.Write("labels", IdxBytes.Labels(0, 1, 2, 1, 0, 1));
        int read = 0, refused = 0;
        s_mutations.ForAll(Trials, mutations =>
        {
            var options = new DataOptions
            {
                Train = _folder.Write("file", Mutate(valid, mutations)),
                TrainLabels = kind.StartsWith("idx", StringComparison.Ordinal) ? labels : null,
                HoldOut = 0.4,
            };
            try
            {
                using var data = DataSource.Load(options);
                if (data.Train.FeatureCount < 100_000)
                {
                    using var batch = new ActivationMatrix(data.Train.FeatureCount, data.Train.SampleCount);
                    data.Train.FillBatch(Enumerable.Range(0, data.Train.SampleCount).ToArray(), batch);
                }
                Assert.All(data.Train.Labels.Concat(data.Test.Labels), label => Assert.InRange(label, 0, data.Train.ClassCount - 1));
                read++;
            }
            catch (InvalidInputException exception)
            {
                Assert.DoesNotContain('\n', exception.Message);
                refused++;
            }
        });
        Assert.True(refused > Trials / 20, $"only {refused} of {Trials} mutated files were refused");
        Assert.True(read > 0, "no mutated file was read");
    }

    private static byte[] Valid(string kind)
    {
        byte[] pixels = [.. Enumerable.Range(0, 6 * 4).Select(index => (byte)(index * 11))];
        var csv = "x,y,label\n1,2.5,a\n3,4e2,b\n-1,0.001,a\n7,8,c\n1,1,b\n9,-9,a\n";
        return kind switch
        {
            "idx" => IdxBytes.Images(6, 2, 2, pixels),
            "idx-floats" => IdxBytes.Of(0x0D, [6, 1], [.. Enumerable.Repeat<byte>(0x3F, 24)]),
            "idx.gz" => TemporaryFolder.Gzip(IdxBytes.Images(6, 2, 2, pixels)),
            "csv" => Encoding.UTF8.GetBytes(csv),
            "csv.gz" => TemporaryFolder.Gzip(Encoding.UTF8.GetBytes(csv)),
            "csv-quoted" => "\"1\";2;\"a \"\"b\"\"\"\r\n3;\"4\";b\r\n5;6;\"a \"\"b\"\"\"\r\n7;8;b\r\n9;9;b"u8.ToArray(),
            "blanks" => "1 2 3\n4 5 6\n 7 8 3 \n1 0 6\n2 2 3\n"u8.ToArray(),
            _ => "+1 1:0.5 3:-2 # c\n-1 qid:3 2:7\n+1 5:1e-3\n-1 1:1 2:2 3:3\n+1\n"u8.ToArray(),
        };
    }

    private static byte[] Mutate(byte[] valid, (int Place, int Kind, byte Value, int Length)[] mutations)
    {
        var bytes = valid.ToList();
        foreach (var (place, kind, value, length) in mutations)
        {
            if (bytes.Count == 0) break;
            var at = place % bytes.Count;
            switch (kind)
            {
                case 0: bytes.RemoveAt(at); break;
                case 1: bytes.Insert(at, value); break;
                case 2: bytes.RemoveRange(at, bytes.Count - at); break;
                case 3: bytes.InsertRange(at, bytes[..(length % bytes.Count)]); break;
                default: bytes[at] = value; break;
            }
        }
        return [.. bytes];
    }
}
