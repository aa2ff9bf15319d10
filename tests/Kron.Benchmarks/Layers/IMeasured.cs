namespace Kron.Benchmarks.Layers;

/// <summary>What a row of a table is about, with what its figures refer to.</summary>
internal interface IMeasured
{
    /// <summary>How tables call it.</summary>
    string Name { get; }

    /// <summary>Floats of a sample of the input.</summary>
    int Inputs { get; }

    /// <summary>Floats of a sample of the output.</summary>
    int Outputs { get; }

    /// <summary>The smallest m2 of the shape groups, 1 where there are none.</summary>
    int SmallestM2 { get; }

    /// <summary>Multiply-adds per sample.</summary>
    long MultiplyAdds { get; }

    /// <summary>Bytes of the weights.</summary>
    long WeightBytes { get; }
}
