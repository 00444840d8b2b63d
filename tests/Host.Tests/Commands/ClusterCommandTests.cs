namespace ActorSparse.Host.Tests.Commands;

public sealed class ClusterCommandTests
{
#if AKKA_OFFICIAL
    [Fact]
    public void Roles_and_options_that_do_not_go_together_are_refused()
    {
        Call.Of("cluster", "captain").AssertRefused("captain", "coordinator, worker or status");
        Call.Of("cluster", "worker").AssertRefused("--join");
        Call.Of("cluster", "worker", "--join", "here").AssertRefused("join is 'here'", "HOST:PORT");
        Call.Of("cluster", "worker", "--join", "here:99999").AssertRefused("HOST:PORT");
        Call.Of("cluster", "worker", "--join", "a b:4053").AssertRefused("'a b'");
        Call.Of("cluster", "worker", "--join", "here:4053", "--epochs", "3").AssertRefused("--epochs", "coordinator");
        Call.Of("cluster", "status", "--join", "here:4053", "--workers", "3").AssertRefused("--workers");
        Call.Of("cluster", "coordinator", "--join", "here:4053", "--recipe", "madelon").AssertRefused("--join");
        Call.Of("cluster", "coordinator", "--mode", "sequential", "--recipe", "madelon").AssertRefused("sequential", "wasap");
        Call.Of("cluster", "coordinator").AssertRefused("recipe");
    }

    [Fact]
    public void An_Akka_configuration_that_is_not_there_is_refused() =>
        Call.Of("cluster", "worker", "--join", "here:4053", "--akka-config", "absent.conf").AssertRefused("absent.conf");
#else
    [Theory]
    [InlineData("coordinator", "--recipe", "fashion-mnist", "--port", "4053", "--min-workers", "2")]
    [InlineData("worker", "--join", "localhost:4053", "--workers", "2")]
    [InlineData("status", "--join", "localhost:4053")]
    public void Without_the_official_packages_it_says_how_to_get_them(params string[] arguments) =>
        Call.Of(["cluster", .. arguments]).AssertRefused("official Akka.NET packages", "AkkaRuntime=official", "docs/cluster.md");
#endif
}
