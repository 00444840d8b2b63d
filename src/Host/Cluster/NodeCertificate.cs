using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorSparse.Model;
using Akka.Configuration;

namespace ActorSparse.Host.Cluster;

/// <summary>
/// What can be told of a node's TLS settings before it talks to anybody. Akka.NET ends the actor system of whoever dials a node that has
/// the wrong certificate, so that one such node would trouble all others.
/// </summary>
internal static class NodeCertificate
{
    private const string Tcp = NodeConfiguration.Tcp;
    private const string TrustedVariable = "SSL_CERT_FILE";
    private const string PathSetting = $"{Tcp}.ssl.certificate.path";

    /// <summary>Checks this node's certificate, if there is to be TLS.</summary>
    /// <exception cref="InvalidInputException">It is not what the settings ask for.</exception>
    public static void Check(Config config)
    {
        if (!config.GetBoolean($"{Tcp}.enable-ssl", false)) return;
        // Without a word .NET would trust nobody.
        if (Environment.GetEnvironmentVariable(TrustedVariable) is { Length: > 0 } trusted && !File.Exists(trusted))
            throw new InvalidInputException($"{TrustedVariable} is {trusted}, which is not there; expected the authority's certificate");
        if (config.GetBoolean($"{Tcp}.ssl.certificate.use-thumbprint-over-file", false)) return;
        using var certificate = Load(config);
        var path = config.GetString(PathSetting);
        if (DateTime.Now < certificate.NotBefore || DateTime.Now > certificate.NotAfter)
            throw new InvalidInputException(
                $"{path}: expected a certificate that holds today; this one holds from {certificate.NotBefore:yyyy-MM-dd} to "
                + $"{certificate.NotAfter:yyyy-MM-dd}");
        var name = config.GetString($"{Tcp}.public-hostname", "") is { Length: > 0 } host ? host : config.GetString($"{Tcp}.hostname", "");
        if (config.GetBoolean($"{Tcp}.ssl.validate-certificate-hostname", false) && !Names(certificate, name))
            throw new InvalidInputException(
                $"{path}: the certificate does not name {name}; expected the name under which others reach this node (--host)");
    }

    private static X509Certificate2 Load(Config config)
    {
        var path = config.GetString(PathSetting, "");
        if (path.Length == 0)
            throw new InvalidInputException($"TLS: {PathSetting} is missing; expected the file of this node's certificate");
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(path, config.GetString($"{Tcp}.ssl.certificate.password", ""));
            if (certificate.HasPrivateKey) return certificate;
            certificate.Dispose();
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path}: {error.Message.ReplaceLineEndings(" ")} (the certificate of {PathSetting})", error);
        }
        throw new InvalidInputException($"{path}: the certificate has no private key; expected both in one PKCS #12 file");
    }

    private static bool Names(X509Certificate2 certificate, string host)
    {
        try
        {
            return certificate.MatchesHostname(host.Trim('[', ']'));
        }
        catch (ArgumentException)
        {
            return false; // no name that a certificate could have
        }
    }
}
