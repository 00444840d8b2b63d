using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.Serialization;
using Hyperion;

namespace ActorSparse.Actors.Serialization;

/// <summary>
/// Small records of numbers and texts as bytes, by Hyperion. Nothing in the bytes says what they are: the manifest beside them does, and
/// each field is read as the type it is declared with.
/// </summary>
/// <remarks>
/// Left to itself Hyperion reads a type, or that of an array and its length, from the bytes, and its filter of types does not stand before
/// arrays: six bytes are enough to have a gigabyte set aside. So it is never asked to find out what comes.
/// </remarks>
internal static class HyperionCodec
{
    private const int BytesMax = 4096;

    // Should a type ever be looked for by name after all: the empty filter allows none.
    private static readonly Serializer s_hyperion = new(new SerializerOptions(
        versionTolerance: false, preserveObjectReferences: false, surrogates: null, serializerFactories: null, knownTypes: null,
        ignoreISerializable: true, packageNameOverrides: null, disallowUnsafeTypes: true, typeFilter: TypeFilterBuilder.Create().Build()));

    /// <summary>A record of at most so many bytes.</summary>
    /// <exception cref="ArgumentException">A field is neither a number nor a text.</exception>
    public static MessageCodec For<T>(string manifest, int bytesMax = BytesMax) where T : class
    {
        // For a field of any other type, an enum too, Hyperion would ask the bytes what they are.
        if (typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .FirstOrDefault(field => !field.FieldType.IsPrimitive && field.FieldType != typeof(string)) is { } strange)
            throw new ArgumentException($"{typeof(T)}: {strange.Name} is neither a number nor a text");
        var fields = s_hyperion.GetSerializerByType(typeof(T));
        var check = Check(typeof(T));
        return MessageCodec.For<T>(
            manifest,
            (writer, message) =>
            {
                using var bytes = new MemoryStream();
                fields.WriteValue(bytes, message, s_hyperion.GetSerializerSession());
                if (bytes.Length > bytesMax) throw TooLarge(bytes.Length);
                writer.Raw(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            },
            reader =>
            {
                if (reader.Left > bytesMax) throw TooLarge(reader.Left);
                var bytes = new byte[reader.Left];
                reader.Raw(bytes);
                using var arrived = new Arrived(bytes);
                var message = (T)fields.ReadValue(arrived, s_hyperion.GetDeserializerSession());
                if (arrived.Position < arrived.Length)
                    throw new SerializationException($"{typeof(T).Name} is damaged: bytes are left over");
                check(message);
                return message;
            });

        SerializationException TooLarge(long count) => new($"{typeof(T).Name} of {count} bytes; expected at most {bytesMax}");
    }

    // Hyperion calls no constructor and knows nothing of what the declaration rules out: a text that is missing, a value that an enum does
    // not have.
    private static Action<object> Check(Type type)
    {
        var nullability = new NullabilityInfoContext();
        var properties = type.GetProperties();
        PropertyInfo[] texts = [.. properties.Where(property =>
            property.PropertyType == typeof(string) && nullability.Create(property).ReadState == NullabilityState.NotNull)];
        PropertyInfo[] enums = [.. properties.Where(property => property.PropertyType.IsEnum)];
        return message =>
        {
            if (Array.Find(texts, text => text.GetValue(message) is null) is { } missing)
                throw new SerializationException($"{type.Name} is damaged: no {missing.Name}");
            if (Array.Find(enums, property => !Enum.IsDefined(property.PropertyType, property.GetValue(message)!)) is { } unknown)
                throw new SerializationException($"{type.Name} is damaged: no such {unknown.Name}");
        };
    }

    /// <summary>
    /// The bytes of a message. Hyperion sets memory aside for a text of whatever length the bytes claim and looks for the text afterwards:
    /// here the claim is checked when it is read.
    /// </summary>
    private sealed class Arrived(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        // Before the length of a longer text; shorter ones have a length of one byte. No other byte of a message has this value.
        private const byte LengthFollows = 255;

        private bool _lengthFollows;

        public override int ReadByte()
        {
            var value = base.ReadByte();
            if (value < 0) throw new EndOfStreamException("bytes are missing");
            _lengthFollows = value == LengthFollows;
            return value;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, count);
            if (_lengthFollows && BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(offset)) is var claimed
                && claimed > Length - Position)
                throw new InvalidDataException($"a text of {claimed} bytes, where {Length - Position} are left");
            _lengthFollows = false;
            return read;
        }
    }
}
