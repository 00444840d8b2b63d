using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorSparse.Host.Tests.Commands;

public sealed class ClusterCommandTests
{
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
    public void A_certificate_that_would_trouble_other_nodes_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Certificate(folder, "10.0.0.2");
        File.WriteAllText(folder.At("text.pfx"), "no certificate");
        CallWithTls(folder, Tls("", "secret")).AssertRefused("certificate.path is missing");
        CallWithTls(folder, Tls(folder.At("absent.pfx"), "secret")).AssertRefused("absent.pfx", "certificate.path");
        CallWithTls(folder, Tls(folder.At("text.pfx"), "secret")).AssertRefused("text.pfx", "certificate.path");
        CallWithTls(folder, Tls(path, "wrong")).AssertRefused(path, "certificate.path");
        CallWithTls(folder, Tls(Certificate(folder, "10.0.0.2", withKey: false), "secret")).AssertRefused("no private key");
        CallWithTls(folder, Tls(Certificate(folder, "127.0.0.1", years: 10), "secret")).AssertRefused("holds today", "1980");
        CallWithTls(folder, Tls(path, "secret")).AssertRefused(path, "does not name 127.0.0.1", "--host");
        CallWithTls(folder, Tls(path, "secret"), "--host", "10.0.0.3").AssertRefused(path, "does not name 10.0.0.3");
        CallWithTls(folder, Tls(path, "secret"), "--host", "10.0.0.2").AssertRefused("'not a host'");
        CallWithTls(folder, Tls(path, "secret") + "public-hostname = 10.0.0.2\n").AssertRefused("'not a host'");
    }

    private static string Tls(string path, string password) =>
        $"ssl {{ validate-certificate-hostname = true, certificate {{ path = \"{path}\", password = {password} }} }}\n";

    // What comes after the check of the settings fails, so that no node starts.
    private static Call CallWithTls(TemporaryFolder folder, string settings, params string[] options)
    {
        var file = folder.At("tls.conf");
        File.WriteAllText(file, $"akka.remote.dot-netty.tcp {{\nenable-ssl = true\n{settings}}}");
        return Call.Of(["cluster", "worker", "--join", "not a host:4053", "--akka-config", file, .. options]);
    }

    private static string Certificate(TemporaryFolder folder, string address, bool withKey = true, int years = 200)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(years));
        using var bare = X509CertificateLoader.LoadCertificate(certificate.RawData);
        var path = folder.At($"{address}-{withKey}-{years}.pfx");
        File.WriteAllBytes(path, (withKey ? certificate : bare).Export(X509ContentType.Pkcs12, "secret"));
        return path;
    }

    [Fact]
    public void An_Akka_configuration_that_is_not_there_is_refused() =>
        Call.Of("cluster", "worker", "--join", "here:4053", "--akka-config", "absent.conf").AssertRefused("absent.conf");

    [Fact]
    public void An_Akka_configuration_with_a_brace_that_is_never_closed_is_refused()
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("unfinished.conf");
        File.WriteAllText(file, "akka {");
        Call.Of("cluster", "worker", "--join", "here:4053", "--akka-config", file).AssertRefused(file, "'akka' has nothing in its braces");
    }
}
