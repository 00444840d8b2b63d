namespace Akka.Actor;

public static class CancelableExtensions
{
    /// <summary>Cancels it unless it is null.</summary>
    public static void CancelIfNotNull(this ICancelable? cancelable) => cancelable?.Cancel();
}
