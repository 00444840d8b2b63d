using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Tests.Compute;

public sealed class SparseKernelsTests
{
    [Fact]
    public void The_scalar_reference_is_always_available_and_last()
    {
        Assert.Equal("scalar", SparseKernels.Available[^1].Name);
        Assert.Equal(SparseKernels.Available.Count, SparseKernels.Available.Select(kernels => kernels.Name).Distinct().Count());
    }

    [Fact]
    public void A_variant_is_found_by_name_and_the_best_one_without()
    {
        foreach (var kernels in SparseKernels.Available) Assert.Same(kernels, SparseKernels.Named(kernels.Name));
        Assert.Same(SparseKernels.Available[0], SparseKernels.Named(null));
        Assert.Same(SparseKernels.Available[0], SparseKernels.Named(""));
    }

    [Fact]
    public void An_unknown_variant_gets_one_line_that_names_the_choices()
    {
        var error = Assert.Throws<InvalidInputException>(() => SparseKernels.Named("avx1024"));
        Assert.StartsWith("avx1024: expected one of ", error.Message, StringComparison.Ordinal);
        Assert.Contains("scalar", error.Message, StringComparison.Ordinal);
    }
}
