using System;
using Kron.Tests.Shared;
using Xunit;

namespace Kron.Runtime.Tests.IO;

/// <summary>A fact that needs <c>python3</c> with NumPy, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NumpyFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Interpreter = new(() => Python.With("numpy"));

    public NumpyFactAttribute() => Skip = Interpreter.Value is null ? "python3 has no NumPy here" : null;

    /// <summary>Runs a script and returns what it prints.</summary>
    /// <exception cref="CommandException">It failed.</exception>
    public static string Run(string script, params string[] arguments) => Python.Run(Interpreter.Value!, script, arguments);
}
