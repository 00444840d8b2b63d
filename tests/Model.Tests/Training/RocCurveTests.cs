using ActorSparse.Model.Training;
using CsCheck;

namespace ActorSparse.Model.Tests.Training;

public sealed class RocCurveTests
{
    [Fact]
    public void The_area_is_the_share_of_pairs_in_the_right_order() =>
        // Few different scores, so that many are equal.
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 2]).Array[2, 60].Sample(samples =>
        {
            float[] scores = [.. samples.Select(sample => sample.Item1 / 8f)];
            int[] labels = [.. samples.Select(sample => sample.Item2)];
            for (var label = 0; label < 3; label++)
            {
                var own = label;
                var pairs = samples.Where(sample => sample.Item2 == own).SelectMany(member => samples.Where(sample => sample.Item2 != own)
                    .Select(other => member.Item1 > other.Item1 ? 1 : member.Item1 < other.Item1 ? 0 : 0.5)).ToList();
                var area = RocCurve.AreaOf(scores, labels, label);
                if (pairs.Count == 0) Assert.Null(area);
                else Assert.Equal(pairs.Average(), area!.Value, 1e-12);
            }
        }, iter: 500, threads: 1);

    [Fact]
    public void A_constant_score_is_chance_and_a_perfect_one_is_one()
    {
        Assert.Equal(0.5, RocCurve.AreaOf([1, 1, 1, 1], [0, 1, 0, 1], 1));
        Assert.Equal(1, RocCurve.AreaOf([0.1f, 0.9f, 0.2f, 0.8f], [0, 1, 0, 1], 1));
        Assert.Equal(0, RocCurve.AreaOf([0.1f, 0.9f, 0.2f, 0.8f], [0, 1, 0, 1], 0));
    }
}
