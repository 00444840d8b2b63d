namespace Akka.TestKit;

/// <summary>Lets threads wait until a number of them has arrived.</summary>
public class TestBarrier(TestKitBase testKit, int count, TimeSpan? defaultTimeout = null)
{
    private readonly Barrier _barrier = new(count);

    public void Await() => Await(testKit.Dilated(defaultTimeout ?? testKit.TestKitSettings.DefaultTimeout));

    /// <exception cref="TimeoutException">The others have not arrived in time.</exception>
    public void Await(TimeSpan timeout)
    {
        if (!_barrier.SignalAndWait(timeout))
        {
            throw new TimeoutException($"Timeout of {timeout} while waiting for {_barrier.ParticipantsRemaining} of {count} threads");
        }
    }
}
