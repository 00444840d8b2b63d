namespace ActorSparse.Model.Data.Formats.Images;

/// <summary>
/// Finds images: in a folder with one folder for each class, whose images may lie in folders of their own; and, where no classes are needed,
/// in any folder, or one file. Hidden files and what systems leave in folders are passed over. Always in ordinal order of their names.
/// </summary>
internal static class ImageFolder
{
    private static readonly string[] s_extensions = [".png", ".jpg", ".jpeg"];
    private static readonly string[] s_leftBySystems = ["Thumbs.db", "desktop.ini", "__MACOSX", "lost+found"];
    private static readonly string[] s_validationNames = ["validation", "val"];
    private const string TrainName = "train", TestName = "test";

    /// <summary>
    /// The sets of a folder that has the folders train and test, perhaps validation (or val), or train and validation, which is then the test
    /// set, and no others; else null.
    /// </summary>
    internal static (string Train, string Test, string? Validation)? SetsIn(string folder)
    {
        if (!Directory.Exists(folder)) return null;
        var parts = Folders(folder);
        string? Find(params string[] names) => names.Select(name => parts.Find(part => Is(part, name))).FirstOrDefault(part => part is not null);
        var (train, test, validation) = (Find(TrainName), Find(TestName), Find(s_validationNames));
        if (train is null || (test ?? validation) is null || parts.Count > (test is null || validation is null ? 2 : 3)) return null;
        return (Path.Combine(folder, train), Path.Combine(folder, test ?? validation!),
            test is null || validation is null ? null : Path.Combine(folder, validation));
    }

    /// <summary>The images of the class folders of <paramref name="folder"/>, class by class.</summary>
    /// <exception cref="InvalidInputException">It is no such folder.</exception>
    internal static List<ImageFile> FindLabelled(string folder)
    {
        var classes = Folders(folder);
        if (classes.Count == 0) throw new InvalidInputException($"{folder}: has no folders; expected one for each class, with its images");
        if (Files(folder, recursive: false).FirstOrDefault() is { } beside)
            throw new InvalidInputException($"{Path.Combine(folder, beside)}: lies beside the folders of the classes; expected folders only");
        var images = new List<ImageFile>();
        foreach (var name in classes)
        {
            var path = Path.Combine(folder, name);
            var before = images.Count;
            images.AddRange(Files(path, recursive: true).Select(file => Image(path, file, $"{name}/{file}", name)));
            if (images.Count == before) throw new InvalidInputException($"{path}: has no images; expected some of the class '{name}'");
        }
        return images;
    }

    /// <summary>The images of <paramref name="path"/>, a file or a folder, whatever folders they are in.</summary>
    /// <exception cref="InvalidInputException">There are none, or there are other files.</exception>
    internal static List<ImageFile> FindAll(string path)
    {
        if (!Directory.Exists(path)) return [new(path, path, null)];
        List<ImageFile> images = [.. Files(path, recursive: true).Select(file => Image(path, file, file, null))];
        return images.Count > 0 ? images : throw new InvalidInputException($"{path}: has no images; expected PNG or JPEG files");
    }

    /// <summary>Whether <paramref name="folder"/> has folders, which stand for classes.</summary>
    internal static bool HasClasses(string folder) => Directory.Exists(folder) && Folders(folder).Count > 0;

    private static ImageFile Image(string folder, string file, string name, string? className)
    {
        var path = Path.Combine(folder, file);
        return s_extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) ? new(path, name, className)
            : throw new InvalidInputException($"{path}: is no image by its name; expected files that end in {string.Join(", ", s_extensions)}");
    }

    private static List<string> Folders(string folder) => Entries(folder, () => Directory.EnumerateDirectories(folder, "*", Options(false)));

    private static List<string> Files(string folder, bool recursive) =>
        Entries(folder, () => Directory.EnumerateFiles(folder, "*", Options(recursive)));

    // Paths from the folder on, in an order that no system decides.
    private static List<string> Entries(string folder, Func<IEnumerable<string>> enumerate)
    {
        try
        {
            List<string> entries = [.. enumerate().Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
                .Where(name => !name.Split('/').Any(part => s_leftBySystems.Contains(part, StringComparer.OrdinalIgnoreCase)))];
            entries.Sort(StringComparer.Ordinal);
            return entries;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{folder}: cannot be read ({error.Message}); expected a folder of images", error);
        }
    }

    // Hidden and system files are skipped by default.
    private static EnumerationOptions Options(bool recursive) => new() { RecurseSubdirectories = recursive, IgnoreInaccessible = false };

    private static bool Is(string name, string part) => name.Equals(part, StringComparison.OrdinalIgnoreCase);
}
