// libtorch's random generator and default settings belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
