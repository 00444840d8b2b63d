namespace ActorSparse.Model.Data;

/// <summary>Files and classes of Fashion-MNIST (Xiao, Rasul, Vollgraf, arXiv 1708.07747).</summary>
internal static class FashionMnistFiles
{
    internal const string Remedy =
        "run eng/fetch-data.sh fashion-mnist, install Debian's package dataset-fashion-mnist, " +
        "or name the folder of the four IDX files with --data-dir";

    /// <summary>Training samples, training labels, test samples, test labels.</summary>
    internal static readonly string[] Files =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>The classes, as the authors name them.</summary>
    internal static readonly string[] ClassNames =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
}
