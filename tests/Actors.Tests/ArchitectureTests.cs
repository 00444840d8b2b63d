namespace ActorSparse.Actors.Tests;

public class ArchitectureTests
{
    [Fact]
    public void Actors_know_the_model_library_and_not_the_host()
    {
        string[] ours = [.. typeof(WorkerActor).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!)
            .Where(name => name.StartsWith("ActorSparse", StringComparison.OrdinalIgnoreCase))];
        Assert.Equal(["ActorSparse.Model"], ours);
    }
}
