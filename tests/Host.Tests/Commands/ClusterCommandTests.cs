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
        Call.Of("cluster", "worker", "--join", "a:4053,b:4053").AssertRefused("a:4053,b:4053", "three or more");
        Call.Of("cluster", "worker", "--join", "a:4053,b:4053,a:4053").AssertRefused("different");
        Call.Of("cluster", "worker", "--join", "a:4053,b,c:4053").AssertRefused("HOST:PORT");
        Call.Of("cluster", "coordinator", "--mode", "sequential", "--recipe", "madelon").AssertRefused("sequential", "wasap");
        Call.Of("cluster", "coordinator").AssertRefused("recipe");
    }

    [Fact]
    public void A_coordinator_that_stands_by_names_all_that_do_and_itself()
    {
        string[] call = ["cluster", "coordinator", "--recipe", "madelon", "--join"];
        Call.Of([.. call, "127.0.0.1:4053"]).AssertRefused("--join 127.0.0.1:4053", "three or more");
        Call.Of([.. call, "a:4053,b:4053,c:4053"]).AssertRefused("this node is 127.0.0.1:4053", "--host");
        Call.Of([.. call, "127.0.0.1:4053,b:4053,c:4053", "--resume"]).AssertRefused("--resume", "continued if there is one");
    }

    [Fact]
    public void TLS_that_cannot_authenticate_both_sides_is_refused_unless_that_is_said()
    {
        using var folder = new TemporaryFolder();
        const string Section = "akka.remote.dot-netty.tcp";
        File.WriteAllText(folder.At("tls.conf"), $"{Section}.enable-ssl = true");
        File.WriteAllText(folder.At("one-way.conf"), $"{Section} {{ enable-ssl = true, ssl.require-mutual-authentication = false }}");
        string[] call = ["cluster", "worker", "--join", "not a host:4053", "--akka-config"];
        var oneWay = Call.Of([.. call, folder.At("one-way.conf")]);
        oneWay.AssertRefused("'not a host'");
        if (typeof(Akka.Remote.RemoteSettings).Assembly.GetName().Version < new Version(1, 5, 53))
            Call.Of([.. call, folder.At("tls.conf")]).AssertRefused("TLS", "1.5.53", "require-mutual-authentication = false");
        else
            Assert.Equal(oneWay, Call.Of([.. call, folder.At("tls.conf")]));
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
