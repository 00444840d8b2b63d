using ActorSparse.Model.Data.Formats;

namespace ActorSparse.Model.Data;

/// <summary>From a description of the data to a pair of standardised data sets.</summary>
public static class DataSource
{
    /// <summary>Names that <see cref="DataOptions.Name"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["fashion-mnist"];

    /// <summary>Reads or generates what <paramref name="options"/> describe; the caller owns the result.</summary>
    /// <exception cref="InvalidInputException">The description or a file cannot be used.</exception>
    public static DataPair Load(DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        switch (options.Name)
        {
            case null:
                if (options.Train is null) throw new InvalidInputException($"no data: expected a name ({string.Join(", ", Names)}) or a training file");
                return Finish(ReadPair(options.Train, options.TrainLabels, options.Test!, options.TestLabels), options, null, null);
            case "fashion-mnist":
                return Finish(FashionMnist(options), options, FashionMnistFiles.ClassNames, null);
            default:
                throw new InvalidInputException($"data set '{options.Name}': expected one of {string.Join(", ", Names)}");
        }
    }

    private static (RawSamples Train, RawSamples Test) FashionMnist(DataOptions options)
    {
        var files = new DataFolders(options.DataFolder).Find("fashion-mnist", FashionMnistFiles.Files, FashionMnistFiles.Remedy);
        return ReadPair(files[0], files[1], files[2], files[3]);
    }

    private static (RawSamples Train, RawSamples Test) ReadPair(string train, string? trainLabels, string test, string? testLabels)
    {
        var trainSamples = IdxReader.Read(train, trainLabels!);
        try
        {
            return (trainSamples, IdxReader.Read(test, testLabels!));
        }
        catch
        {
            trainSamples.Dispose();
            throw;
        }
    }

    private static DataPair Finish((RawSamples Train, RawSamples Test) raw, DataOptions options, string[]? classNames, ImageAugmentation? augmentation)
    {
        using var trainSamples = raw.Train;
        using var testSamples = raw.Test;
        if (trainSamples.FeatureCount != testSamples.FeatureCount)
            throw new InvalidInputException(
                $"{testSamples.Path}: has {testSamples.FeatureCount} features; expected {trainSamples.FeatureCount}, as {trainSamples.Path} has");
        var encoder = new LabelEncoder(trainSamples.Labels, options.ClassCount ?? classNames?.Length);
        var train = trainSamples.ToDataset(encoder, classNames, augmentation);
        try
        {
            var test = testSamples.ToDataset(encoder, classNames, augmentation: null);
            var standardization = Standardization.Measure(train, options.Standardize);
            train.Standardize(standardization);
            test.Standardize(standardization);
            return new(train, test);
        }
        catch
        {
            train.Dispose();
            throw;
        }
    }
}
