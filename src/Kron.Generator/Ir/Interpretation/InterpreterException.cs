using System;

namespace Kron.Generator.Ir.Interpretation;

/// <summary>A kernel did what compiled code must never do; the message names the kernel, the statement and the address.</summary>
internal sealed class InterpreterException(string kernel, string statement, string problem)
    : Exception($"{kernel}: {statement}: {problem}")
{
    public string Kernel { get; } = kernel;

    public string Statement { get; } = statement;
}
