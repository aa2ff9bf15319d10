using System;
using System.Threading.Tasks;

namespace Kron.Decomposition;

/// <summary>Runs independent parts of a computation, in parallel where the platform has threads.</summary>
internal static class PartRunner
{
    /// <summary>Calls <paramref name="body"/> once for each part.</summary>
    public static void Run(int parts, Action<int> body)
    {
        if (parts == 1 || OperatingSystem.IsBrowser())
        {
            for (int part = 0; part < parts; part++)
            {
                body(part);
            }

            return;
        }

        Parallel.For(0, parts, body);
    }
}
