using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// The arithmetic of sparse layers in one instruction set. Every method works on a range of neurons, so that threads can share a layer, and
/// what it computes for a neuron or a connection does not depend on the range.
/// </summary>
internal abstract unsafe class SparseKernels
{
    /// <summary>The environment variable that forces a variant, by <see cref="Name"/>.</summary>
    public const string EnvironmentVariable = "ACTORSPARSE_KERNELS";

    private static readonly SparseKernels[] s_all = FindAvailable();

    /// <summary>Every variant that this processor can run, best first; the scalar reference is always there.</summary>
    public static IReadOnlyList<SparseKernels> Available => s_all;

    /// <summary>The variant that <see cref="EnvironmentVariable"/> names, or the best one.</summary>
    /// <exception cref="InvalidInputException">The variable names no variant that this processor can run.</exception>
    public static SparseKernels Best => Named(Environment.GetEnvironmentVariable(EnvironmentVariable), EnvironmentVariable + "=");

    /// <summary>Short name: "512", "256", "128" or "scalar".</summary>
    public abstract string Name { get; }

    /// <summary>The variant called <paramref name="name"/>; the best one if that is null or empty.</summary>
    /// <exception cref="InvalidInputException">No variant of that name runs on this processor.</exception>
    public static SparseKernels Named(string? name) => Named(name, "");

    private static SparseKernels Named(string? name, string source)
    {
        if (string.IsNullOrEmpty(name)) return s_all[0];
        return Array.Find(s_all, kernels => kernels.Name == name) ?? throw new InvalidInputException(
            $"{source}{name}: expected one of {string.Join(", ", s_all.Select(kernels => kernels.Name))} on this processor");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>
    /// First position in the ascending <paramref name="columns"/> from low to high - 1 that is not below <paramref name="column"/>.
    /// </summary>
    private protected static int LowerBound(int* columns, int low, int high, int column)
    {
        while (low < high)
        {
            var middle = (int)(((long)low + high) >> 1);
            if (columns[middle] < column) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static SparseKernels[] FindAvailable()
    {
        var scalar = new ScalarKernels();
        SparseKernels narrower = new SingleSampleKernels(scalar);
        var kernels = new List<SparseKernels> { scalar };
        if (Isa128.IsSupported) kernels.Insert(0, narrower = new Vector128Kernels(narrower));
        if (Isa256.IsSupported) kernels.Insert(0, narrower = new Vector256Kernels(narrower));
        if (Isa512.IsSupported) kernels.Insert(0, new Vector512Kernels(narrower));
        return [.. kernels];
    }

    /// <summary>These kernels, or the widest narrower ones whose vectors fill rows of <paramref name="stride"/> floats.</summary>
    internal virtual SparseKernels ForStride(int stride) => this;

    /// <summary>Samples of a group where activations are in groups (<see cref="ActivationMatrix"/>): one vector.</summary>
    internal virtual int GroupLanes => 8;

    /// <summary>Runs <paramref name="pass"/> in this instruction set.</summary>
    internal abstract void Dispatch<TPass>(in TPass pass) where TPass : struct, IVectorPass;

    /// <summary>z = W x + b for the rows (output neurons) <paramref name="first"/> to <paramref name="end"/> - 1.</summary>
    internal abstract void Forward(
        SparseBlock weights, DenseBlock biases, ActivationMatrix input, ActivationMatrix output, int first, int end);

    /// <summary>
    /// The gradient of every connection of the rows (output neurons) <paramref name="first"/> to <paramref name="end"/> - 1: dW = dZ X'.
    /// </summary>
    internal abstract void Differentiate(
        Topology topology, ActivationMatrix input, ActivationMatrix delta, float* gradients, int first, int end);

    /// <summary>The gradient by the columns (input neurons) <paramref name="first"/> to <paramref name="end"/> - 1: dX = W' dZ.</summary>
    internal abstract void Propagate(
        SparseBlock weights, TransposedIndex index, ActivationMatrix delta, ActivationMatrix inputDelta, int first, int end);

    /// <summary>
    /// Both in one walk over the index: for the columns (input neurons) <paramref name="first"/> to <paramref name="end"/> - 1 the gradient
    /// of their connections, and dX. Same bits as one after the other, with one gather of dZ for both.
    /// </summary>
    internal abstract void DifferentiateAndPropagate(
        SparseBlock weights, TransposedIndex index, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta,
        float* gradients, int first, int end);

    /// <summary>
    /// Both in one pass and without an index: for the columns <paramref name="first"/> to <paramref name="end"/> - 1 of all rows the
    /// gradient of the connections, and dX.
    /// </summary>
    internal abstract void DifferentiateAndPropagate(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, float* gradients,
        int first, int end);

    /// <summary>Whether these kernels have the products of <see cref="HalfActivations"/> for matrices like <paramref name="matrix"/>.</summary>
    internal virtual bool CanHalve(ActivationMatrix matrix) => false;

    /// <summary>
    /// Rounds the samples of neurons <paramref name="first"/> to <paramref name="end"/> - 1 to 16 bits, with nothing beyond the batch.
    /// </summary>
    internal virtual void Halve(ActivationMatrix matrix, HalfActivations target, int first, int end) => throw NoHalves();

    /// <summary>z = W x + b, as above, of samples in 16 bits.</summary>
    internal virtual void Forward(
        SparseBlock weights, DenseBlock biases, HalfActivations input, ActivationMatrix output, int first, int end) => throw NoHalves();

    /// <summary>dW = dZ X', as above, of samples in 16 bits.</summary>
    internal virtual void Differentiate(
        Topology topology, HalfActivations input, HalfActivations delta, float* gradients, int first, int end) => throw NoHalves();

    /// <summary>Both gradients over the index, as above, of samples in 16 bits.</summary>
    internal virtual void DifferentiateAndPropagate(
        SparseBlock weights, TransposedIndex index, HalfActivations input, HalfActivations delta, ActivationMatrix inputDelta,
        float* gradients, int first, int end) => throw NoHalves();

    private NotSupportedException NoHalves() => new($"{this} kernels have no products of samples in 16 bits");

    /// <summary>Whether <see cref="PropagateAndStep"/> and <see cref="Step"/> are there: for rows of one sample.</summary>
    internal virtual bool CanStepAtOnce => false;

    /// <summary>
    /// For one sample, whose gradient by a connection is the product of two numbers: dX of the columns <paramref name="first"/> to
    /// <paramref name="end"/> - 1, and a step of momentum SGD for their connections in all rows, as soon as these have had their part in dX.
    /// The bits are those of both gradients in one pass and an update.
    /// </summary>
    internal virtual void PropagateAndStep(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, in SgdStep step,
        int first, int end) => throw new NotSupportedException("the kernels for one sample step at once");

    /// <summary>
    /// The same where nobody wants dX: a step for the connections of the rows <paramref name="first"/> to <paramref name="end"/> - 1.
    /// </summary>
    internal virtual void Step(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, in SgdStep step, int first, int end) =>
        throw new NotSupportedException("the kernels for one sample step at once");

    /// <summary>
    /// z becomes f(z), with dropout if it is active, for neurons <paramref name="first"/> to <paramref name="end"/> - 1; the two planes,
    /// where given, take what <see cref="MultiplyByDerivative"/> needs.
    /// </summary>
    internal abstract void Activate(
        in NeuronFunction function, ActivationMatrix activations, BitPlane? positive, BitPlane? kept, int first, int end);

    /// <summary>
    /// Multiplies the gradient by the activation by the derivative of <see cref="Activate"/>, which gives the gradient by z.
    /// </summary>
    internal abstract void MultiplyByDerivative(
        in NeuronFunction function, ActivationMatrix activations, BitPlane? positive, BitPlane? kept, ActivationMatrix delta,
        int first, int end);

    /// <summary>
    /// softmax over the neurons for every sample; <paramref name="largest"/> and <paramref name="sums"/> (B each) take the largest z and
    /// the sum of exp(z - largest).
    /// </summary>
    internal abstract void Softmax(ActivationMatrix logits, ActivationMatrix output, float* largest, float* sums);

    /// <summary>
    /// The sum over the batch for neurons <paramref name="first"/> to <paramref name="end"/> - 1: the gradient of their biases.
    /// </summary>
    internal abstract void SumSamples(ActivationMatrix delta, float* sums, int first, int end);

    /// <summary>One step of momentum SGD for <paramref name="count"/> parameters.</summary>
    internal abstract void Update(float* values, float* velocities, float* gradients, long count, in SgdStep step);

    /// <summary>One step of AdamW for <paramref name="count"/> parameters; velocities are the means of the gradients.</summary>
    internal abstract void Update(
        float* values, float* velocities, float* secondMoments, float* gradients, long count, in AdamStep step);

    /// <summary>Adds <paramref name="factor"/> times <paramref name="source"/> to <paramref name="target"/>.</summary>
    internal virtual void AddScaled(float* target, float* source, float factor, long count)
    {
        for (long index = 0; index < count; index++) target[index] += factor * source[index];
    }

    /// <summary>Writes values + <paramref name="horizon"/> * velocities to <paramref name="ahead"/>.</summary>
    internal virtual void LookAhead(float* ahead, float* values, float* velocities, float horizon, long count)
    {
        for (long index = 0; index < count; index++) ahead[index] = values[index] + horizon * velocities[index];
    }

    /// <summary>
    /// Writes values - rate * m / (sqrt(c*q) + e) to <paramref name="ahead"/>, as a step of AdamW without gradient and decay.
    /// </summary>
    internal virtual void LookAhead(
        float* ahead, float* values, float* means, float* secondMoments, long count, in AdamStep step)
    {
        for (long index = 0; index < count; index++)
            ahead[index] = values[index]
                - step.Rate * means[index] / (MathF.Sqrt(secondMoments[index] * step.SecondMomentScale) + step.Epsilon);
    }
}
