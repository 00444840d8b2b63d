using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Extensions;

/// <summary>Extensions: one instance per system.</summary>
public sealed class ExtensionTests : ConformanceTest
{
    [Fact]
    public void A_system_has_one_instance_of_an_extension()
    {
        var first = Sys.WithExtension<Registry, RegistryProvider>();

        Assert.Same(first, Sys.WithExtension<Registry, RegistryProvider>());
        Assert.Same(first, new RegistryProvider().Get(Sys));
        Assert.Same(first, Sys.GetExtension<Registry>());
        Assert.True(Sys.HasExtension<Registry>());
        Assert.Same(Sys, first.System);
    }

    [Fact]
    public async Task Threads_that_race_for_an_extension_get_the_same_one()
    {
        for (var round = 0; round < 20; round++)
        {
            var system = ActorSystem.Create("race", "akka.stdout-loglevel = OFF");
            var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new RegistryProvider().Apply(system))));

            Assert.Single(made.Distinct());
            await system.Terminate();
        }
    }

    [Fact]
    public async Task Different_systems_have_different_instances()
    {
        var other = ActorSystem.Create("other", "akka.stdout-loglevel = OFF");

        Assert.NotSame(new RegistryProvider().Apply(Sys), new RegistryProvider().Apply(other));
        await other.Terminate();
    }

    [Fact]
    public async Task Extensions_named_in_the_configuration_are_loaded_at_start()
    {
        var system = ActorSystem.Create(
            "configured",
            $$"""akka { stdout-loglevel = OFF, extensions = ["{{typeof(RegistryProvider).AssemblyQualifiedName}}"] }""");

        Assert.True(system.HasExtension<Registry>());
        Assert.False(Sys.HasExtension<Registry>());
        await system.Terminate();
    }

    private sealed class Registry(ExtendedActorSystem system) : IExtension
    {
        public ActorSystem System { get; } = system;
    }

    private sealed class RegistryProvider : ExtensionIdProvider<Registry>
    {
        public override Registry CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
