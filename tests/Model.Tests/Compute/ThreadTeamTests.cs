using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Tests.Compute;

public sealed class ThreadTeamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static TheoryData<int, long> Teams()
    {
        var teams = new TheoryData<int, long>();
        foreach (var size in (int[])[1, 2, 3, 5])
            foreach (var count in (long[])[0, 1, 2, 7, 16, 1000]) teams.Add(size, count);
        return teams;
    }

    [Theory, MemberData(nameof(Teams))]
    public void Every_item_is_computed_once(int size, long count)
    {
        using var team = new ThreadTeam(size);
        for (var round = 0; round < 20; round++)
        {
            var calls = new int[count];
            team.Run((calls, size), count, static (pass, first, end, member) =>
            {
                Assert.InRange(member, 0, pass.size - 1);
                for (var item = first; item < end; item++) Interlocked.Increment(ref pass.calls[item]);
            });
            Assert.All(calls, number => Assert.Equal(1, number));
        }
    }

    // Whoever takes the first item waits until all others are done, of which half were that member's.
    [Fact]
    public void Members_that_are_done_help_one_that_is_slow()
    {
        using var team = new ThreadTeam(2);
        using var others = new CountdownEvent(15);
        team.Run(others, 16, static (others, first, end, _) =>
        {
            for (var item = first; item < end; item++)
            {
                if (item > 0) others.Signal();
                else Assert.True(others.Wait(Patience), "nobody took the items of the member that waits");
            }
        });
    }

    [Fact]
    public void A_failure_of_a_member_is_the_callers()
    {
        using var team = new ThreadTeam(2);
        for (var round = 0; round < 2; round++)
        {
            Assert.Throws<NotSupportedException>(() => team.Run(0, 16, static (_, first, _, _) =>
            {
                if (first == 15) throw new NotSupportedException();
            }));
        }
    }
}
