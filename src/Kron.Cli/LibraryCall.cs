using System;

namespace Kron.Cli;

/// <summary>Calls of the library with values of the user: what it finds wrong with them is no error of the tool.</summary>
internal static class LibraryCall
{
    /// <summary>Runs a call.</summary>
    /// <exception cref="ToolException">The library rejects an argument.</exception>
    public static T Run<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (ArgumentException error)
        {
            string message = error.ParamName is { } name ? error.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : error.Message;
            throw new ToolException(message, inner: error);
        }
    }
}
