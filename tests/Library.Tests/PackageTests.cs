using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;

namespace ActorSparse.Library.Tests;

public sealed class PackageTests : IDisposable
{
    private static readonly string s_root = Root();

    // The folder of an artifact has the name of its configuration.
    private static readonly string s_configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Packages_have_what_they_should_and_the_tool_trains()
    {
        Run("dotnet", "pack", Path.Combine(s_root, "ActorSparse.sln"), "-c", s_configuration, "--no-build", "-o", _folder.Root, "--nologo", "-v", "quiet");
        var packages = Directory.GetFiles(_folder.Root, "*.nupkg").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToList();
        var version = packages[0]["ActorSparse.Actors.".Length..^".nupkg".Length];
        Assert.Equal([$"ActorSparse.Actors.{version}.nupkg", $"ActorSparse.Model.{version}.nupkg", $"actorsparse.{version}.nupkg"], packages);
        CheckLibrary("ActorSparse.Actors", version);
        CheckLibrary("ActorSparse.Model", version);
        var tool = CheckEntries(
            $"actorsparse.{version}.nupkg", "README.md", "LICENSE", "tools/net10.0/any/actorsparse.dll", "tools/net10.0/any/hocon/laptop.conf",
            "tools/net10.0/any/runtimes/linux-x64/native/libSkiaSharp.so", "tools/net10.0/any/runtimes/win-x64/native/libSkiaSharp.dll");
        Assert.DoesNotContain(tool, entry => entry.EndsWith("libSkiaSharp.pdb", StringComparison.Ordinal));

        Run("dotnet", "tool", "install", "actorsparse", "--version", version, "--tool-path", _folder.At("tool"), "--source", _folder.Root);
        var samples = _folder.WriteSamples("samples.csv", 60);
        var output = Run(_folder.At("tool", "actorsparse"), "train", "--train", samples, "--layers", "2-20-2", "--epochs", "20", "--out", _folder.At("run"));
        Assert.Contains("finished: test accuracy", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At("run", "report.html")));
    }

    private void CheckLibrary(string name, string version)
    {
        CheckEntries($"{name}.{version}.nupkg", "README.md", "LICENSE", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml");
        CheckEntries($"{name}.{version}.snupkg", $"lib/net10.0/{name}.pdb");
        using var package = ZipFile.OpenRead(_folder.At($"{name}.{version}.nupkg"));
        using var reader = new StreamReader(package.GetEntry(name + ".nuspec")!.Open());
        var text = reader.ReadToEnd();
        foreach (var part in (string[])["<license type=\"expression\">Apache-2.0<", "<readme>README.md<", "<tags>sparse ", "<description>Trains "])
            Assert.Contains(part, text, StringComparison.Ordinal);
        if (s_configuration != "release" || !Path.Exists(Path.Combine(s_root, ".git"))) return;

        // The same from whatever folder it was built in.
        using var symbols = ZipFile.OpenRead(_folder.At($"{name}.{version}.snupkg"));
        using var pdb = new MemoryStream();
        using (var stream = symbols.GetEntry($"lib/net10.0/{name}.pdb")!.Open()) stream.CopyTo(pdb);
        pdb.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(pdb);
        var metadata = provider.GetMetadataReader();
        Assert.All(metadata.Documents, document =>
            Assert.StartsWith("/_/", metadata.GetString(metadata.GetDocument(document).Name), StringComparison.Ordinal));
    }

    private HashSet<string> CheckEntries(string package, params string[] expected)
    {
        using var archive = ZipFile.OpenRead(_folder.At(package));
        HashSet<string> entries = [.. archive.Entries.Select(entry => entry.FullName)];
        Assert.All(expected, entry => Assert.Contains(entry, entries));
        return entries;
    }

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{output}{error.Result}");
        return output;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ActorSparse.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
