using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators;

/// <summary>
/// What a node works on: activations and their gradients of one batch, and the parameters of one replica. Made once a node and workspace;
/// parameters, gradients and options change with every pass. Whoever makes it sets the batch of all matrices, the outputs' too, before it
/// is passed.
/// </summary>
internal sealed class OperatorPass
{
    /// <summary>A pass on threads of <paramref name="team"/>.</summary>
    /// <param name="team">The threads.</param>
    /// <param name="kernels">The instruction set.</param>
    /// <param name="inputs">What comes in.</param>
    /// <param name="output">Takes what comes out; for a view it is the input's memory.</param>
    /// <param name="inputDeltas">Take the gradient by each input; null where nobody wants it. Empty where nothing is trained.</param>
    /// <param name="delta">The gradient by the output; null where nothing is trained.</param>
    internal OperatorPass(
        ThreadTeam team, SparseKernels kernels, IReadOnlyList<ActivationMatrix> inputs, ActivationMatrix output,
        IReadOnlyList<ActivationMatrix?> inputDeltas, ActivationMatrix? delta)
    {
        Team = team;
        (Kernels, Inputs, Output, InputDeltas, Delta) = (kernels, inputs, output, inputDeltas, delta!);
    }

    /// <summary>The instruction set.</summary>
    public SparseKernels Kernels { get; }

    /// <summary>What comes in.</summary>
    public IReadOnlyList<ActivationMatrix> Inputs { get; }

    /// <summary>What comes out.</summary>
    public ActivationMatrix Output { get; }

    /// <summary>Takes the gradient by each input; null where nobody wants it.</summary>
    public IReadOnlyList<ActivationMatrix?> InputDeltas { get; }

    /// <summary>Inputs the gradient by which is to be added to what is there, not written, by their numbers; empty for none.</summary>
    internal IReadOnlyList<bool> AddedInputDeltas { get; init; } = [];

    /// <summary>Whether the gradient by input <paramref name="input"/> is to be added to what is there.</summary>
    public bool AddsTo(int input) => AddedInputDeltas.Count > 0 && AddedInputDeltas[input];

    /// <summary>The gradient by the output.</summary>
    public ActivationMatrix Delta { get; }

    /// <summary>Samples of the batch, B.</summary>
    public int Batch => Inputs[0].Batch;

    /// <summary>The threads.</summary>
    internal ThreadTeam Team { get; }

    /// <summary>Number of threads.</summary>
    public int Threads => Team.Size;

    /// <summary>The node's blocks of connections.</summary>
    public IReadOnlyList<SparseBlock> Sparse { get; set; } = [];

    /// <summary>The node's dense blocks, running averages among them.</summary>
    public IReadOnlyList<DenseBlock> Dense { get; set; } = [];

    /// <summary>Take the gradients of <see cref="Sparse"/>.</summary>
    public IReadOnlyList<NativeBuffer<float>> SparseGradients { get; set; } = [];

    /// <summary>Take the gradients of <see cref="Dense"/>, for running averages this batch's value.</summary>
    public IReadOnlyList<NativeBuffer<float>> DenseGradients { get; set; } = [];

    /// <summary>Whether a backward pass may follow, and statistics are those of the batch.</summary>
    public bool IsTraining { get; set; }

    /// <summary>What products read while training, in nodes that have a choice.</summary>
    public FloatFormat Format { get; set; }

    /// <summary>The dropout of training, for nodes that have it.</summary>
    public Dropout Dropout { get; set; } = Dropout.None;

    /// <summary>Calls <paramref name="work"/> once on each thread with the thread's number, from 0 to <see cref="Threads"/> - 1.</summary>
    internal void RunEach<TPass>(TPass pass, Action<TPass, int> work) => Team.Run(pass, work);

    /// <summary>The part of <paramref name="count"/> items that is for thread number <paramref name="member"/>.</summary>
    internal (long First, long End) Share(long count, int member) => Team.Share(count, member);

    /// <summary>
    /// Calls <paramref name="work"/> on all threads with parts of <paramref name="count"/> items: from first to before end. What is computed
    /// for an item must not depend on the parts.
    /// </summary>
    internal void Run<TPass>(TPass pass, long count, Action<TPass, long, long> work) =>
        Team.Run((pass, work), count, static (all, first, end, _) => all.work(all.pass, first, end));
}
