using System.IO.Compression;

namespace ActorSparse.Model.Data.Formats.NumPy;

/// <summary>NumPy's NPZ files: a zip archive with a file in NPY format for each array.</summary>
internal static class NpzArchive
{
    private const long ExpansionMax = 1032; // of Deflate

    /// <summary>Opens the archive in <paramref name="file"/>, which stays open.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    internal static ZipArchive Open(string path, FileStream file)
    {
        try
        {
            var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            _ = archive.Entries;
            return archive;
        }
        catch (InvalidDataException error)
        {
            throw new InvalidInputException($"{path}: is damaged or truncated ({error.Message}); expected an NPZ file", error);
        }
    }

    /// <summary>Reads an array, whose sides are at least <paramref name="minSide"/>.</summary>
    /// <exception cref="InvalidInputException">It is none, or damaged.</exception>
    internal static T ReadArray<T>(string path, ZipArchiveEntry entry, Func<NpyArray, T> read, int minSide = 1) =>
        Read(path, entry, stream => read(new(stream, entry.Length, $"{path}, {entry.FullName}", minSide)));

    /// <summary>Reads the content of <paramref name="entry"/>.</summary>
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    internal static T Read<T>(string path, ZipArchiveEntry entry, Func<Stream, T> read)
    {
        var name = $"{path}, {entry.FullName}";
        if (entry.Length / ExpansionMax > entry.CompressedLength) throw new InvalidInputException($"{name}: is damaged: too long for what it holds");
        try
        {
            using var stream = entry.Open();
            return read(stream);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidInputException($"{name}: is damaged ({error.Message}); expected an array in NPY format", error);
        }
    }
}
