using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorSparse.Cluster.Tests;

/// <summary>Nodes that talk over TLS with the settings of hocon/tls.conf, and strangers.</summary>
public sealed class TlsTests
{
    private const int Epochs = 6;

    [Fact]
    public void Only_nodes_with_a_certificate_of_the_authority_take_part() => TestCluster.Run(cluster =>
    {
        var (ours, others) = (Settings(cluster, "ours"), Settings(cluster, "others"));
        cluster.Environment["SSL_CERT_DIR"] = cluster.Folder.At("nothing");
        cluster.Environment["SSL_CERT_FILE"] = cluster.Folder.At("absent.pem");
        var (exitCode, _, error) = cluster.Worker("--akka-config", ours).Finish();
        Assert.Equal((2, true), (exitCode, error.StartsWith("actorsparse: SSL_CERT_FILE is ", StringComparison.Ordinal)));
        cluster.Environment["SSL_CERT_FILE"] = cluster.Folder.At("ours.pem");
        var coordinator = cluster.Coordinator(Epochs, "--akka-config", ours);
        var first = cluster.Worker("--akka-config", ours);
        first.WaitFor("waiting for more workers: 1 of 2");
        // Without TLS; trusting ours with a certificate that we do not trust; and trusting others.
        var (withoutTls, withAnotherCertificate) = (cluster.Worker(), cluster.Worker("--akka-config", others));
        cluster.Environment["SSL_CERT_FILE"] = cluster.Folder.At("others.pem");
        HostProcess[] strangers = [withoutTls, withAnotherCertificate, cluster.Worker("--akka-config", others)];
        foreach (var stranger in strangers) stranger.WaitFor("no answer from a coordinator|TLS handshake failed");

        // Strangers try on while the run goes to its end.
        cluster.Environment["SSL_CERT_FILE"] = cluster.Folder.At("ours.pem");
        cluster.AssertExact(Epochs, coordinator, first, cluster.Worker("--akka-config", ours));
        Assert.DoesNotContain(strangers, stranger => stranger.HasSaid("takes part"));
    });

    // hocon/tls.conf with the certificate of a node of an authority made here, NAME.pem.
    private static string Settings(TestCluster cluster, string name)
    {
        var (begin, end) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        using var authority = request.CreateSelfSigned(begin, end);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using var signed = request.Create(authority, begin, end.AddHours(-1), [1]);
        using var certificate = signed.CopyWithPrivateKey(key);

        File.WriteAllText(cluster.Folder.At($"{name}.pem"), authority.ExportCertificatePem());
        File.WriteAllBytes(cluster.Folder.At($"{name}.pfx"), certificate.Export(X509ContentType.Pkcs12, "changeit"));
        var settings = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "tls.conf"));
        return cluster.Folder.Write($"{name}.conf", settings.Replace("/etc/actorsparse/node.pfx", cluster.Folder.At($"{name}.pfx")));
    }
}
