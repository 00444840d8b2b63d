namespace ActorSparse.Model.Data.Formats.Images;

/// <summary>An image to read.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path from the folder that was given, with slashes; of a single file the path that was given.</param>
/// <param name="Class">The folder that stands for its class; null if that is not known.</param>
internal sealed record ImageFile(string Path, string Name, string? Class);
