using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Xunit.Sdk;

namespace Akka.Conformance.TestKits;

public sealed class EventFilterTests()
    : global::Akka.TestKit.Xunit2.TestKit("akka { loglevel = DEBUG, stdout-loglevel = OFF, test.filter-leeway = 10s }")
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Each_level_has_its_filter()
    {
        EventFilter.Debug("a debug line").ExpectOne(() => Log.Debug("a {0} line", "debug"));
        EventFilter.Info(start: "an info").ExpectOne(() => Log.Info("an info line"));
        EventFilter.Warning(contains: "warning").ExpectOne(() => Log.Warning("a warning line"));
        EventFilter.Error(new Regex("^an .* line$")).ExpectOne(() => Log.Error("an error line"));
    }

    [Fact]
    public void Exceptions_are_found_by_type_and_text()
    {
        EventFilter.Exception<InvalidOperationException>().ExpectOne(
            () => Log.Error(new InvalidOperationException("inner"), "outer"));
        EventFilter.Exception<InvalidOperationException>("inner").ExpectOne(
            () => Log.Error(new InvalidOperationException("inner"), "outer"));
        EventFilter.Exception<Exception>(contains: "out").ExpectOne(
            () => Log.Error(new InvalidOperationException("inner"), "outer"));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Exception<ArgumentException>().ExpectOne(
            Short, () => Log.Error(new InvalidOperationException("inner"), "outer")));
    }

    [Fact]
    public async Task Asynchronous_actions_are_awaited()
    {
        await EventFilter.Info("async").ExpectOneAsync(async () =>
        {
            await Task.Yield();
            Log.Info("async");
        });
    }

    [Fact]
    public void The_number_of_events_must_be_right()
    {
        EventFilter.Info().Expect(3, () => LogInfo(3));
        EventFilter.Warning().Expect(0, Short, () => LogInfo(1));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info().Expect(2, Short, () => LogInfo(1)));
    }

    [Fact]
    public void The_source_can_be_the_path_of_an_actor()
    {
        var actor = Sys.ActorOf(Props.Create(() => new LoggingActor()), "logging");

        EventFilter.Info("hello", source: actor.Path.ToString()).ExpectOne(() => actor.Tell("hello"));
        EventFilter.Info("hello", source: "/user/other").Expect(0, Short, () => actor.Tell("hello"));
    }

    [Fact]
    public void Dead_letters_have_a_filter()
    {
        EventFilter.DeadLetter<string>(text => text == "lost").ExpectOne(() => Sys.DeadLetters.Tell("lost"));
        EventFilter.DeadLetter<int>().ExpectOne(() => Sys.DeadLetters.Tell(5));
        Assert.ThrowsAny<XunitException>(() => EventFilter.DeadLetter<int>().ExpectOne(Short, () => Sys.DeadLetters.Tell("lost")));
    }

    [Fact]
    public void A_failing_actor_is_found_by_its_exception()
    {
        var actor = Sys.ActorOf(Props.Create(() => new LoggingActor()));

        EventFilter.Exception<InvalidOperationException>("no numbers").ExpectOne(() => actor.Tell(5));
    }

    [Fact]
    public void Filters_combine_and_mute()
    {
        EventFilter.Info("one").And.Warning("two").Expect(2, () =>
        {
            Log.Info("one");
            Log.Warning("two");
            Log.Warning("three");
        });

        Assert.Equal(5, EventFilter.Warning().Mute(() => 5));
        using (EventFilter.Warning().Mute())
        {
            Log.Warning("nobody sees this");
        }
    }

    private void LogInfo(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Log.Info("line");
        }
    }

    private sealed class LoggingActor : UntypedActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        protected override void OnReceive(object message)
        {
            if (message is int)
            {
                throw new InvalidOperationException("no numbers");
            }

            _log.Info("{0}", message);
        }
    }
}
