using System;

namespace Kron.Decomposition;

/// <summary>The most that candidates may cost.</summary>
internal readonly record struct SearchLimits(long Parameters, long MultiplyAdds, double Error, int Rank)
{
    public static SearchLimits Of(SearchOptions options, long dense)
    {
        bool unlimited = options.MaxParameters is null && options.MaxMultiplyAdds is null && options.MaxError is null;
        return new SearchLimits(
            unlimited ? dense / 2 : Math.Min(options.MaxParameters ?? dense, dense - 1),
            options.MaxMultiplyAdds ?? dense - 1,
            options.MaxError ?? double.PositiveInfinity,
            options.MaxRank);
    }

    /// <summary>The most products of a shape that are within the limits; 0 when one is beyond them.</summary>
    public int MaxRank(SearchShape shape) =>
        (int)Math.Min(Math.Min(Parameters / shape.Parameters, MultiplyAdds / shape.MultiplyAdds), Math.Min(Rank, shape.Short));

    /// <summary>What is left beside groups that a candidate has already.</summary>
    public SearchLimits Without(long parameters, long multiplyAdds) =>
        this with { Parameters = Parameters - parameters, MultiplyAdds = MultiplyAdds - multiplyAdds };
}
