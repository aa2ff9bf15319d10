using System;

namespace Kron.Benchmarks.Oracle;

/// <summary>A candidate's result disagrees with the reference.</summary>
internal sealed class WrongResultException(string message) : Exception(message);
