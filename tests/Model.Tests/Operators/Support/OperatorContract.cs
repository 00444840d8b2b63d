using System.Runtime.InteropServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Onnx;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Tests.Onnx;

namespace ActorSparse.Model.Tests.Operators.Support;

/// <summary>What every operator must do, for the cases that a class of tests has.</summary>
public abstract class OperatorContract
{
    private protected abstract IEnumerable<OperatorCase> Cases { get; }

    private IEnumerable<OperatorCase> AllCases => Cases.SelectMany(test => test.InMemory());

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(3, 4)]
    [InlineData(17, 40)]
    public void Outputs_and_all_gradients_are_those_of_the_definition_in_every_instruction_set(int batch, int capacity)
    {
        foreach (var test in AllCases)
        {
            Reference? reference = null;
            foreach (var kernels in SparseKernels.Available)
            {
                using var run = new OperatorRun(test, batch, capacity, kernels.Name);
                var data = run.Oracle();
                var before = test.Spec.IsView ? OperatorRun.Samples(run.Delta) : null;
                var delta = run.Train();
                reference ??= new(test, data, before ?? delta);
                reference.Compare(run, $"{test}, batch {batch}, {kernels}");
                run.AssertPaddingIsZero();
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 40)]
    [InlineData(65, 65)]
    public void Results_are_the_same_bits_on_any_number_of_threads(int batch, int capacity)
    {
        foreach (var test in AllCases)
        {
            foreach (var kernels in new[] { SparseKernels.Available[0], SparseKernels.Available[^1] })
            {
                byte[]? expected = null;
                foreach (var threads in new[] { 1, 2, 3, 5 })
                {
                    using var run = new OperatorRun(test, batch, capacity, kernels.Name, threads);
                    run.Train();
                    expected ??= run.Bits();
                    Assert.True(expected.AsSpan().SequenceEqual(run.Bits()), $"{test}, batch {batch}, {kernels}, {threads} threads");
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ONNX_Runtime_computes_the_same_of_what_is_exported(bool isSparse)
    {
        foreach (var test in Cases)
        {
            using var run = new OperatorRun(test, 5, 5, "");
            float[][][] inputs = [.. run.Inputs.Select(OperatorRun.Samples)];
            run.Pass.IsTraining = false;
            run.Operator.Forward(run.Pass);
            string[] names = [.. inputs.Select((_, index) => $"x{index}")];
            var graph = new OnnxGraph(isSparse) { Prefix = "node" };
            foreach (var name in names) graph.Proto.Input.Add(OnnxRun.Floats(name));
            var node = new OnnxNode(
                graph, new("node", test.Spec, [.. names.Select((_, index) => index)]), names, test.Shapes, test.Output, run.Sparse, run.Dense);
            var output = OnnxOperators.Add(node);
            if (test.Rectifier is { } rectifier) output = OnnxOperators.Add(node with { Node = new("next", rectifier, [0]), Inputs = [output] });
            using var model = new OnnxRun(graph, output);
            var actual = model.Run([.. names.Select((name, index) => (name, Flat(inputs[index]), Sides(test.Shapes[index])))]);
            var expected = Flat(OperatorRun.Samples(run.Output));
            Assert.Equal(expected.Length, actual.Length);
            foreach (var (value, computed) in expected.Zip(actual))
                Assert.True(Math.Abs(value - computed) < 1e-4 * (1 + Math.Abs(value)), $"{test}: {computed}, not {value}");
        }

        static float[] Flat(float[][] samples) => [.. samples.SelectMany(sample => sample)];

        static int[] Sides(TensorShape shape) => shape.IsVector ? [5, shape.Channels] : [5, shape.Channels, shape.Height, shape.Width];
    }

    [Fact]
    public void Candidates_get_the_bits_that_they_get_once_they_are_there()
    {
        foreach (var test in AllCases.Where(test => test.Spec.Blocks("node", test.Shapes).Any(block => block.IsSparse)))
        {
            foreach (var kernels in SparseKernels.Available)
            {
                using var run = new OperatorRun(test, 17, 40, kernels.Name);
                run.Train();
                for (var block = 0; block < run.Sparse.Count; block++)
                {
                    using var all = OperatorRun.Full(run.Sparse[block].Topology.InputCount, run.Sparse[block].Topology.OutputCount);
                    using var candidates = new NativeBuffer<float>(all.ConnectionCount);
                    run.Operator.Differentiate(run.Pass, block, all, candidates);
                    var present = OperatorRun.Spread(run.Sparse[block].Topology, run.SparseGradients[block].Span);
                    for (var row = 0; row < all.OutputCount; row++)
                        foreach (var column in run.Sparse[block].Topology.Row(row))
                            Assert.Equal(present[row * all.InputCount + column], candidates[row * all.InputCount + column]);
                    using var full = new OperatorRun(test, 17, 40, kernels.Name);
                    full.FillConnections(block);
                    var delta = full.Train();
                    Assert.Equal(full.SparseGradients[block].Span.ToArray(), candidates.Span.ToArray());
                    // And an operator that has worked with other connections goes on with these.
                    for (var sample = 0; sample < delta.Length; sample++)
                        for (var neuron = 0; neuron < delta[sample].Length; neuron++) run.Delta[neuron, sample] = delta[sample][neuron];
                    run.FillConnections(block);
                    run.Train();
                    Assert.Equal(full.Bits(), run.Bits());
                }
            }
        }
    }

    // Sums are linear in the signs: with one term at a time they are that term's factors.
    [Fact]
    public void Products_of_the_terms_that_guide_growth_add_up_to_the_gradients()
    {
        foreach (var test in AllCases.Where(test => test.Spec.Blocks("node", test.Shapes).Any(block => block.IsSparse)))
        {
            using var run = new OperatorRun(test, 3, 4, "");
            run.Train();
            for (var block = 0; block < run.Sparse.Count; block++)
            {
                var topology = run.Sparse[block].Topology;
                using var all = OperatorRun.Full(topology.InputCount, topology.OutputCount);
                using var gradients = new NativeBuffer<float>(all.ConnectionCount);
                run.Operator.Differentiate(run.Pass, block, all, gradients);
                double[] inputs = new double[topology.InputCount], outputs = new double[topology.OutputCount];
                double[] inputMagnitudes = new double[inputs.Length], outputMagnitudes = new double[outputs.Length];
                var products = new double[all.ConnectionCount];
                var signs = new float[run.Operator.TermsPerGradient(run.Pass)];
                for (var term = 0; term < signs.Length; term++)
                {
                    signs[term] = 1;
                    run.Operator.SumTerms(run.Pass, block, signs, inputs, outputs);
                    signs[term] = 0;
                    for (var position = 0; position < products.Length; position++)
                        products[position] += outputs[position / inputs.Length] * inputs[position % inputs.Length];
                    for (var input = 0; input < inputs.Length; input++) inputMagnitudes[input] += Math.Abs(inputs[input]);
                    for (var output = 0; output < outputs.Length; output++) outputMagnitudes[output] += Math.Abs(outputs[output]);
                }
                for (var position = 0; position < products.Length; position++)
                    Assert.Equal(gradients[position], products[position], 1e-4 * (1 + Math.Abs(products[position])));
                run.Operator.SumTerms(run.Pass, block, [], inputs, outputs);
                for (var input = 0; input < inputs.Length; input++) Assert.Equal(inputMagnitudes[input], inputs[input], 1e-9);
                for (var output = 0; output < outputs.Length; output++) Assert.Equal(outputMagnitudes[output], outputs[output], 1e-9);
            }
        }
    }

    [Fact]
    public void Gradients_by_parameters_do_not_need_those_by_the_input()
    {
        foreach (var test in AllCases.Where(test => !test.Spec.IsView))
        {
            using var with = new OperatorRun(test, 17, 40, "");
            using var without = new OperatorRun(test, 17, 40, "", withInputDeltas: false);
            with.Train();
            without.Train();
            foreach (var (expected, gradients) in with.SparseGradients.Concat(with.DenseGradients)
                .Zip(without.SparseGradients.Concat(without.DenseGradients)))
                Assert.True(MemoryMarshal.AsBytes(expected.Span).SequenceEqual(MemoryMarshal.AsBytes(gradients.Span)), test.ToString());
        }
    }

    [Fact]
    public void Gradients_by_the_input_can_be_added_to_what_is_there()
    {
        foreach (var test in AllCases.Where(test => test.Spec.CanAddToInputDelta))
        {
            foreach (var kernels in SparseKernels.Available)
            {
                using var written = new OperatorRun(test, 17, 40, kernels.Name);
                using var added = new OperatorRun(test, 17, 40, kernels.Name, isAdded: true);
                written.Train();
                var before = OperatorRun.Samples(added.InputDeltas[0]!);
                Assert.Contains(before, sample => sample.Any(value => value != 0));
                added.Train();
                var after = OperatorRun.Samples(added.InputDeltas[0]!);
                var expected = OperatorRun.Samples(written.InputDeltas[0]!);
                for (var sample = 0; sample < after.Length; sample++)
                    for (var index = 0; index < after[sample].Length; index++)
                        Assert.Equal(before[sample][index] + expected[sample][index], after[sample][index], 2e-5);
                added.AssertPaddingIsZero();
            }
        }
    }

    [Fact]
    public void A_pass_allocates_nothing_once_its_buffers_are_there()
    {
        foreach (var test in AllCases)
        {
            using var run = new OperatorRun(test, 3, 4, "");
            run.Train();
            run.Train();
            // The runtime, too, allocates on this thread now and then, such as when it has compiled a method anew: not in every round.
            var allocated = Enumerable.Range(0, 5).Min(_ =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var step = 0; step < 10; step++)
                {
                    run.Operator.Forward(run.Pass);
                    run.Operator.Backward(run.Pass);
                }
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });
            Assert.True(allocated == 0, $"{test} allocates {allocated} bytes");
        }
    }

    [Fact]
    public void A_smaller_batch_after_a_larger_one_is_computed_as_if_it_were_the_first()
    {
        foreach (var test in AllCases)
        {
            using var used = new OperatorRun(test, 33, 40, "");
            using var fresh = new OperatorRun(test, 2, 40, "");
            used.Train();
            foreach (var matrix in used.Inputs.Concat(used.InputDeltas).Append(used.Output).Append(used.Delta)) matrix!.SetBatch(2);
            foreach (var (from, to) in fresh.Inputs.Append(fresh.Delta).Zip(used.Inputs.Append(used.Delta)))
                for (var neuron = 0; neuron < from.Neurons; neuron++)
                    for (var sample = 0; sample < from.Batch; sample++) to[neuron, sample] = from[neuron, sample];
            used.Train();
            fresh.Train();
            Assert.True(fresh.Bits().AsSpan().SequenceEqual(used.Bits()), test.ToString());
            used.AssertPaddingIsZero();
        }
    }

    [Fact]
    public void Options_make_the_same_node_again()
    {
        foreach (var test in AllCases) Assert.Equal(test.Spec, OperatorTable.Create(test.Spec.Kind, test.Spec.Options));
    }
}
