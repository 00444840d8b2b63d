using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Numerics;

public sealed class FiniteCheckTests
{
    [Fact]
    public void Every_place_of_every_length_is_looked_at()
    {
        for (var length = 0; length <= 140; length++)
        {
            using var values = new NativeBuffer<float>(length);
            for (var index = 0; index < length; index++) values[index] = index % 2 == 0 ? float.MaxValue : -float.MaxValue;
            Assert.True(FiniteCheck.IsFinite(values));
            for (var index = 0; index < length; index++)
            {
                var kept = values[index];
                foreach (var number in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
                {
                    values[index] = number;
                    Assert.False(FiniteCheck.IsFinite(values), $"{number} at {index} of {length}");
                }
                values[index] = kept;
            }
        }
    }
}
