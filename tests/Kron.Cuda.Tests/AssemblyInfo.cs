using Xunit;

// The stand-in has one state in the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
