// The actors under test have threads of their own; on a small machine two tests at once would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
