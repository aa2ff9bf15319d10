namespace Kron.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Title">Its title.</param>
/// <param name="IsNumber">Whether it is aligned to the right.</param>
/// <param name="SpareAs">When it is left out of a table that is too wide: 1 first; 0 never.</param>
internal sealed record TableColumnText(string Title, bool IsNumber = false, int SpareAs = 0)
{
    /// <summary>A column of numbers.</summary>
    public static TableColumnText Number(string title, int spareAs = 0) => new(title, IsNumber: true, spareAs);
}
