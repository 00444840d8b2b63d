using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace ActorSparse.Model.Tests;

public class ArchitectureTests
{
    private const string Root = "ActorSparse.Model";

    private static readonly Architecture s_model = new ArchLoader().LoadAssemblies(typeof(InvalidInputException).Assembly).Build();

    // Sub-folders belong to the folder they are in, which ArchUnitNET's own slices do not know; exceptions, which lie beside the folders,
    // are for all. What else lies there, the entrance for users, counts as one more folder.
    [Fact]
    public void No_two_folders_depend_on_each_other_in_a_cycle()
    {
        var uses = (
            from type in s_model.Types
            from dependency in type.Dependencies
            // Where many generic methods have parameters of one name, ArchUnitNET takes one's for another's.
            where dependency.Target is not GenericParameter
            let use = (From: Folder(type), To: Folder(dependency.Target), Example: $"{type.FullName} -> {dependency.Target.FullName}")
            where use.From != "" && use.To != "" && use.From != use.To
            select use).DistinctBy(use => (use.From, use.To)).ToList();
        // It did look: what builds on everything, and what everything builds on.
        Assert.Contains(uses, use => use is { From: "Coordination", To: "Training" });
        Assert.Contains(uses, use => use is { From: "Sparse", To: "Numerics" });
        Assert.DoesNotContain(uses, use => use.From == "Numerics");
        Assert.Contains(uses, use => use is { From: Root, To: "Coordination" });

        // A folder that uses none of those that are left, or that none of them uses, is in no cycle with them.
        while (uses.RemoveAll(use => uses.TrueForAll(other => other.From != use.To) || uses.TrueForAll(other => other.To != use.From)) > 0)
        {
        }
        Assert.True(uses.Count == 0, $"in a cycle:\n{string.Join('\n', uses.Select(use => use.Example))}");
    }

    // They are there to be compared with, and can go without a trace.
    [Fact]
    public void Nothing_but_the_table_of_rules_knows_the_baselines()
    {
        var users = s_model.Types.Where(type => Folder(type) != "Baselines" && type.Dependencies.Any(use => Folder(use.Target) == "Baselines"));
        // The table's own closures belong to it.
        Assert.All(users, type => Assert.StartsWith("ActorSparse.Model.TopologyRules", type.FullName, StringComparison.Ordinal));
        Assert.NotEmpty(users);
    }

    [Fact]
    public void The_library_knows_neither_actors_nor_the_host_nor_Akka() => Assert.DoesNotContain(
        typeof(InvalidInputException).Assembly.GetReferencedAssemblies(),
        assembly => assembly.Name!.StartsWith("Akka", StringComparison.Ordinal)
            || assembly.Name.StartsWith("ActorSparse", StringComparison.OrdinalIgnoreCase));

    // "Evolution" of ActorSparse.Model.Evolution.Guided; empty for what is of another assembly, or for all.
    private static string Folder(IType type)
    {
        var space = type.Namespace?.FullName ?? "";
        if (space == Root && !type.Name.EndsWith("Exception", StringComparison.Ordinal)) return Root;
        return space.StartsWith(Root + '.', StringComparison.Ordinal) ? space[(Root.Length + 1)..].Split('.')[0] : "";
    }
}
