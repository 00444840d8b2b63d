namespace ActorSparse.Host.Tests.Commands;

/// <summary>Tables as people have them, from training to predictions.</summary>
public sealed class TableCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_table_with_its_columns_in_another_order_gives_the_same_predictions()
    {
        var rows = Enumerable.Range(0, 40).Select(row => (X: row + 0.5, Y: row * 3 % 7, Z: row % 5, Class: row < 20 ? "b" : "a")).ToList();
        var table = _folder.Write("t.csv", "x,y,z,class\n" + string.Concat(rows.Select(row => FormattableString.Invariant(
            $"{row.X},{row.Y},{row.Z},{row.Class}\n"))));
        var other = _folder.Write("o.csv", "z,class,y,x\n" + string.Concat(rows.Select(row => FormattableString.Invariant(
            $"{row.Z},{row.Class},{row.Y},{row.X}\n"))));
        Train(table, "--layers", "3-20-2");
        Assert.Equal(Predict(table), Predict(other));
        Call.Of("predict", _folder.At("run"), "--input", _folder.Write("w.csv", "x,y,w\n1,2,3\n"))
            .AssertRefused("w.csv, line 1: the header lacks 'z' and has 'w'");
    }

    [Fact]
    public void A_run_keeps_categories_and_what_missing_values_become()
    {
        string[] colours = ["red", "green", "blue"];
        string Line(int row) => FormattableString.Invariant($"r{row},{(row % 9 == 0 ? "NA" : colours[row % 3])},{(row % 7 == 0 ? "" : $"{row}")}");
        var table = _folder.Write("t.csv", "id,colour,x,class\n"
            + string.Concat(Enumerable.Range(0, 60).Select(row => $"{Line(row)},{(row < 30 ? "b" : "a")}\n")));
        Call.Of("data", "--train", table).AssertRefused("t.csv, line 2: field 2 is 'NA'", "--missing mean");
        Train(table, "--ignore", "id", "--missing", "median", "--layers", "4-20-2");
        var predicted = Predict(_folder.Write("n.csv", "colour,x\n" + string.Concat(Enumerable.Range(0, 60).Select(row => Line(row)[(Line(row).IndexOf(',') + 1)..] + "\n"))));
        Assert.Equal(predicted, Predict(table));
        Assert.Equal(61, predicted.Count(character => character == '\n'));
        Call.Of("predict", _folder.At("run"), "--input", _folder.Write("p.csv", "x,colour\n1,pink\n"))
            .AssertRefused("field 2 is 'pink'; expected a category of the training data: blue, green, red");
    }

    [Fact]
    public void Outputs_beyond_the_classes_of_the_data_go_by_their_numbers()
    {
        var table = _folder.Write("t.csv", string.Concat(Enumerable.Range(0, 60).Select(row => $"{row % 2},{row % 3},{row % 7},{(row % 2 == 0 ? "x" : "y")}\n")));
        Train(table, "--layers", "3-10-4");
        Assert.Contains("<th>y</th><th>2</th><th>3</th>", File.ReadAllText(_folder.At("run", "report.html")), StringComparison.Ordinal);
        Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "21").AssertDone();
        Assert.Matches("predicted +x +y +2 +3\n", Call.Of("evaluate", _folder.At("run")).AssertDone().Output);
        Assert.StartsWith("sample,class,x,y,2,3\n", Predict(table), StringComparison.Ordinal);
        Assert.Matches("""^\{"sample":0,"class":"[xy23]","probabilities":\{"x":[^,]+,"y":[^,]+,"2":[^,]+,"3":[^,]+\}\}\n""", Predict(table, "--json"));
    }

    private void Train(string table, params string[] options) => Call.Of(
        ["train", "--train", table, "--epochs", "20", "--mode", "sequential", "--out", _folder.At("run"), .. options]).AssertDone();

    private string Predict(string input, params string[] options) =>
        Call.Of(["predict", _folder.At("run"), "--probabilities", "--input", input, .. options]).AssertDone().Output;
}
