using ActorSparse.Model.Data;
using ActorSparse.Tests.Support;
using SkiaSharp;

namespace ActorSparse.Model.Tests.Data;

/// <summary>Which images are found, which classes they have, and what is refused.</summary>
public sealed class ImageFolderTests : ReaderTest
{
    private static readonly DataOptions s_plain = new() { Standardize = StandardizationMode.None, HoldOut = 0.5 };

    [Fact]
    public void Folders_are_classes_and_may_have_folders_and_what_systems_leave_there()
    {
        Write("pets/dog/b.png", 2);
        Write("pets/dog/old/a.PNG", 1);
        Write("pets/cat/z.JPeG", 3, SKEncodedImageFormat.Jpeg);
        Write("pets/cat/10.jpg", 4, SKEncodedImageFormat.Jpeg);
        foreach (var name in (string[])["pets/.hidden", "pets/Thumbs.db", "pets/dog/.DS_Store", "pets/dog/desktop.ini", "pets/.git/config"])
            Folder.Write(name, "x");
        var pets = At("pets");
        using var data = DataSource.Load(s_plain with { Train = pets, Test = pets });
        Assert.Equal(["cat/10.jpg", "cat/z.JPeG", "dog/b.png", "dog/old/a.PNG"], data.Train.SampleNames);
        Assert.Equal([0, 0, 1, 1], data.Train.Labels);
        Assert.Equal(["cat", "dog"], data.Train.ClassNames);
        Assert.Equal(new ImageShape(2, 2), data.Train.ImageShape);
        Assert.Equal([4, 3, 2, 1], Samples(data.Train).Select(sample => (int)sample[0]));
        Assert.Equal(["cat", "dog"], DataSchema.Of(data.Train).ClassNames);
    }

    [Fact]
    public void Classes_that_are_numbers_are_in_numeric_order()
    {
        foreach (var number in (string[])["10", "9", "-1"]) Write($"digits/{number}/a.png", 1);
        var digits = At("digits");
        using var data = DataSource.Load(s_plain with { Train = digits, Test = digits });
        Assert.Equal(["-1", "9", "10"], data.Train.ClassNames);
        Assert.Equal(["-1/a.png", "10/a.png", "9/a.png"], data.Train.SampleNames);
        Assert.Equal([0, 2, 1], data.Train.Labels);
    }

    [Theory]
    [InlineData("test", "test")]
    [InlineData("val", "val")]
    [InlineData("Validation", "Validation")]
    [InlineData("val test", "test", "val")]
    [InlineData("Validation test", "test", "Validation")]
    public void A_folder_with_train_and_test_is_both_sets(string parts, string expected, string? validation = null)
    {
        foreach (var part in (string[])["train", .. parts.Split(' ')])
        {
            Write($"both/{part}/a/1.png", part.Length);
            Write($"both/{part}/b/1.png", part.Length);
        }
        using var data = DataSource.Load(s_plain with { Train = At("both") });
        Assert.Equal((At("both/train"), At("both/" + expected)), (data.Train.Name, data.Test.Name));
        Assert.Equal(validation is null ? null : At("both/" + validation), data.Validation?.Name);
        using var test = DataSource.LoadTest(new() { Test = At("both") }, DataSchema.Of(data.Train));
        Assert.Equal(At("both/" + expected), test.Name);
    }

    [Fact]
    public void A_folder_that_has_others_beside_train_and_test_has_classes()
    {
        foreach (var name in (string[])["train", "test", "car"])
            for (var index = 0; index < 2; index++) Write($"vehicles/{name}/{index}.png", 1);
        using var data = DataSource.Load(s_plain with { Train = At("vehicles") });
        Assert.Equal(["car", "test", "train"], data.Train.ClassNames);
    }

    [Fact]
    public void Images_to_predict_lie_anywhere()
    {
        Write("pets/cat/1.png", 1);
        Write("pets/dog/1.png", 2);
        Write("new/2024/a.png", 3);
        Write("new/b.png", 4);
        Write("flat/c.png", 5);
        using var data = DataSource.Load(s_plain with { Train = At("pets"), Test = At("pets") });
        var schema = DataSchema.Of(data.Train);
        Assert.Equal(["2024/a.png", "b.png"], Test("new", LabelColumn.None));
        Assert.Equal(["c.png"], Test("flat"));
        Assert.Equal([At("new/b.png")], Test("new/b.png"));
        Assert.Equal(["cat/1.png", "dog/1.png"], Test("pets", LabelColumn.None));
        Assert.Equal($"{At("new/b.png")}: lies beside the folders of the classes; expected folders only", Refusal(() => Test("new")));
        File.Delete(At("new/b.png"));
        Assert.Equal($"{At("new")}, folder 2024: label '2024'; expected a label of the training data: cat, dog", Refusal(() => Test("new")));

        IReadOnlyList<string> Test(string name, LabelColumn label = LabelColumn.Last)
        {
            using var test = DataSource.LoadTest(new() { Test = At(name), Label = label }, schema);
            Assert.Equal(name == "pets" && label != LabelColumn.None, test.IsLabelled);
            return test.SampleNames!;
        }
    }

    [Fact]
    public void What_is_no_folder_of_classes_is_refused_by_name()
    {
        Write("ok/a/1.png", 1);
        Write("ok/b/1.png", 1);
        Refused("empty", "empty: has no folders; expected one for each class, with its images", () => Directory.CreateDirectory(At("empty")));
        Refused("flat", "flat: has no folders; expected one for each class, with its images", () => Write("flat/1.png", 1));
        Refused("beside", "beside/labels.csv: lies beside the folders of the classes; expected folders only", () =>
        {
            Write("beside/a/1.png", 1);
            Folder.Write("beside/labels.csv", "x");
        });
        Refused("without", "without/b: has no images; expected some of the class 'b'", () =>
        {
            Write("without/a/1.png", 1);
            Folder.Write("without/b/.hidden", "x");
        });
        Refused("text", "text/a/notes.txt: is no image by its name; expected files that end in .png, .jpg, .jpeg",
            () => Folder.Write("text/a/notes.txt", "x"));
        Refused("one", "one: all samples have one label; expected two classes or more", () =>
        {
            Write("one/a/1.png", 1);
            Write("one/a/2.png", 1);
        });
        Refused("ok/a/1.png", "ok/a/1.png: is one image; expected a folder of images", () => { });
        Refused("absent", "absent: no such file; expected a data file or a folder of images", () => { });
        Refused("ok", "ok: labels apart; expected none, as the folders of images are their classes", () => { }, s_plain with { TrainLabels = "x" });
        Refused("ok", "ok: labels apart; expected none, as the folders of images are their classes", () => { }, s_plain with { TargetColumns = ["x"] });
        Refused("table", "table: --resize and --channels are for folders of images; expected one",
            () => Folder.Write("table", "1,a\n2,b\n3,a\n4,b\n"), s_plain with { Resize = new(2, 2) });
        Refused("table", "table: are no images; expected images to augment", () => { }, s_plain with { Augmentation = new CropAugmentation() });
    }

    private void Refused(string name, string message, Action make, DataOptions? options = null)
    {
        make();
        Assert.Equal(At(message), Refusal(() => DataSource.Load((options ?? s_plain) with { Train = At(name) })));
    }

    private static string Refusal(Func<object> act) => Assert.Throws<InvalidInputException>(act).Message;

    private string At(string name) => Path.Combine(Folder.Root, name);

    private void Write(string name, int value, SKEncodedImageFormat format = SKEncodedImageFormat.Png) =>
        Folder.Write(name, TestImages.Encode(format, 2, 2, (_, _) => TestImages.Grey(value)));
}
