using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>The block <c>akka.test</c> of a system.</summary>
public class TestKitSettings : IExtension
{
    /// <param name="config">The block <c>akka.test</c>.</param>
    public TestKitSettings(Config config)
    {
        DefaultTimeout = config.GetTimeSpan("default-timeout", null, allowInfinite: false);
        SingleExpectDefault = config.GetTimeSpan("single-expect-default", null, allowInfinite: false);
        TestEventFilterLeeway = config.GetTimeSpan("filter-leeway", null, allowInfinite: false);
        TestTimeFactor = config.GetDouble("timefactor");
        if (TestTimeFactor <= 0)
        {
            throw new ConfigurationException($"akka.test.timefactor: expected a positive number, found {TestTimeFactor}");
        }
    }

    /// <summary>How long latches, barriers and the making of children may take.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long an expectation waits where neither it nor a Within block says.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long an event filter waits for log events after the action has ended.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>What all times that a test states are multiplied with, for slow machines.</summary>
    public double TestTimeFactor { get; }
}
