using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators;

/// <summary>A function of two numbers, as vectors of any width compute it; one of a single number gets that twice.</summary>
internal interface IElementMap
{
    TVector Apply<TIsa, TVector>(TVector a, TVector b) where TIsa : struct, IVectorIsa<TVector> where TVector : struct;
}
