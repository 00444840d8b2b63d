using Akka.Actor;
using Akka.Configuration;

namespace Akka.Conformance.Actors;

/// <summary>Making a system, its name and its configuration.</summary>
public sealed class SystemTests
{
    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("-leading")]
    [InlineData("a/b")]
    public void A_name_that_is_no_host_of_a_path_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => ActorSystem.Create(name));

    [Fact]
    public async Task The_given_configuration_lies_over_the_defaults()
    {
        var system = ActorSystem.Create("system", ConfigurationFactory.ParseString(
            """
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.actor.default-dispatcher.throughput = 7
            mine.number = 42
            """));

        Assert.Equal("system", system.Name);
        Assert.Equal(42, system.Settings.Config.GetInt("mine.number"));
        Assert.Equal(7, system.Settings.Config.GetInt("akka.actor.default-dispatcher.throughput"));
        Assert.Equal("OFF", system.Settings.LogLevel);
        Assert.NotEmpty(system.Settings.Config.GetStringList("akka.loggers"));
        await system.Terminate();
    }

    [Fact]
    public async Task Actors_of_two_systems_talk_by_reference()
    {
        const string quiet = "akka { loglevel = OFF, stdout-loglevel = OFF }";
        var first = ActorSystem.Create("first", quiet);
        var second = ActorSystem.Create("second", quiet);
        var there = second.ActorOf(Support.LambdaActor.Props((message, context) => context.Sender.Tell(message)));
        var here = first.ActorOf(Support.LambdaActor.Props((message, context) => there.Forward(message)));

        Assert.Equal("hello", await here.Ask<string>("hello", TimeSpan.FromSeconds(20)));
        await Task.WhenAll(first.Terminate(), second.Terminate());
    }
}
