using ActorSparse.Model.Graph;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators;

namespace ActorSparse.Model.Compute;

/// <summary>
/// What one batch leaves behind on its way through a network: what every node puts out and, once it trains, the gradient by that. Any
/// replica of the same shape can use it, one at a time.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private readonly ActivationPlan _plan;
    private readonly Operator[] _operators;
    private readonly ActivationMatrix[] _activations;
    private readonly ActivationMatrix?[] _deltas;
    private readonly List<ActivationMatrix> _apart = [];
    private OperatorPass[] _passes = [];
    private (ThreadTeam? Team, SparseKernels? Kernels) _passesFor;
    private int _groupLanes = SparseKernels.Best.GroupLanes;
    private bool _hasDeltas;

    /// <summary>Room for batches of up to <paramref name="batchCapacity"/> samples.</summary>
    /// <param name="spec">What the network computes.</param>
    /// <param name="batchCapacity">Largest batch, in samples.</param>
    /// <param name="keepsDeltas">Whether <see cref="Delta"/> stays, by which topologies evolve; if not it is less room.</param>
    public Workspace(NetworkSpec spec, int batchCapacity, bool keepsDeltas = true)
    {
        ArgumentNullException.ThrowIfNull(spec);
        (BatchCapacity, KeepsDeltas) = (batchCapacity, keepsDeltas);
        Graph = spec.ToGraph();
        _plan = new(Graph, keepsDeltas);
        (_activations, _deltas) = (new ActivationMatrix[Graph.Shapes.Count], new ActivationMatrix?[Graph.Shapes.Count]);
        for (var item = 0; item < _activations.Length; item++)
        {
            var memory = _plan.ActivationOf(item);
            _activations[item] = memory == item ? Matrix(item) : _activations[memory];
        }
        _operators = _plan.CreateOperators(batchCapacity);
        Normalizers = new(2L * Input.Stride);
    }

    /// <summary>What the network computes.</summary>
    public GraphSpec Graph { get; }

    /// <summary>Largest batch, in samples.</summary>
    public int BatchCapacity { get; }

    /// <summary>Whether <see cref="Delta"/> of nodes with connections stays until the next backward pass.</summary>
    public bool KeepsDeltas { get; }

    /// <summary>Samples of the present batch, B: what <see cref="Input"/> was filled with.</summary>
    public int Batch => Input.Batch;

    /// <summary>The batch, n0 x B: fill it before a forward pass.</summary>
    public ActivationMatrix Input => _activations[0];

    /// <summary>The network's answer, nL x B.</summary>
    public ActivationMatrix Output => _activations[^1];

    /// <summary>
    /// The input, then what every node puts out: in a chain item l is what goes into layer l (L + 1 items). Of those that no backward pass
    /// reads several may be one matrix, with what the last of them left.
    /// </summary>
    public IReadOnlyList<ActivationMatrix> Activations => _activations;

    /// <summary>
    /// Gradient of the mean batch loss by what node <paramref name="node"/> computes before its activation (n_out x B), as the last backward
    /// pass left it: it holds the factor 1 / B already. Only those of nodes with connections are sure to stay, if any is
    /// (<see cref="KeepsDeltas"/>).
    /// </summary>
    public ActivationMatrix Delta(int node) => DeltaOf(node + 1);

    /// <summary>Bytes held.</summary>
    public long Bytes =>
        Normalizers.Bytes + _activations.Distinct().Sum(matrix => matrix.Bytes) + _deltas.Sum(delta => delta?.Bytes ?? 0)
        + _apart.Sum(matrix => matrix.Bytes) + _operators.Sum(node => node.Bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        Normalizers.Dispose();
        foreach (var matrix in _activations.Distinct()) matrix.Dispose();
        foreach (var delta in _deltas) delta?.Dispose();
        foreach (var matrix in _apart) matrix.Dispose();
        foreach (var node in _operators) node.Dispose();
    }

    /// <summary>
    /// For a softmax output the largest z of every sample, then the sum of exp(z - largest): the loss is exact with them.
    /// </summary>
    internal NativeBuffer<float> Normalizers { get; }

    /// <summary>What computes each node.</summary>
    internal IReadOnlyList<Operator> Operators => _operators;

    /// <summary>What products read while training, in nodes that have a choice.</summary>
    internal FloatFormat Format { get; set; }

    /// <summary>Whether the last forward pass kept what a backward pass needs.</summary>
    internal bool IsTrainingPass { get; set; }

    /// <summary>
    /// For each node what is to be added to what after its backward pass: of several nodes that share an input, the first in a backward pass
    /// writes the gradient by it, and the others add to it or, where they cannot, write to matrices apart.
    /// </summary>
    internal IReadOnlyList<(ActivationMatrix From, ActivationMatrix To)[]> Joins { get; private set; } = [];

    /// <summary>What each node works on, all of it set to the batch of the input.</summary>
    internal IReadOnlyList<OperatorPass> Passes(ThreadTeam team, SparseKernels kernels, bool isTraining)
    {
        if (_passesFor != (team, kernels) || (isTraining && !_hasDeltas))
        {
            if (_groupLanes != kernels.GroupLanes) Regroup(kernels.GroupLanes);
            _passes = Connect(team, kernels, isTraining);
            (_passesFor, _hasDeltas) = ((team, kernels), isTraining);
        }
        for (var index = 1; index < _activations.Length; index++) _activations[index].SetBatch(Batch);
        for (var index = 0; isTraining && index < _deltas.Length; index++) _deltas[index]?.SetBatch(Batch);
        foreach (var matrix in _apart) matrix.SetBatch(Batch);
        return _passes;
    }

    // Kernels of another width than the matrices were made for: only what is in groups differs, and neither input nor output is.
    private void Regroup(int lanes)
    {
        _groupLanes = lanes;
        for (var item = 0; item < _activations.Length; item++)
        {
            var memory = _plan.ActivationOf(item);
            if (memory != item) _activations[item] = _activations[memory];
            else if (_plan.IsGrouped(item)) Replace(ref _activations[item], Matrix(item));
        }
        for (var item = 0; item < _deltas.Length; item++)
            if (_deltas[item] is not null && _plan.IsGrouped(item)) Replace(ref _deltas[item]!, Matrix(item));
        foreach (var matrix in _apart) matrix.Dispose();
        _apart.Clear();
    }

    private static void Replace(ref ActivationMatrix matrix, ActivationMatrix by)
    {
        matrix.Dispose();
        matrix = by;
    }

    private OperatorPass[] Connect(ThreadTeam team, SparseKernels kernels, bool isTraining)
    {
        var passes = new OperatorPass[_operators.Length];
        var joins = new (ActivationMatrix From, ActivationMatrix To)[passes.Length][];
        var isWritten = new bool[_activations.Length];
        for (var index = passes.Length - 1; index >= 0; index--)
        {
            var node = Graph.Nodes[index];
            var inputDeltas = new ActivationMatrix?[node.Inputs.Count];
            var added = new bool[node.Inputs.Count];
            joins[index] = isTraining && !_plan.IsAlias(index) ? ConnectBack(index, inputDeltas, added, isWritten) : [];
            ActivationMatrix[] inputs = [.. node.Inputs.Select(source => _activations[source])];
            passes[index] = new(
                team, kernels, inputs, _activations[index + 1], inputDeltas, isTraining ? DeltaOf(index + 1) : null)
            {
                AddedInputDeltas = added,
            };
            Graph.Blocks[index].Prepare(passes[index]);
        }
        if (isTraining) Joins = joins;
        return passes;
    }

    private (ActivationMatrix From, ActivationMatrix To)[] ConnectBack(
        int node, ActivationMatrix?[] inputDeltas, bool[] added, bool[] isWritten)
    {
        var sources = Graph.Nodes[node].Inputs;
        var joins = new List<(ActivationMatrix From, ActivationMatrix To)>();
        for (var input = 0; input < inputDeltas.Length; input++)
        {
            if (!_plan.IsTrained(sources[input])) continue;
            var root = _plan.RootOf(sources[input]);
            var delta = inputDeltas[input] = DeltaOf(root);
            if (!isWritten[root])
            {
                isWritten[root] = true;
                continue;
            }
            added[input] = Graph.Nodes[node].Operator.CanAddToInputDelta;
            if (added[input]) continue;
            var apart = _apart.Find(matrix =>
                matrix.Neurons == delta.Neurons && matrix.GroupLanes == delta.GroupLanes && !inputDeltas.Contains(matrix));
            if (apart is null) _apart.Add(apart = new(delta.Neurons, BatchCapacity, delta.GroupLanes));
            inputDeltas[input] = apart;
            joins.Add((apart, delta));
        }
        return [.. joins];
    }

    private ActivationMatrix DeltaOf(int item) => _deltas[_plan.DeltaOf(item)] ??= Matrix(_plan.DeltaOf(item));

    private ActivationMatrix Matrix(int item) =>
        new(Graph.Shapes[_plan.RootOf(item)].Count, BatchCapacity, _plan.IsGrouped(item) ? _groupLanes : 0);
}
