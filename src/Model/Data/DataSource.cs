using ActorSparse.Model.Data.Formats;
using ActorSparse.Model.Data.Formats.Images;
using ActorSparse.Model.Data.Formats.NumPy;
using ActorSparse.Model.Data.Generators;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data;

/// <summary>From a description of the data to data sets that are ready to train, validate and test on.</summary>
public static class DataSource
{
    private const string FashionMnist = "fashion-mnist", Cifar = "cifar-10", Madelon = "madelon", Planted = "planted";

    /// <summary>Names that <see cref="DataOptions.Name"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [FashionMnist, Cifar, Madelon, Planted];

    /// <summary>Reads or generates what <paramref name="options"/> describe, standardised; the caller owns the result.</summary>
    /// <exception cref="InvalidInputException">The description or a file cannot be used.</exception>
    public static DataPair Load(DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = Resolve(options);
        Check(options);
        var pair = Generate(options) ?? ReadPair(options);
        try
        {
            CheckGiven("features", options.FeatureCount, pair.Train.FeatureCount, pair.Train);
            if (options.ClassCount is not null) CheckGiven("classes", options.ClassCount, pair.Train.ClassCount, pair.Train);
            if (pair.Train.Targets is ClassTargets { Count: < 2 })
                throw new InvalidInputException($"{pair.Train.Name}: all samples have one label; expected two classes or more");
            if (options.Augmentation is not null && pair.Train is not DenseDataset { ImageShape: not null })
                throw new InvalidInputException($"{pair.Train.Name}: are no images; expected images to augment");
            return Finish(pair, options);
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Samples that are in memory, with a test set held out, perhaps a validation set, and standardised, as <see cref="Load"/> does it with
    /// those of files; of <paramref name="options"/> what says how. Takes over <paramref name="samples"/>; the caller owns the result.
    /// </summary>
    /// <exception cref="InvalidInputException">There are too few samples, or the options cannot be used.</exception>
    public static DataPair Prepare(Dataset samples, DataOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        options ??= new();
        CheckShares(options);
        return Prepare(HoldOut.Test(samples, options), options);
    }

    /// <summary>
    /// As <see cref="Prepare(Dataset, DataOptions)"/> with a test set of its own; takes over <paramref name="pair"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">There are too few samples, or the options cannot be used.</exception>
    public static DataPair Prepare(DataPair pair, DataOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pair);
        try
        {
            options ??= new();
            CheckShares(options);
            return Finish(pair, options);
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads the test set that <paramref name="options"/> describe for a network that was trained on data of <paramref name="schema"/>:
    /// same features, same classes, the training set's standardisation. The caller owns the result.
    /// </summary>
    /// <exception cref="InvalidInputException">The description or a file cannot be used, or does not fit the schema.</exception>
    public static Dataset LoadTest(DataOptions options, DataSchema schema)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(schema);
        // Values may lack where the network knows what takes their place.
        options = Resolve(options with { TargetKind = schema.TargetKind, Missing = MissingValueMode.Refuse });
        Check(options, testOnly: true);
        if (Generate(options) is { } generated)
        {
            generated.Train.Dispose();
            return ToTest(generated.Test, schema);
        }
        using var raw = ReadTest(options, schema.ImageShape, schema.Table, schema.FeatureCount);
        return ToTest(raw, schema, new TargetEncoder(schema));
    }

    /// <summary>The data set for a network of <paramref name="schema"/> of what was read for it.</summary>
    internal static Dataset ToTest(RawSamples raw, DataSchema schema, TargetEncoder encoder)
    {
        CheckFeatures(raw, schema, "as the network has");
        return ToTest(raw.ToDataset(schema, encoder), schema);
    }

    private static Dataset ToTest(Dataset test, DataSchema schema)
    {
        if (test.FeatureCount != schema.FeatureCount || test.Targets is ClassTargets classes && classes.Count != schema.ClassCount)
        {
            test.Dispose();
            throw new InvalidInputException(
                $"{test.Name}: has {test.FeatureCount} features and {test.ClassCount} classes; " +
                $"expected {schema.FeatureCount} and {schema.ClassCount}, as the network has");
        }
        if (schema.Table is not null) (test as DenseDataset)?.FillMissing(schema.Table);
        test.Standardize(schema.Standardization);
        (test.Targets as RealTargets)?.Standardize(schema.TargetStandardization);
        return test;
    }

    /// <summary>
    /// <paramref name="options"/> with a folder that has folders for training, test and perhaps validation replaced by these, and the test set
    /// of a file that has both named; as loading does it.
    /// </summary>
    internal static DataOptions Resolve(DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Train is not null && ImageFolder.SetsIn(options.Train) is var (train, test, validation))
        {
            if (options.ValidationShare is null) options = options with { Validation = options.Validation ?? validation };
            options = options with { Train = train, Test = options.Test ?? test };
        }
        if (options is { Train: { } file, Test: null, Format: DataFormat.Auto or DataFormat.NumPy } && NumPyReader.HasTest(file))
            options = options with { Test = file };
        return options.Test is not null && ImageFolder.SetsIn(options.Test) is { } sets ? options with { Test = sets.Test } : options;
    }

    private static void Check(DataOptions options, bool testOnly = false)
    {
        var names = string.Join(", ", Names);
        if (options.Name is not null && !Names.Contains(options.Name))
            throw new InvalidInputException($"data set '{options.Name}': expected one of {names}");
        if (options.Name is not null && (options.Train ?? options.Test ?? options.Validation) is { } file)
            throw new InvalidInputException($"data set '{options.Name}' and file {file}: expected one or the other");
        if (options.Name is null && (testOnly ? options.Test : options.Train) is null)
            throw new InvalidInputException($"no data: expected a name ({names}) or a {(testOnly ? "test" : "training")} file");
        if (options.Name is not null && !testOnly && (options.Resize is not null || options.Channels is not null))
            throw new InvalidInputException($"data set '{options.Name}': --resize and --channels are for folders of images; expected one");
        if (options.Channels is not (null or 1 or 3)) throw new InvalidInputException($"channels {options.Channels}: expected 1 or 3");
        if (options is { IgnoredColumns: not null, FeatureColumns: not null })
            throw new InvalidInputException("columns to ignore and columns to take: expected one or the other");
        CheckShares(options);
        if (options.IndexBase is not (null or 0 or 1)) throw new InvalidInputException($"LIBSVM base {options.IndexBase}: expected 0 or 1");
        if (options.FeatureCount < 1) throw new InvalidInputException($"feature count {options.FeatureCount}: expected 1 or more");
        if (options.ClassCount is < 2 or > RawLabels.ClassesMax)
            throw new InvalidInputException($"class count {options.ClassCount}: expected 2 to {RawLabels.ClassesMax}");
        if (options.ClassCount is not null && options.TargetKind != TargetKind.Classes && !testOnly)
            throw new InvalidInputException($"class count {options.ClassCount}: expected none for data without classes");
        if (options is { TargetKind: TargetKind.Classes, TargetColumns.Count: > 1 })
            throw new InvalidInputException(
                $"targets {string.Join(',', options.TargetColumns)}: expected one for classes "
                + "(several need --loss mean-squared-error or --loss binary-cross-entropy)");
        if (!testOnly && options.Label == LabelColumn.None && options.TrainLabels is null)
            throw new InvalidInputException($"{options.Train}: label none; expected labels in the data to train on");
    }

    // Values that lack, and the scale of features and targets, are by the training set.
    private static DataPair Finish(DataPair pair, DataOptions options)
    {
        if (options.ValidationShare is { } share) pair = HoldOut.Validation(pair, share, options.Seed);
        if (options.Missing != MissingValueMode.Refuse && pair.Train is DenseDataset { Table: { } table } dense)
        {
            table = MissingValues.Measure(dense, table, options.Missing);
            foreach (var set in (Dataset?[])[pair.Train, pair.Test, pair.Validation]) (set as DenseDataset)?.FillMissing(table);
        }
        var standardization = Standardization.Measure(pair.Train, options.Standardize);
        var ofTargets = pair.Train.Targets is RealTargets targets ? Standardization.Measure(targets) : null;
        foreach (var set in (Dataset?[])[pair.Train, pair.Test, pair.Validation])
        {
            set?.Standardize(standardization);
            (set?.Targets as RealTargets)?.Standardize(ofTargets);
        }
        return pair;
    }

    private static void CheckShares(DataOptions options)
    {
        if (options.HoldOut is not (> 0 and < 1))
            throw new InvalidInputException($"hold-out {options.HoldOut}: expected a fraction between 0 and 1");
        if (options.ValidationShare is not (null or (> 0 and < 1)))
            throw new InvalidInputException($"validation {options.ValidationShare}: expected a fraction between 0 and 1, or a file");
    }

    private static void CheckGiven(string what, int? given, int found, Dataset dataset)
    {
        if (given is not null && given != found)
            throw new InvalidInputException($"{dataset.Name}: has {found} {what}; expected {given}, as was given");
    }

    private static DataPair? Generate(DataOptions options) => options.Name switch
    {
        Madelon => MadelonGenerator.Generate(new RandomSource(options.Seed), options.Madelon),
        Planted => PlantedGenerator.Generate(new RandomSource(options.Seed), options.Planted),
        _ => null,
    };

    private static DataPair ReadPair(DataOptions options)
    {
        using var train = ReadTrain(options);
        using var test = options.Name is null && options.Test is null ? null : ReadTest(options, train.ImageShape, train.Table);
        using var validation = options.Validation is not { } path ? null
            : FileReader.Read(path, null, options, isTest: true, train.ImageShape, layout: train.Table);
        RawSamples[] others = [.. new[] { test, validation }.OfType<RawSamples>()];
        var classNames = options.Name switch { FashionMnist => FashionMnistFiles.ClassNames, Cifar => CifarReader.ClassNames, _ => null };
        var augmentation = options.Augmentation ?? (options.Name == Cifar ? new AffineAugmentation() : null);
        var encoder = new TargetEncoder(train.Targets, classNames?.Length ?? options.ClassCount);
        var hasClasses = train.Targets.Kind == TargetKind.Classes;
        var schema = new DataSchema
        {
            FeatureCount = FeatureCountOf(train, others, options, out var indexBase),
            TargetKind = train.Targets.Kind,
            ClassCount = hasClasses ? encoder.Count : 0,
            ClassNames = hasClasses ? classNames ?? encoder.Names : null,
            TargetNames = hasClasses ? null : encoder.Names,
            IndexBase = indexBase,
            ImageShape = train.ImageShape,
        };
        CheckFeatures(train, schema, "as was given");
        foreach (var other in others)
        {
            if ((other.Sparse is null) != (train.Sparse is null))
                throw new InvalidInputException(
                    $"{other.Path}: {(other.Sparse is null ? "dense" : "LIBSVM")} data; expected the format of {train.Path}");
            CheckFeatures(other, schema, $"as {train.Path} has");
        }
        Dataset? testSet = null, validationSet = null;
        try
        {
            testSet = test?.ToDataset(schema, encoder);
            validationSet = validation?.ToDataset(schema, encoder);
            var trainSet = train.ToDataset(schema, encoder, augmentation);
            var pair = testSet is null ? HoldOut.Test(trainSet, options) : new(trainSet, testSet);
            return pair with { Validation = validationSet, Notes = train.Note is { } note ? [note, .. pair.Notes] : pair.Notes };
        }
        catch
        {
            testSet?.Dispose();
            validationSet?.Dispose();
            throw;
        }
    }

    private static RawSamples ReadTrain(DataOptions options) => options.Name switch
    {
        FashionMnist => ReadFashionMnist(options, 0),
        Cifar => CifarReader.Read(FindCifar(options)[..^1]),
        _ => FileReader.Read(options.Train!, options.TrainLabels, options, isTest: false),
    };

    private static RawSamples ReadTest(DataOptions options, ImageShape? shape, TableLayout? layout, int? networkFeatures = null) => options.Name switch
    {
        FashionMnist => ReadFashionMnist(options, 2),
        Cifar => CifarReader.Read(FindCifar(options)[^1..]),
        _ => FileReader.Read(options.Test!, options.TestLabels, options, isTest: true, shape, networkFeatures, layout),
    };

    private static RawSamples ReadFashionMnist(DataOptions options, int first)
    {
        var files = new DataFolders(options.DataFolder).Find(FashionMnist, FashionMnistFiles.Files, FashionMnistFiles.Remedy);
        return IdxReader.Read(files[first], files[first + 1]);
    }

    private static string[] FindCifar(DataOptions options) =>
        new DataFolders(options.DataFolder)
            .Find(Cifar, [.. CifarReader.TrainFiles, CifarReader.TestFile], CifarReader.Remedy, CifarReader.Subfolder);

    private static int FeatureCountOf(RawSamples train, RawSamples[] others, DataOptions options, out int indexBase)
    {
        indexBase = 0;
        if (train.Sparse is not { } sparse) return options.FeatureCount ?? train.FeatureCount;
        indexBase = options.IndexBase ?? (others.Min(other => other.Sparse?.IndexLowest) == 0 || sparse.IndexLowest == 0 ? 0 : 1);
        if (sparse.IndexHighest < indexBase)
            throw new InvalidInputException($"{train.Path}: no sample has a feature; expected at least one");
        return options.FeatureCount ?? Math.Max(sparse.IndexHighest, others.Max(other => other.Sparse?.IndexHighest) ?? -1) - indexBase + 1;
    }

    private static void CheckFeatures(RawSamples samples, DataSchema schema, string why)
    {
        if (samples.Sparse is { } sparse)
        {
            if (sparse.IndexHighest >= 0 && sparse.IndexLowest < schema.IndexBase)
                throw new InvalidInputException(
                    $"{samples.Path}: has a feature {sparse.IndexLowest}; expected features from {schema.IndexBase} on, {why}");
            var highest = schema.FeatureCount - 1 + (long)schema.IndexBase;
            if (sparse.IndexHighest > highest)
                throw new InvalidInputException(
                    $"{samples.Path}: has a feature {sparse.IndexHighest}; " +
                    $"expected {highest} at most ({schema.FeatureCount} features, {why})");
        }
        else if (samples.FeatureCount != schema.FeatureCount)
        {
            throw new InvalidInputException($"{samples.Path}: has {samples.FeatureCount} features; expected {schema.FeatureCount}, {why}");
        }
        else if (samples.ImageShape is { } images && schema.ImageShape is { } expected && images != expected)
        {
            throw new InvalidInputException($"{samples.Path}: has images of {images.Describe()}; expected {expected.Describe()}, {why}");
        }
    }
}
