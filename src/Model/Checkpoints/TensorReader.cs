using System.Security.Cryptography;
using ActorSparse.Model.Numerics;
using Microsoft.Win32.SafeHandles;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// Reads the named tensors and texts of a file that holds a network. Every error is one line with the file's name and what was expected.
/// </summary>
internal abstract unsafe class TensorReader(string path) : IDisposable
{
    /// <summary>The file's path.</summary>
    public string Path { get; } = path;

    /// <summary>The texts that go with the tensors.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Names of the tensors.</summary>
    public abstract IReadOnlyCollection<string> TensorNames { get; }

    /// <summary>Opens <paramref name="path"/>, a safetensors or an NPZ file by its first bytes.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it is in neither format.</exception>
    public static TensorReader Open(string path)
    {
        Span<byte> start = stackalloc byte[2];
        using (var file = OpenHandle(path))
            if (RandomAccess.Read(file, start, 0) < start.Length)
                throw new InvalidInputException($"{path}: has no content; expected a checkpoint or an export");
        return start.SequenceEqual("PK"u8) ? new NpzReader(path) : new SafetensorsReader(path);
    }

    /// <summary>Compares the content with the checksum in the metadata.</summary>
    /// <exception cref="InvalidInputException">There is no checksum, or it differs.</exception>
    public abstract void VerifyChecksum();

    /// <summary>Number of elements of the one-dimensional tensor <paramref name="name"/>.</summary>
    public abstract long LengthOf(string name);

    /// <summary>Reads a tensor of floats; all must be finite.</summary>
    public NativeBuffer<float> ReadFloats(string name, long length)
    {
        var buffer = Read<float>(name, TensorElement.F32, length);
        try
        {
            CheckFinite(name, buffer);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor of floats, as many as <paramref name="target"/> has, to there; all must be finite.</summary>
    public void ReadFloats(string name, NativeBuffer<float> target)
    {
        ReadTo(name, TensorElement.F32, target);
        CheckFinite(name, target);
    }

    /// <summary>Reads a tensor of 32-bit integers.</summary>
    public NativeBuffer<int> ReadIntegers(string name, long length) => Read<int>(name, TensorElement.I32, length);

    /// <summary>Reads a tensor of bytes.</summary>
    public NativeBuffer<byte> ReadBytes(string name, long length) => Read<byte>(name, TensorElement.U8, length);

    /// <summary>The error that <paramref name="what"/> is wrong with this file.</summary>
    public InvalidInputException Fail(string what) => new($"{Path}: {what}");

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Reads a tensor that must have this type and length; memory is taken only if it has.</summary>
    private protected abstract NativeBuffer<T> Read<T>(string name, TensorElement element, long length) where T : unmanaged;

    /// <summary>The same to memory that is there.</summary>
    private protected virtual void ReadTo<T>(string name, TensorElement element, NativeBuffer<T> target) where T : unmanaged
    {
        using var buffer = Read<T>(name, element, target.Length);
        target.CopyFrom(buffer);
    }

    private void CheckFinite(string name, NativeBuffer<float> values)
    {
        if (FiniteCheck.IsFinite(values)) return;
        long index = 0;
        while (float.IsFinite(values.Pointer[index])) index++;
        throw Fail(FormattableString.Invariant($"'{name}' holds {values.Pointer[index]} at {index}; expected finite values"));
    }

    /// <summary>Opens a file to be read.</summary>
    private protected static SafeFileHandle OpenHandle(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path}: cannot be opened ({error.Message}); expected a checkpoint or an export", error);
        }
    }

    private protected void CheckChecksum(IncrementalHash hash, string expected)
    {
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != expected)
            throw Fail("is damaged: its content does not have the checksum that it states");
    }

    private protected InvalidInputException NoTensor(string name) => Fail($"has no tensor '{name}'");

    private protected void CheckLength(string name, long actual, long expected)
    {
        if (actual != expected) throw Fail($"'{name}' has {actual} elements; expected {expected}");
    }
}
