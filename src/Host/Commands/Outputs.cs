using ActorSparse.Model;

namespace ActorSparse.Host.Commands;

/// <summary>Rules for the files that commands write.</summary>
internal static class Outputs
{
    /// <summary>Refuses to write over <paramref name="path"/> unless <paramref name="force"/> allows it.</summary>
    /// <exception cref="InvalidInputException">There is such a file, or its folder does not exist.</exception>
    public static void CheckNew(string path, bool force)
    {
        if (Directory.Exists(path)) throw new InvalidInputException($"{path}: is a folder; expected a file to write");
        if (File.Exists(path) && !force)
            throw new InvalidInputException($"{path}: exists already; replace it with --force, or choose another --out");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder)) throw new InvalidInputException($"{path}: its folder does not exist");
    }

    /// <summary>A file beside <paramref name="path"/>: its name with <paramref name="suffix"/>, and the extension of what is written.</summary>
    public static string Beside(string path, string suffix, string extension = "safetensors") =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}{suffix}.{extension}");
}
