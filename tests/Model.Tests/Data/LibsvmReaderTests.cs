using System.Globalization;
using System.Text;
using ActorSparse.Model.Data;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Data;

public sealed class LibsvmReaderTests : ReaderTest
{
    [Theory]
    [InlineData("+1 1:0.5 3:-2\n-1 2:7\n")]
    [InlineData("# a comment\n1 qid:7 1:0.5 3:-2 # another\r\n\n-1  2:7 3:0 \r\n")]
    [InlineData("1.0\t1:0.5\t3:-2\n-1 2:7")]
    public void Labels_entries_comments_and_query_numbers_are_understood(string text)
    {
        using var data = Load(text);
        var train = Assert.IsType<SparseDataset>(data.Train);
        Assert.Equal([[0.5f, 0, -2], [0, 7, 0]], Samples(train));
        Assert.Equal([1, 0], train.Labels);
        Assert.Equal(["-1", "1"], train.ClassNames);
        Assert.Equal(3, train.EntryCount);
    }

    [Fact]
    public void Options_of_tables_are_refused()
    {
        const string File = "1 1:2\n2 1:3\n";
        foreach (var (name, options) in new (string, DataOptions)[]
        {
            ("--ignore", new() { IgnoredColumns = ["1"] }), ("--columns", new() { FeatureColumns = ["1"] }),
            ("--missing", new() { Missing = MissingValueMode.Mean }), ("--categories", new() { HasCategories = false }),
            ("--categories", new() { CategoryColumns = ["1"] }), ("--decimal", new() { HasDecimalComma = true }),
            ("--header", new() { Header = TableHeader.No }),
        })
            Refused($"{{train}}: {name} is for tables; expected one, or no {name}", File, options: options);
    }

    [Fact]
    public void The_base_is_told_from_both_files_or_given()
    {
        using var one = Load("1 1:1 2:2\n2 2:3\n");
        Assert.Equal((2, 1), (one.Train.FeatureCount, ((SparseDataset)one.Train).IndexBase));
        using var zero = Load("1 1:1 2:2\n2 2:3\n", "1 0:5\n");
        Assert.Equal([[0, 1, 2], [0, 0, 3]], Samples(zero.Train));
        Assert.Equal([[5, 0, 0]], Samples(zero.Test));
        using var given = Load("1 1:1 2:2\n2 2:3\n", options: new() { IndexBase = 0 });
        Assert.Equal(3, given.Train.FeatureCount);
        Refused("{train}, line 2: feature 0; expected 1 to 2147483646", "1 1:1\n2 0:1\n", options: new() { IndexBase = 1 });
    }

    [Fact]
    public void The_feature_count_is_the_highest_of_both_files_or_given()
    {
        using var highest = Load("1 1:1\n2 2:1\n", "1 9:1\n");
        Assert.Equal(9, highest.Train.FeatureCount);
        Assert.Equal(9, highest.Test.FeatureCount);
        using var given = Load("1 1:1\n2 2:1\n", options: new() { FeatureCount = 20 });
        Assert.Equal(20, given.Train.FeatureCount);
        Refused("{test}: has a feature 9; expected 5 at most (5 features, as {train} has)", "1 1:1\n2 2:1\n", "1 9:1\n",
            new() { FeatureCount = 5 });
        Refused("{train}: has a feature 9; expected 5 at most (5 features, as was given)", "1 1:1\n2 9:1\n",
            options: new() { FeatureCount = 5 });
    }

    [Fact]
    public void A_sample_may_have_no_entries()
    {
        using var data = Load("1\n2 2:3\n1\n");
        Assert.Equal([[0, 0], [0, 3], [0, 0]], Samples(data.Train));
    }

    [Fact]
    public void Random_data_comes_back_bit_for_bit_however_it_is_spaced() =>
        (from indexBase in Gen.Int[0, 1]
         from blank in Gen.OneOf(" ", "\t", "  \t ")
         from lineEnd in Gen.OneOf("\n", "\r\n", " # 7:1\n", "\n\n#\n")
         from columns in Gen.Int[1, 40]
         from values in Number.Nullable(0.67).Array[columns].Array[2, 30]
         select (indexBase, blank, lineEnd, values)).ForAll(60, (indexBase, blank, lineEnd, values) =>
        {
            values[0][0] ??= 1; // A file without any entry is refused.
            var text = new StringBuilder();
            for (var row = 0; row < values.Length; row++)
            {
                text.Append(row % 2);
                for (var column = 0; column < values[row].Length; column++)
                    if (values[row][column] is { } value)
                        text.Append(CultureInfo.InvariantCulture, $"{blank}{column + indexBase}:{value:R}");
                text.Append(lineEnd);
            }
            using var data = Load(text.ToString(),
                options: new() { IndexBase = indexBase, FeatureCount = values[0].Length, Format = DataFormat.Libsvm });
            Assert.Equal(values.Select(row => row.Select(value => value ?? 0)), Samples(data.Train));
        });

    [Fact]
    public void What_is_wrong_is_said_in_one_line()
    {
        Refused("{train}, line 2: feature 3 after feature 5; expected ascending features, each once", "1 1:1\n2 5:1 3:1\n");
        Refused("{train}, line 2: feature 3 after feature 3; expected ascending features, each once", "1 1:1\n2 3:1 3:1\n");
        Refused("{train}, line 2: feature 3 is 'x'; expected a finite number", "1 1:1\n2 3:x 4:1\n");
        Refused("{train}, line 2: feature 3 is 'NaN'; expected a finite number", "1 1:1\n2 3:NaN\n");
        Refused("{train}, line 2: feature 3 is '1:2'; expected a finite number", "1 1:1\n2 3:1:2\n");
        Refused("{train}, line 2: feature 3 is ''; expected a finite number", "1 1:1\n2 3:\n");
        Refused("{train}, line 2: 'abc'; expected feature:value", "1 1:1\n2 abc\n");
        Refused("{train}, line 2: '-1:5'; expected feature:value", "1 1:1\n2 -1:5\n");
        Refused("{train}, line 2: '7'; expected feature:value", "1 1:1\n2 7\n");
        Refused("{train}, line 2: begins with '1:1'; expected a label before the first feature", "1 1:1\n1:1 2:1\n");
        Refused("{train}, line 2: has labels '1,2'; expected one label (for several a sample use --loss binary-cross-entropy)", "1 1:1\n1,2 2:1\n");
        Refused("{train}, line 2: label '0.5'; expected an integer or a name (is the label in another column?); "
            + "the label has 2 different values in 2 rows: if it is a quantity, use --loss mean-squared-error", "1 1:1\n0.5 2:1\n");
        Refused("{train}, line 2: feature 2147483647; expected 0 to 2147483646", "1 1:1\n2 2147483647:1\n");
        Refused("{train}, line 2: '99999999999999999999:1'; expected feature:value", "1 1:1\n2 99999999999999999999:1\n");
        Refused("{test}, line 1: label '3'; expected a label of the training data: 1, 2", "1 1:1\n2 1:1\n", "3 1:1\n");
        Refused("{train}: has no samples; expected a LIBSVM file", "# only\n", options: new() { Format = DataFormat.Libsvm });
        Refused("{train}: no sample has a feature; expected at least one", "1\n2\n", options: new() { Format = DataFormat.Libsvm });
        Refused("{test}: dense data; expected the format of {train}", "1 1:2\n2 1:1\n", "1,1\n");
    }
}
