using System.Globalization;
using System.Text;
using ActorSparse.Model.Data;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Data;

public sealed class TableReaderTests : ReaderTest
{
    [Theory]
    [InlineData("1,2.5,a\n-3,4e2,b\n")]
    [InlineData("x,y,label\n1,2.5,a\n-3,4e2,b\n")]
    [InlineData("1;2.5;a\r\n-3;4e2;b")]
    [InlineData("1\t2.5\ta\n\n  \n-3\t4e2\tb\n")]
    [InlineData("  1   2.5 a\n-3 \t 4e2 b  \n")]
    [InlineData("\uFEFF\"x, first\",\"y\",\"label\"\n1, 2.5 ,\"a\"\n\"-3\",4e2,b\n")]
    [InlineData("1,+2.5,a\n-3.0,400.,b\n")]
    public void Separators_headers_quotes_and_blanks_are_understood(string text)
    {
        using var data = Load(text);
        Assert.Equal([[1, 2.5f], [-3, 400]], Samples(data.Train));
        Assert.Equal(["a", "b"], data.Train.ClassNames);
        Assert.Equal([0, 1], data.Train.Labels);
    }

    [Theory]
    [InlineData("1,2,8\n3,4,9\n", LabelColumn.Last, 1f, 2f)]
    [InlineData("8,1,2\n9,3,4\n", LabelColumn.First, 1f, 2f)]
    [InlineData("name,0,1\n8,1,2\n9,3,4\n", LabelColumn.First, 1f, 2f)]
    [InlineData("0,1,name\n1,2,8\n3,4,9\n", LabelColumn.Last, 1f, 2f)]
    public void The_label_is_in_the_first_or_last_column(string text, LabelColumn label, float first, float second)
    {
        using var data = Load(text, options: new() { Label = label });
        Assert.Equal([[first, second], [3, 4]], Samples(data.Train));
        Assert.Equal(["8", "9"], data.Train.ClassNames);
    }

    [Fact]
    public void A_header_can_be_stated()
    {
        using var with = Load("0,1,2\n1,2,8\n3,4,9\n", options: new() { Header = TableHeader.Yes });
        Assert.Equal([[1, 2], [3, 4]], Samples(with.Train));
        using var without = Load("0,1,2\n1,2,8\n3,4,9\n", options: new() { Header = TableHeader.No });
        Assert.Equal(3, without.Train.SampleCount);
    }

    [Theory]
    [InlineData("x,y,class,\n1,2.5,a,\n3,4,b,\n")]
    [InlineData("1;2.5;a;\n3;4;b;\n")]
    [InlineData("1\t2.5\ta\t\r\n3\t4\tb\r\n")]
    public void A_separator_at_the_end_of_lines_is_no_column(string text)
    {
        using var data = Load(text);
        Assert.Equal([[1, 2.5f], [3, 4]], Samples(data.Train));
        Assert.Equal(["a", "b"], data.Train.ClassNames);
    }

    [Theory]
    [InlineData("x;y;class\n0,5;-1;a\n1e2;1234,25;b\n")]
    [InlineData("0,5\t-1\ta\n100\t1234,25\tb\n")]
    [InlineData("0,5 -1 a\n100 1234,25 b\n")]
    public void Numbers_may_have_a_decimal_comma(string text)
    {
        using var data = Load(text, options: new() { HasDecimalComma = true });
        Assert.Equal([[0.5f, -1], [100, 1234.25f]], Samples(data.Train));
    }

    [Fact]
    public void A_first_line_of_numbers_in_order_is_noted()
    {
        const string Text = "0,1,2\n7,8,0\n9,9,0\n7,8,2\n";
        using var data = Load(Text);
        Assert.Contains("is 0, 1, 2, ...: if these are names of columns, use --header yes", Assert.Single(data.Notes), StringComparison.Ordinal);
        using var settled = Load(Text, options: new() { Header = TableHeader.No });
        Assert.Empty(settled.Notes);
        using var named = Load("0,1,2\n7,8,a\n9,9,b\n", options: new() { Header = TableHeader.Yes });
        Assert.Empty(named.Notes);
    }

    [Fact]
    public void Classes_are_settled_by_the_training_set()
    {
        using var numbers = Load("1,-1\n2,+1\n3,10\n4,2\n", "1,1e1\n2,1.0\n");
        Assert.Equal(["-1", "1", "2", "10"], numbers.Train.ClassNames);
        Assert.Equal([0, 1, 3, 2], numbers.Train.Labels);
        Assert.Equal([3, 1], numbers.Test.Labels);
        using var names = Load("1,\"say \"\"b\"\"\"\n2,é\n3,a\n", "1,a\n");
        Assert.Equal(["a", "say \"b\"", "é"], names.Train.ClassNames);
        Assert.Equal([1, 2, 0], names.Train.Labels);
        Assert.Equal([0], names.Test.Labels);
        Refused("{test}, line 2: label 'c'; expected a label of the training data: a, b", "1,a\n2,b\n", "1,a\n2,c\n");
        using var given = Load("1,7\n2,3\n", "1,5\n", new() { ClassCount = 10 });
        Assert.Equal([7, 3], given.Train.Labels);
        Assert.Equal([5], given.Test.Labels);
    }

    [Fact]
    public void Whole_numbers_below_256_are_kept_as_bytes()
    {
        using DataPair small = Load("0,255,a\n7,8,b\n"), large = Load("0,256,a\n7,8,b\n"), negative = Load("0,-1,a\n7,8,b\n"),
            fraction = Load("0,0.5,a\n7,8,b\n");
        Assert.Equal(2 * 2 + 2 * sizeof(int), small.Train.Bytes);
        Assert.All(new[] { large, negative, fraction }, data => Assert.Equal(2 * 2 * sizeof(float) + 2 * sizeof(int), data.Train.Bytes));
        Assert.Equal([[0, 255], [7, 8]], Samples(small.Train));
    }

    [Fact]
    public void The_Madelon_distribution_has_its_labels_in_another_file()
    {
        var train = Folder.Write("m_train.data", "485 477 537 \n483 458 460 \n");
        var trainLabels = Folder.Write("m_train.labels", "-1\n1\n");
        var test = Folder.Write("m_valid.data", "1 2 3\n");
        Folder.Write("m_valid.labels", " 1 \n\n");
        using (var data = DataSource.Load(new() { Train = train, Test = test, Standardize = StandardizationMode.None }))
        {
            Assert.Equal([[485, 477, 537], [483, 458, 460]], Samples(data.Train));
            Assert.Equal([0, 1], data.Train.Labels);
            Assert.Equal([1], data.Test.Labels);
        }
        foreach (var (labels, message) in new[]
                 {
                     ("-1\n", "has 1 labels; expected 2, the number of samples in"), ("-1\n1 1\n", ", line 2: more than one word"),
                     ("\n", "holds blank lines only"), ("", "the file is empty"),
                 })
        {
            Folder.Write("m_train.labels", labels);
            var error = Assert.Throws<InvalidInputException>(() => DataSource.Load(new() { Train = train, Test = test }));
            Assert.StartsWith(trainLabels, error.Message, StringComparison.Ordinal);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Random_tables_come_back_bit_for_bit_however_they_are_spaced() =>
        (from separator in Gen.OneOf(',', ';', '\t', ' ')
         from lineEnd in Gen.OneOf("\n", "\r\n", "  \n", "\n\n")
         from columns in Gen.Int[1, 12]
         from fields in Gen.Select(Number, Gen.OneOf("{0:R}", "  {0:R}", "{0:R} ", "\"{0:R}\" ")).Array[columns].Array[2, 30]
         select (separator, lineEnd, fields)).ForAll(60, (separator, lineEnd, fields) =>
        {
            var text = new StringBuilder();
            for (var row = 0; row < fields.Length; row++)
            {
                foreach (var (value, format) in fields[row])
                    text.AppendFormat(CultureInfo.InvariantCulture, separator == ' ' ? "{0:R}" : format, value).Append(separator);
                text.Append(row % 2).Append(lineEnd);
            }
            using var data = Load(text.ToString());
            Assert.Equal(fields.Select(row => row.Select(field => field.Item1)), Samples(data.Train));
            Assert.Equal(Enumerable.Range(0, fields.Length).Select(row => row % 2), data.Train.Labels);
        });

    [Fact]
    public void A_line_may_be_longer_than_the_buffer()
    {
        var values = Enumerable.Range(0, 400_000).Select(index => (float)(index % 1000)).ToArray();
        var line = string.Join(',', values);
        using var data = Load($"{line},a\n{line},b\n");
        Assert.Equal(values, Sample(data.Train, 1));
    }

    [Fact]
    public void What_is_wrong_is_said_in_one_line()
    {
        Refused("{train}, line 2: field 2 is 'x'; expected a finite number", "1,2,a\n1,x,b\n");
        Refused("{train}, line 2: field 1 is 'nan'; expected a finite number (--missing mean fills in what lacks)", "1,2,a\nnan,2,b\n");
        Refused("{train}, line 1: field 1 is '-Infinity'; expected a finite number", "-Infinity,2,a\n1,2,b\n");
        Refused("{train}, line 2: field 1 is '1e39'; expected a finite number", "1,2,a\n1e39,2,b\n");
        Refused("{train}, line 2: field 2 is ''; expected a finite number (--missing mean fills in what lacks)", "1,2,a\n1,,b\n");
        Refused("{train}, line 2: field 2 is '2 3'; expected a finite number", "1,2,a\n1,2 3,b\n");
        Refused("{train}, line 3: has 2 fields; expected 3, as in the first line", "1,2,a\n1,2,b\n1,2\n");
        Refused("{train}, line 2: has more than 3 fields; expected 3, as in the first line", "1,2,a\n1,2,b,c\n");
        Refused("{train}, line 2: field 1 is '0,5'; expected a finite number (decimal commas: --decimal ,)", "x;y;l\n0,5;1;a\n");
        Refused("{train}, line 1: field 2 is not a number, others are; expected numbers, or names of all columns (decimal commas: --decimal ,)",
            "0,5;1,5;a\n1,5;1,5;b\n");
        Refused("{train}, line 2: field 1 is '0.5'; expected a finite number with a decimal comma", "x;y;l\n0.5;1;a\n",
            options: new() { HasDecimalComma = true });
        Refused("{train}, line 2: has more than 2 fields; expected nothing behind the last ',', as in the first line", "1,a,\n2,b,c\n");
        Refused("{train}, line 2: ends with ','; expected 2 fields, as in the first line", "1,a\n2,b,\n");
        Refused("{train}, line 1: field 2 is not a number, others are; expected numbers, or names of all columns (categories without a header: --header no)",
            "1,x,a\n1,2,b\n");
        Refused("{train}, line 2: label '0.5'; expected an integer or a name (is the label in another column?); "
            + "the label has 2 different values in 2 rows: if it is a quantity, use --loss mean-squared-error", "1,2,1\n1,2,0.5\n");
        Refused("{train}, line 2: field 3, the label, is empty; expected a label", "1,2,a\n1,2,\n");
        Refused("{train}, line 1: has one column only; expected features and a label", "1\n2\n");
        Refused("{train}, line 2: a quoted field has no end on its line; expected a closing \"", "1,2,a\n1,2,\"b\n");
        Refused("{train}, line 2: text follows a quoted field; expected ',' or the end of the line", "1,2,a\n1,2,\"b\"c\n");
        Refused("{train}: has no samples; expected a table of numbers", "x,y,label\n");
        Refused("{train}: has no samples; expected a table of numbers", "\n\n");
        Refused("{train}: the file is empty; expected a data file or a folder of images", "");
        Refused("{test}: has 1 features; expected 2, as {train} has", "1,2,a\n1,2,b\n", "1,a\n");
        Refused("{train}: has 2 features; expected 5, as was given", "1,2,a\n1,2,b\n", options: new() { FeatureCount = 5 });
        Refused("{train}: has 3 distinct labels; expected at most 2, the given number of classes", "1,a\n2,b\n3,c\n",
            options: new() { ClassCount = 2 });
        Refused("{train}: all samples have one label; expected two classes or more", "1,a\n2,a\n");
        Refused("{train}, line 2: a label of 300 bytes; expected at most 256 characters", $"1,a\n2,{new string('b', 300)}\n");
        Refused("{test}: LIBSVM data; expected the format of {train}", "1,a\n2,b\n", "a 1:2\n");
    }
}
