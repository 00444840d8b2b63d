namespace ActorSparse.Model.Data.Formats;

/// <summary>Element type of an IDX file: the third byte of its magic number.</summary>
internal enum IdxElement : byte
{
    UInt8 = 0x08,
    Int8 = 0x09,
    Int16 = 0x0B,
    Int32 = 0x0C,
    Single = 0x0D,
    Double = 0x0E,
}
