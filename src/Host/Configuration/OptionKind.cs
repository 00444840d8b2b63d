namespace ActorSparse.Host.Configuration;

/// <summary>What kind of value an option takes.</summary>
internal enum OptionKind
{
    /// <summary>Any text, checked by whoever uses it.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A finite number.</summary>
    Number,

    /// <summary>true or false; without a value true.</summary>
    Flag,

    /// <summary>One of a few words.</summary>
    Choice,
}
