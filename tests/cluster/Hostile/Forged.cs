namespace ActorSparse.Hostile;

/// <summary>Bytes that claim to be written by a serializer.</summary>
/// <param name="SerializerId">Number of that serializer.</param>
/// <param name="Manifest">What the bytes claim to be.</param>
/// <param name="Bytes">The bytes.</param>
public sealed record Forged(int SerializerId, string Manifest, byte[] Bytes);
