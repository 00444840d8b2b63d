using System.Reflection;
using ActorSparse.Actors;
using ActorSparse.Model;
using PublicApiGenerator;

namespace ActorSparse.Library.Tests;

/// <summary>What users of the packages can see stands in PublicApi/*.txt, so that nobody changes it unawares.</summary>
public class PublicApiTests
{
    private const int ShownMax = 40;

    [Fact]
    public void Model() => Check(typeof(Trainer).Assembly);

    [Fact]
    public void Actors() => Check(typeof(DistributedTrainer).Assembly);

    private static void Check(Assembly assembly)
    {
        var name = assembly.GetName().Name + ".txt";
        var (approved, now) = (Path.Combine(AppContext.BaseDirectory, "PublicApi", name), Path.Combine(AppContext.BaseDirectory, name));
        File.WriteAllText(now, assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n"));
        var (before, after) = (File.Exists(approved) ? File.ReadAllLines(approved) : [], File.ReadAllLines(now));
        if (before.SequenceEqual(after)) return;
        var gone = before.Except(after).Select(line => "- " + line.Trim());
        var come = after.Except(before).Select(line => "+ " + line.Trim());
        Assert.Fail($"the public surface of {name} changed:\n{string.Join('\n', gone.Concat(come).Take(ShownMax))}\n"
            + $"If it should: cp {now} tests/Library.Tests/PublicApi/");
    }
}
