// libtorch's random state, number of threads and inference mode belong to the process or the thread; tests that set them must not overlap.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
