namespace ActorSparse.Model.Networks;

/// <summary>How the connections that a network begins with are spread over its sparse blocks.</summary>
public enum ConnectionDistribution
{
    /// <summary>By inputs + outputs of a block, a convolution's inputs being channels x kernel^2 (Mocanu et al. 2018; gse specification,
    /// section 1).</summary>
    ErdosRenyi,

    /// <summary>By channels in + channels out + height + width of the kernels (ERK; Evci et al. 2020): larger convolutions are sparser.</summary>
    ErdosRenyiKernel,

    /// <summary>By the possible connections: all blocks have one density.</summary>
    Uniform,
}
