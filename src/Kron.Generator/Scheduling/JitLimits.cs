namespace Kron.Generator.Scheduling;

/// <summary>Sizes beyond which RyuJIT silently stops optimising a method (measured; docs/architecture.md).</summary>
internal static class JitLimits
{
    /// <summary>Named locals; past 1024 tracked ones everything spills, and inlining stops earlier.</summary>
    public const int Locals = 400;

    /// <summary>Vector multiply-adds in one body.</summary>
    public const int MultiplyAdds = 512;

    /// <summary>Bytes of IL.</summary>
    public const int IlBytes = 12 * 1024;

    /// <summary>Vector operations up to which a whole pass in one body beats calling tiles.</summary>
    public const int StraightLineOperations = 640;
}
