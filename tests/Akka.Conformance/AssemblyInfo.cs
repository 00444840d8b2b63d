// The actors of one test share the thread pool with nobody else's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
