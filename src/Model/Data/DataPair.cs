using System.Security.Cryptography;
using System.Text;

namespace ActorSparse.Model.Data;

/// <summary>
/// A training set and the test set that belongs to it, and perhaps a validation set: same features, same classes, standardised alike. Owns
/// them.
/// </summary>
public sealed record DataPair(Dataset Train, Dataset Test) : IDisposable
{
    /// <summary>What epochs are evaluated on in place of the test set; null for none.</summary>
    public Dataset? Validation { get; init; }

    /// <summary>What epochs are evaluated on: the validation set, or else the test set.</summary>
    public Dataset Evaluated => Validation ?? Test;

    /// <summary>What the user should know of how they were made, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// SHA-256 (64 hexadecimal digits) of all samples that decide how training goes: those trained on, and with them the validation samples
    /// if there are some.
    /// </summary>
    internal static string HashOf(Dataset train, Dataset? validation) => validation is null ? train.ContentHash
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(train.ContentHash + validation.ContentHash)));

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
        Validation?.Dispose();
    }
}
