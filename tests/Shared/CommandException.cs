using System;

namespace Kron.Tests.Shared;

/// <summary>A program failed; the message has its command line and all that it printed.</summary>
internal sealed class CommandException(string message) : Exception(message);
