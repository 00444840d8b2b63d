using System.Text;
using ActorSparse.Model.Data.Generators;

namespace ActorSparse.Model.Data;

/// <summary>
/// Which data to train and test on: a named set (<see cref="Name"/>) or files (<see cref="Train"/>, <see cref="Test"/>), and how to read
/// them.
/// </summary>
public sealed record DataOptions
{
    /// <summary>A data set known by name, see <see cref="DataSource.Names"/>; null for files.</summary>
    public string? Name { get; init; }

    /// <summary>Folder in which a named data set's files are looked for first.</summary>
    public string? DataFolder { get; init; }

    /// <summary>
    /// File or folder of the training set; for IDX the file with the samples. A folder whose folders are train and test is both sets.
    /// </summary>
    public string? Train { get; init; }

    /// <summary>File or folder of the test set; without it, a part of the training set is held out.</summary>
    public string? Test { get; init; }

    /// <summary>
    /// File or folder of the validation set, on which epochs are evaluated in place of the test set; null for none, or where
    /// <see cref="ValidationShare"/> says it.
    /// </summary>
    public string? Validation { get; init; }

    /// <summary>
    /// Fraction of the training samples, without the test set's, that become the validation set: drawn at random, of every class alike.
    /// </summary>
    public double? ValidationShare { get; init; }

    /// <summary>File of the training labels, where they are apart; null looks beside the samples, by the format's usual name.</summary>
    public string? TrainLabels { get; init; }

    /// <summary>File of the test labels, like <see cref="TrainLabels"/>.</summary>
    public string? TestLabels { get; init; }

    /// <summary>Format of the files.</summary>
    public DataFormat Format { get; init; } = DataFormat.Auto;

    /// <summary>
    /// What the samples of tables and LIBSVM files have as targets; those of other data are classes.
    /// </summary>
    public TargetKind TargetKind { get; init; }

    /// <summary>Where a table has its targets; for <see cref="LabelColumn.None"/> other files have none either.</summary>
    public LabelColumn Label { get; init; } = LabelColumn.Last;

    /// <summary>
    /// The columns of a table that are targets, by name or by number from 1 on: in place of the one that <see cref="Label"/> says, unless
    /// that is none. Classes have one.
    /// </summary>
    public IReadOnlyList<string>? TargetColumns { get; init; }

    /// <summary>Columns of a table that are left out, by name or by number from 1 on.</summary>
    public IReadOnlyList<string>? IgnoredColumns { get; init; }

    /// <summary>The columns of a table that are features, by name or by number from 1 on; null takes all that are no targets.</summary>
    public IReadOnlyList<string>? FeatureColumns { get; init; }

    /// <summary>What becomes of missing values in a table.</summary>
    public MissingValueMode Missing { get; init; }

    /// <summary>Whether columns of words in a table are categories.</summary>
    public bool HasCategories { get; init; } = true;

    /// <summary>The columns that are categories, by name or by number from 1 on; null takes those whose first value is a word.</summary>
    public IReadOnlyList<string>? CategoryColumns { get; init; }

    /// <summary>Whether targets are passed over, whatever they are, in tables and LIBSVM files: to predict needs none.</summary>
    public bool IgnoresTargets { get; init; }

    /// <summary>How the text of tables and LIBSVM files is encoded; null is UTF-8.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>Whether numbers in tables have a comma before their decimals, not a point.</summary>
    public bool HasDecimalComma { get; init; }

    /// <summary>Whether a table's first line names the columns.</summary>
    public TableHeader Header { get; init; } = TableHeader.Auto;

    /// <summary>
    /// Number of the first feature in LIBSVM files, 0 or 1; null tells it from the files: 0 if any of them has a feature 0, else 1.
    /// </summary>
    public int? IndexBase { get; init; }

    /// <summary>Number of features; null takes the highest in the LIBSVM files. Other formats have their own, which must agree.</summary>
    public int? FeatureCount { get; init; }

    /// <summary>Number of classes; null takes those of the training set.</summary>
    public int? ClassCount { get; init; }

    /// <summary>
    /// Fraction of the training samples, drawn at random, that become the test set if there is no other: of every class alike.
    /// </summary>
    public double HoldOut { get; init; } = 0.2;

    /// <summary>Seed of the generators and of the draw of held-out samples.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Sizes of the data set madelon.</summary>
    public MadelonOptions Madelon { get; init; } = new();

    /// <summary>Sizes of the data set planted.</summary>
    public PlantedOptions Planted { get; init; } = new();

    /// <summary>Size that images of a folder are resampled to; null takes them as they are, all of one size.</summary>
    public ImageSize? Resize { get; init; }

    /// <summary>Channels of images of a folder, 1 (grey) or 3; null takes 1 if all training images are grey, else 3.</summary>
    public int? Channels { get; init; }

    /// <summary>How training images are varied where training asks for it; null: as the named set does, or not at all.</summary>
    public ImageAugmentation? Augmentation { get; init; }

    /// <summary>What standardisation does, with the mean and deviation of the training set.</summary>
    public StandardizationMode Standardize { get; init; } = StandardizationMode.Auto;
}
