// Each test is several processes that compute.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
